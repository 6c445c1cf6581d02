"""Reads of the lists: those that people may see, and the rows that the scope lets through."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from liuke_desk.campaigns.models import Task
from liuke_desk.campaigns.states import OPEN_STATES
from liuke_desk.people.models import User
from liuke_desk.warnings.models import Departure, ListedWarning, Notice, WarningList

MOST_MANAGERS = 300


@dataclass(frozen=True)
class ChangeSum:
    """Customers of one change, and what they stood to lose the company before and now."""

    customers: int = 0
    loss_fen: int = 0
    loss_before_fen: int = 0


def list_lists() -> list[WarningList]:
    """The lists that people see, the latest first; of two of one day the one made last."""
    seen = WarningList.objects.filter(Q(is_frozen=True) | Q(publication__is_whole=True))
    by_day: dict[date, WarningList] = {}
    for each in seen.order_by("as_of", "pk"):
        by_day[each.as_of] = each
    return sorted(by_day.values(), key=lambda each: each.as_of, reverse=True)


def list_rows(warning_list: WarningList) -> QuerySet[ListedWarning]:
    return ListedWarning.objects.filter(warning_list=warning_list).select_related("unit").order_by("rank")


def list_departures(warning_list: WarningList) -> QuerySet[Departure]:
    rows = Departure.objects.filter(warning_list=warning_list).select_related("unit")
    return rows.order_by("rank_before")


def list_managers(warning_list: WarningList) -> list[tuple[str, str]]:
    """The owners of listed customers in the scope, by name."""
    rows = ListedWarning.objects.filter(warning_list=warning_list).exclude(manager_id="").order_by()
    return sorted(rows.values_list("manager_id", "manager_name").distinct()[:MOST_MANAGERS], key=_by_name)


def sum_changes(rows: QuerySet[ListedWarning]) -> dict[str, ChangeSum]:
    """By change: how many customers, and their expected loss now and before."""
    found = (
        rows.order_by()
        .values("change")
        .annotate(n=Count("pk"), loss=Sum("expected_loss_fen"), before=Sum("loss_before_fen"))
    )
    return {each["change"]: ChangeSum(each["n"], each["loss"], each["before"] or 0) for each in found}


def sum_departures(rows: QuerySet[Departure]) -> dict[str, ChangeSum]:
    """By cause: how many customers, and their expected loss then and now where it is known."""
    found = (
        rows.order_by()
        .values("why")
        .annotate(n=Count("pk"), loss=Sum("expected_loss_fen"), before=Sum("loss_before_fen"))
    )
    return {each["why"]: ChangeSum(each["n"], each["loss"] or 0, each["before"]) for each in found}


def list_greatest(rows: QuerySet[ListedWarning], change: str, *, most: int) -> list[ListedWarning]:
    """Of one change, the customers whose expected loss moved most; of the new, those with the greatest."""
    chosen = rows.filter(change=change)
    if change == "new":
        return list(chosen.order_by("rank")[:most])
    moved = F("expected_loss_fen") - F("loss_before_fen")
    ordered = chosen.annotate(moved=moved)
    return list(ordered.order_by("-moved" if change == "risen" else "moved", "rank")[:most])


def map_tasks(customer_ids: list[str]) -> Mapping[str, Task]:
    """Open tasks by customer: who is being looked after at this moment."""
    found = Task.objects.filter(customer_id__in=customer_ids, state__in=[each.value for each in OPEN_STATES])
    return {task.customer_id: task for task in found.select_related("agent")}


def find_notice(user: User) -> Notice | None:
    """What the person has not looked at yet, of the latest list they were told of."""
    unseen = Notice.objects.filter(user=user, seen_at=None).select_related("warning_list")
    return unseen.order_by("-warning_list__as_of").first()


def _by_name(each: tuple[str, str]) -> tuple[Any, ...]:
    return (each[1] or each[0], each[0])
