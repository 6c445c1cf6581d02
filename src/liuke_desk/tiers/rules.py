"""Who sees tiers and changes them by hand; which customers, the scope decides."""

import rules

from liuke_desk.people.models import User
from liuke_desk.people.rules import is_analyst, is_anybody, is_hq_manager, is_manager, is_region_supervisor
from liuke_desk.tiers.models import TierOverride
from liuke_desk.tiers.states import Actor

rules.add_perm("tiers.view", is_analyst | is_manager)
rules.add_perm("tiers.see_overrides", is_analyst | is_manager)
rules.add_perm("tiers.request_override", is_analyst | is_region_supervisor)
rules.add_perm("tiers.decide_override", is_hq_manager)
rules.add_perm("tiers.withdraw_override", is_analyst | is_manager)  # one's own, or once approved
rules.add_perm("tiers.see_household", is_anybody)
rules.add_perm("tiers.edit_household", is_analyst)


def actor_of(user: User, override: TierOverride) -> Actor | None:
    """As whom a person moves an override; None for those it is no business of."""
    if override.requested_by == user:
        return Actor.REQUESTER
    return Actor.APPROVER if user.has_perm("tiers.decide_override") else None
