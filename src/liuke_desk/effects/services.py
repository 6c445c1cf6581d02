"""Settling outcomes: each cycle tells who has left, and every campaign's arms learn it alike."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django_scopes import scopes_disabled

from liuke_desk.audit.services import SYSTEM, record
from liuke_desk.campaigns.models import Assignment
from liuke_desk.effects.models import Outcome

BATCH = 1000


@dataclass(frozen=True, order=True)
class Leaving:
    """One leaving of one customer, as a cycle found it."""

    left_at: datetime
    kind: str


@transaction.atomic
def settle_outcomes(*, leavings: Iterable[Mapping[str, Any]], known_by: date, at: datetime) -> int:
    """Write down for every assignment whether its customer has left since; returns how many were settled.

    leavings: rows with customer_id, left_at, kind: all that were known by the as-of day. Settling
    the same leavings again changes nothing; an earlier cycle does not undo a later one.
    """
    with scopes_disabled():
        drawn = set(Assignment.objects.order_by().values_list("customer_id", flat=True))
        by_customer = _by_customer(row for row in leavings if row["customer_id"] in drawn)
        assignments = Assignment.objects.filter(assigned_at__lt=datetime.combine(known_by, time.min))
        later = assignments.filter(outcome__known_by__gt=known_by)
        open_ones = assignments.exclude(pk__in=later.values("pk")).select_related("campaign")
        outcomes = list(_settle(open_ones.iterator(), by_customer, known_by=known_by, at=at))
        Outcome.objects.bulk_create(
            outcomes,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["assignment"],
            update_fields=["known_by", "left_at", "left_how", "left_before", "settled_at"],
        )
    if outcomes:
        detail = {"known_by": known_by.isoformat(), "outcomes": len(outcomes)}
        record(actor=SYSTEM, verb="effects.settle", subject="outcomes", at=at, detail=detail)
    return len(outcomes)


def first_leaving(leavings: Iterable[Leaving], *, since: datetime) -> Leaving | None:
    """The earliest leaving at or after an instant; None when there is none."""
    return min((leaving for leaving in leavings if leaving.left_at >= since), default=None)


def _by_customer(leavings: Iterable[Mapping[str, Any]]) -> Mapping[str, list[Leaving]]:
    found: defaultdict[str, list[Leaving]] = defaultdict(list)
    for row in leavings:
        found[row["customer_id"]].append(Leaving(row["left_at"], row["kind"]))
    return found


def _settle(
    assignments: Iterator[Assignment],
    by_customer: Mapping[str, list[Leaving]],
    *,
    known_by: date,
    at: datetime,
) -> Iterator[Outcome]:
    for assignment in assignments:
        leavings = by_customer.get(assignment.customer_id, [])
        left = first_leaving(leavings, since=assignment.assigned_at)
        planned_at = datetime.combine(assignment.campaign.as_of, time.min)
        before = first_leaving(leavings, since=planned_at) if left is None else None
        yield Outcome(
            assignment=assignment,
            unit_id=assignment.unit_id,
            known_by=known_by,
            left_at=left.left_at if left else None,
            left_how=left.kind if left else "",
            left_before=before is not None,
            settled_at=at,
        )
