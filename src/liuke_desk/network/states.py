"""What people decide about matches and dealers. Pure values."""

from enum import StrEnum


class Verdict(StrEnum):
    """Whether a newcomer is a person who had left."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    OPEN = "open"  # taken back: to be looked at again


class CaseState(StrEnum):
    """What became of the audit of a dealer."""

    OPEN = "open"
    CLEARED = "cleared"
    CONFIRMED = "confirmed"
