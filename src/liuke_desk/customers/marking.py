"""The one door to marks of customers: giving one, taking it back, following a customer to another unit."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext_noop as _

from liuke_desk.audit.services import record
from liuke_desk.bridge.marks import list_mark_groups
from liuke_desk.customers.models import CustomerMark, Profile, Publication
from liuke_desk.people.models import User
from liuke_desk.ui.refusals import Refused


class MarkRefused(Refused):
    """A mark that is none of its group."""


@transaction.atomic
def set_mark(
    *, customer_id: str, unit_id: str, group: str, mark: str, user: User, at: datetime
) -> CustomerMark | None:
    """Give a customer a mark in place of the group's other ones, or with "" take back what stands.

    What was marked before is kept. The same sent twice is one; None where there was nothing to take back.
    """
    marks = {each["group"]: {mark["mark"] for mark in each["marks"]} for each in list_mark_groups()}
    if mark not in marks.get(group, set()) | {""}:
        raise MarkRefused(_("There is no such mark; choose one of those shown."))
    rows = CustomerMark.objects.select_for_update().filter(customer_id=customer_id, group=group)
    latest = rows.first()
    before = latest.mark if latest else ""
    if mark == before:
        return latest
    entry = CustomerMark.objects.create(
        customer_id=customer_id, unit_id=unit_id, group=group, mark=mark, made_by=user, made_at=at
    )
    record(
        actor=user.username,
        verb="customer.mark" if mark else "customer.unmark",
        subject=f"customer:{customer_id}",
        at=at,
        detail={"group": group, "mark": mark, "before": before},
    )
    return entry


def follow_units(publication: Publication) -> None:
    """What was marked of a customer is seen by the unit that the customer belongs to now."""
    profile = Profile.objects.filter(publication=publication, customer_id=OuterRef("customer_id"))
    now = Subquery(profile.values("unit_id")[:1])
    moved = CustomerMark.objects.annotate(now=now).filter(now__isnull=False).exclude(unit_id=F("now"))
    CustomerMark.objects.filter(pk__in=list(moved.values_list("pk", flat=True))).update(unit_id=now)
