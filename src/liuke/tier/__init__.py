"""Tiers: schemes as versioned values, who is in which tier and why, and who moved."""

from liuke.tier.moves import Migration, migration
from liuke.tier.registry import built_in_schemes, load
from liuke.tier.scheme import UNRATED, Level, Scheme, SchemeRefused

__all__ = [
    "UNRATED",
    "Level",
    "Migration",
    "Scheme",
    "SchemeRefused",
    "built_in_schemes",
    "load",
    "migration",
]
