"""Warned customers as the planner wants them, with what the desk itself knows added.

The serving copy was published with the last cycle. What happened at this desk since (attempts, open
tasks, hold-outs of other campaigns) is newer and counts too.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Coalesce

from liuke_desk.campaigns.filters import Filters
from liuke_desk.campaigns.models import Arm, Assignment, Task
from liuke_desk.campaigns.states import OPEN_STATES
from liuke_desk.customers.models import LeaveKind, Profile, Publication
from liuke_desk.groups.models import GroupMember
from liuke_desk.people.models import Unit

MEASURED_DAYS = 93  # an effect is read for three months; so long a hold-out is nobody else's to contact

_COLUMNS = (
    "customer_id",
    "name",
    "unit_id",
    "manager_id",
    "tier",
    "plan",
    "p_leave",
    "p_voluntary",
    "p_involuntary",
    "p_dormant",
    "p_diverted",
    "leave_kind",
    "value_at_stake_fen",
    "latest_contact_on",
    "has_open_complaint",
    "do_not_disturb",
    "offers",
)


@dataclass(frozen=True)
class Found:
    """Candidates for the planner, the profile rows behind them, and how many were set aside before."""

    candidates: list[dict[str, Any]]
    profiles: dict[str, dict[str, Any]]
    set_aside: dict[str, int]


def select_profiles(filters: Filters, *, publication: Publication) -> QuerySet[Profile]:
    """Warnings of a publication in the scope that pass the filters, greatest expected loss first."""
    profiles = Profile.objects.filter(publication=publication, warning_rank__isnull=False)
    profiles = profiles.annotate(p_leave=Coalesce("p_3m", "p_2m", "p_1m"))  # the longest horizon known
    if filters.units:
        profiles = profiles.filter(unit__in=_with_all_below(filters.units))
    if filters.tiers:
        profiles = profiles.filter(tier__in=filters.tiers)
    if filters.leave_kinds:
        profiles = profiles.filter(leave_kind__in=filters.leave_kinds)
    if filters.groups:
        members = GroupMember.objects.filter(group__in=filters.groups)
        profiles = profiles.filter(customer_id__in=members.values("customer_id"))
    profiles = profiles.filter(
        p_leave__gte=filters.min_p_leave, value_at_stake_fen__gte=filters.min_value_fen
    )
    return profiles.order_by("warning_rank")[: filters.top]


def find_candidates(filters: Filters, *, publication: Publication, on: date) -> Found:
    """Everybody the filters name, less the customers whom another campaign leaves alone on purpose."""
    found = select_profiles(filters, publication=publication)
    rows = {row["customer_id"]: row for row in found.values(*_COLUMNS)}
    held_out = _held_out_elsewhere(on=on) & rows.keys()
    for customer_id in held_out:
        del rows[customer_id]
    busy = set(Task.objects.filter(state__in=OPEN_STATES).values_list("customer_id", flat=True))
    attempts = _attempts_since_publication()
    candidates = [
        _candidate(row, attempts[row["customer_id"]], row["customer_id"] in busy) for row in rows.values()
    ]
    return Found(candidates, rows, {"held_out_elsewhere": len(held_out)} if held_out else {})


def _with_all_below(unit_ids: Iterable[str]) -> QuerySet[Unit]:
    below = Q()
    for path in Unit.objects.filter(pk__in=unit_ids).values_list("path", flat=True):
        below |= Q(path__startswith=path)
    return Unit.objects.filter(below) if below else Unit.objects.none()


def _held_out_elsewhere(*, on: date) -> set[str]:
    since = datetime.combine(on - timedelta(days=MEASURED_DAYS), datetime.min.time())
    held_out = Assignment.objects.filter(arm=Arm.HOLD_OUT, assigned_at__gte=since)
    return set(held_out.values_list("customer_id", flat=True))


def _attempts_since_publication() -> Mapping[str, dict[str, date]]:
    """Customer -> policy -> day of the latest attempt at this desk."""
    attempts: defaultdict[str, dict[str, date]] = defaultdict(dict)
    made = Task.objects.filter(latest_attempt_at__isnull=False).values_list(
        "customer_id", F("assignment__policy__name")
    )
    for customer_id, policy, latest_at in made.annotate(latest_at=Max("latest_attempt_at")).order_by():
        attempts[customer_id][policy] = latest_at.date()
    return attempts


def _candidate(row: Mapping[str, Any], attempts: Mapping[str, date], is_busy: bool) -> dict[str, Any]:
    contacted_on = [day for day in (row["latest_contact_on"], *attempts.values()) if day is not None]
    return {
        "customer_id": row["customer_id"],
        "unit_id": row["unit_id"],
        "tier": row["tier"] or None,
        "plan_name": row["plan"] or None,
        "p_leave": row["p_leave"],
        "leave_kind": row["leave_kind"] or None,
        "p_by_kind": _by_kind(row),
        "value_at_stake_fen": row["value_at_stake_fen"],
        "latest_contact_on": max(contacted_on, default=None),
        "has_open_complaint": row["has_open_complaint"],
        "do_not_disturb": row["do_not_disturb"],
        "has_open_task": is_busy,
        "offers": _latest(row["offers"] or ()) | dict(attempts),
    }


def _by_kind(row: Mapping[str, Any]) -> dict[str, float]:
    return {kind: row[f"p_{kind}"] for kind in LeaveKind.values if row[f"p_{kind}"] is not None}


def _latest(offers: Iterable[Mapping[str, Any]]) -> dict[str, date]:
    """Policy -> the day it was last offered, as the published card tells."""
    offered: dict[str, date] = {}
    for offer in offers:
        made_on = date.fromisoformat(str(offer["happened_at"])[:10])
        offered[offer["policy"]] = max(made_on, offered.get(offer["policy"], made_on))
    return offered
