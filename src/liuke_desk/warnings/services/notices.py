"""Telling the owners of listed customers, and the supervisors of their units."""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q

from liuke_desk.audit.services import SYSTEM, record
from liuke_desk.people.models import Role, User
from liuke_desk.people.selectors import list_visible_units
from liuke_desk.warnings.models import ListedWarning, Notice, WarningList
from liuke_desk.warnings.states import Change

_NEW = Q(change__in=(Change.NEW, Change.FIRST))


@transaction.atomic
def notify(*, warning_list: WarningList, at: datetime) -> int:
    """A notice for who owns a listed customer or supervises the unit; told again, it stays one."""
    told = [*_tell_owners(warning_list), *_tell_supervisors(warning_list)]
    Notice.objects.bulk_create(told, ignore_conflicts=True)
    detail = {"people": len(told), "new": sum(each.new for each in told)}
    subject = f"warnings:{warning_list.as_of}"
    record(actor=SYSTEM, verb="warnings.notify", subject=subject, at=at, detail=detail)
    return len(told)


@transaction.atomic
def mark_seen(*, user: User, warning_list: WarningList, at: datetime) -> bool:
    """The person looked at a list: what they were told of it and of earlier ones is seen."""
    unseen = Notice.objects.filter(user=user, seen_at=None, warning_list__as_of__lte=warning_list.as_of)
    if not unseen.update(seen_at=at):
        return False
    record(actor=user.username, verb="warnings.seen", subject=f"warnings:{warning_list.as_of}", at=at)
    return True


def _tell_owners(warning_list: WarningList) -> list[Notice]:
    rows = ListedWarning.objects.filter(warning_list=warning_list).exclude(manager_id="").order_by()
    counted = rows.values("manager_id").annotate(listed=Count("pk"), new=Count("pk", filter=_NEW))
    counts = {row.pop("manager_id"): row for row in counted}
    owners = User.objects.filter(is_active=True, staff_id__in=counts).exclude(role=Role.REGION_SUPERVISOR)
    return [
        Notice(warning_list=warning_list, user=user, is_owner=True, **counts[user.staff_id])
        for user in owners
    ]


def _tell_supervisors(warning_list: WarningList) -> list[Notice]:
    rows = ListedWarning.objects.filter(warning_list=warning_list).order_by().values("unit_id")
    by_unit = {
        row["unit_id"]: row
        for row in rows.annotate(
            listed=Count("pk"), new=Count("pk", filter=_NEW), unowned=Count("pk", filter=Q(manager_id=""))
        )
    }
    told = []
    supervisors = User.objects.filter(is_active=True, role=Role.REGION_SUPERVISOR, unit__isnull=False)
    for user in supervisors.select_related("unit"):
        total: Counter[str] = Counter()
        for unit_id in list_visible_units(user).values_list("pk", flat=True):
            row = by_unit.get(unit_id, {})
            total.update({name: row.get(name, 0) for name in ("listed", "new", "unowned")})
        if total["listed"]:
            told.append(Notice(warning_list=warning_list, user=user, is_owner=False, **total))
    return told
