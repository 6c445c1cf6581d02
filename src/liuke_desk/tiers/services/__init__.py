"""Everything that changes tiers by hand, and the sums that a publication brings."""

from liuke_desk.tiers.services.households import HouseholdRefused, edit_household
from liuke_desk.tiers.services.overrides import (
    OverrideRefused,
    decide_override,
    follow_units,
    request_override,
    withdraw_override,
)
from liuke_desk.tiers.services.publishing import publish_tiers

__all__ = [
    "HouseholdRefused",
    "OverrideRefused",
    "decide_override",
    "edit_household",
    "follow_units",
    "publish_tiers",
    "request_override",
    "withdraw_override",
]
