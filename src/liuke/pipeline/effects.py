"""What a campaign changed: leavings of those treated against those left alone at random."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import ibis

from liuke.kernel.days import add_months, midnight
from liuke.kernel.errors import LiukeError, suggestion
from liuke.pipeline.explaining import last_cycle
from liuke.pipeline.workspace import Workspace

MONTHS = (1, 2, 3)


def campaign_effect(workspace: Workspace, campaign: str, *, as_of: date) -> dict[str, Any]:
    """Leaving within 1, 2, 3 months after assignment, treated minus held out, as known by the last cycle.

    A customer assigned in several cycles counts once for each, clustered by customer. A horizon that
    is not over for anybody says so. Raises LiukeError for a campaign that was never planned.
    """
    day = last_cycle(workspace, as_of=as_of)
    assigned = _assigned(workspace, campaign, day)
    left = _leavings(workspace, day)
    months = [_after(months, assigned, left, day) for months in MONTHS]
    return {"campaign": campaign, "as_of": day, "assigned": len(assigned), "months": months}


def _assigned(workspace: Workspace, campaign: str, day: date) -> list[dict[str, Any]]:
    """Customer, arm and instant of every draw of the campaign known by the day."""
    edge = ibis.literal(midnight(day))
    desk = workspace.table("assignments")
    planned = workspace.table("plan")
    rows = workspace.engine.to_arrow(
        desk.filter(desk.happened_at < edge)
        .select("campaign", "customer_id", "arm", drawn_at=desk.happened_at)
        .union(
            planned.filter(planned.as_of < ibis.literal(day)).select(
                "campaign", "customer_id", "arm", drawn_at=planned.as_of.cast(desk.happened_at.type())
            )
        )
        .order_by(["campaign", "drawn_at", "customer_id"])
    ).to_pylist()
    names = sorted({row["campaign"] for row in rows})
    if campaign not in names:
        raise LiukeError(
            f"No campaign {campaign!r} was drawn before {day}{suggestion(campaign, names)}; "
            f"drawn were: {', '.join(names) or 'none'}."
        )
    return [row for row in rows if row["campaign"] == campaign and row["arm"] in ("treat", "hold_out")]


def _leavings(workspace: Workspace, day: date) -> dict[str, list[datetime]]:
    rows = workspace.table("leavings", as_of=day)
    found: dict[str, list[datetime]] = {}
    for row in workspace.engine.to_arrow(rows.order_by(["customer_id", "left_at"])).to_pylist():
        found.setdefault(row["customer_id"], []).append(row["left_at"])
    return found


def _after(
    months: int, assigned: Sequence[Mapping[str, Any]], left: Mapping[str, list[datetime]], day: date
) -> dict[str, Any]:
    """The effect after some months, over the draws whose months were over by the day."""
    from liuke.learn.effect import effect

    over = [row for row in assigned if add_months(row["drawn_at"].date(), months) <= day]
    if not over:
        return {"months": months, "why_empty": "not_over", "sentence": f"{months} m: not over by {day}."}
    measured = effect(
        [_left_within(row, months, left) for row in over],
        [row["arm"] for row in over],
        cluster=[row["customer_id"] for row in over],
    )
    return {"months": months, **asdict(measured), "sentence": _sentence(months, measured)}


def _left_within(row: Mapping[str, Any], months: int, left: Mapping[str, list[datetime]]) -> float:
    end = midnight(add_months(row["drawn_at"].date(), months))
    return float(any(row["drawn_at"] <= at < end for at in left.get(row["customer_id"], ())))


def _sentence(months: int, measured: Any) -> str:
    counts = f"{measured.treated:,} treated, {measured.held_out:,} held out"
    if measured.why_empty:
        return f"{months} m: no estimate ({measured.why_empty}); {counts}."
    rates = f"{measured.treated_rate:.1%} left of the treated, {measured.held_out_rate:.1%} of the held out"
    interval = f"{measured.estimate:+.1%} ({measured.low:+.1%} to {measured.high:+.1%})"
    alarm = " The arms are not of the planned ratio: distrust it." if measured.sample_ratio_alarm else ""
    return f"{months} m: {rates}; difference {interval}, {counts}.{alarm}"
