"""Who shares a home, as people decide against the evidence; the next cycle builds households so."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from liuke_desk.audit.services import record
from liuke_desk.customers.models import Profile
from liuke_desk.people.models import User
from liuke_desk.tiers.models import HouseholdEdit
from liuke_desk.ui.refusals import Refused

SHORTEST_REASON = 4


class HouseholdRefused(Refused):
    """A decision about a household that cannot stand as it was made."""


@transaction.atomic
def edit_household(
    *, profile: Profile, other: Profile | None, action: str, reason: str, user: User, at: datetime
) -> HouseholdEdit:
    """Join two customers, part them, or with no other take one out of every household.

    Both are found in the user's scope before. The same decision sent twice is one.
    """
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise HouseholdRefused(_("Say why in a few words; the customer may ask one day."))
    if other is not None and other.customer_id == profile.customer_id:
        raise HouseholdRefused(_("Name another customer than this one."))
    if other is None and action == HouseholdEdit.Action.JOIN:
        raise HouseholdRefused(_("Name the customer to join with."))
    other_id = other.customer_id if other else ""
    latest = _find_latest(profile.customer_id, other_id)
    if latest is not None and latest.action == action:
        return latest
    edit = HouseholdEdit.objects.create(
        customer_id=profile.customer_id,
        other_id=other_id,
        unit_id=profile.unit_id,
        action=action,
        reason=reason,
        made_by=user,
        made_at=at,
    )
    detail = {"other": other_id, "reason": reason}
    subject = f"customer:{profile.customer_id}"
    record(actor=user.username, verb=f"household.{action}", subject=subject, at=at, detail=detail)
    return edit


def _find_latest(customer_id: str, other_id: str) -> HouseholdEdit | None:
    """The last word on the pair, whichever of the two it was said of."""
    pairs = HouseholdEdit.objects.filter(customer_id=customer_id, other_id=other_id)
    if other_id:
        pairs |= HouseholdEdit.objects.filter(customer_id=other_id, other_id=customer_id)
    return pairs.order_by("-made_at", "-pk").first()
