"""Balances day by day: each account and class keeps its latest amount until the next one is told.

Before its first amount it counts as nothing, since accounts are opened one after the other. Before the
first amount of all nothing is known of the customer: those days are no days of a daily average, and there
is none where fewer than LEAST_KNOWN of the window's days are known, unless what is missing is declared
zero. A customer of whom nothing was told before the window's end has no balance at all.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import ibis
from ibis import _

from liuke.view.row_feature import RowFeature


def daily_levels(rows: ibis.Table) -> ibis.Table:
    """customer_id, on, level_fen, until (missing: still): what all of a customer's balances came to.

    rows: balances; the last one of an account, class and day counts for the day.
    """
    part = ["customer_id", "account_id", "asset_class"]
    in_order = ibis.window(group_by=part, order_by="happened_at")
    steps = rows.select(
        "customer_id",
        on=rows.happened_at.date(),
        step=rows.amount_fen - ibis.coalesce(rows.amount_fen.lag().over(in_order), 0),
    )
    days = steps.group_by("customer_id", "on").aggregate(step=_.step.sum())
    running = ibis.window(group_by="customer_id", order_by="on", preceding=None, following=0)
    next_one = ibis.window(group_by="customer_id", order_by="on")
    return days.select(
        "customer_id",
        "on",
        level_fen=days.step.sum().over(running).cast("int64"),
        until=days["on"].lead().over(next_one),
    )


def level_aggregates(features: Sequence[RowFeature], levels: ibis.Table, *, as_of: date) -> dict[str, Any]:
    """Aggregates over daily levels that the features' values are made of; all of the same conditions."""
    found = {feature.name: _aggregate(feature, levels, as_of=as_of) for feature in features}
    averages = [feature for feature in features if feature.measure == "daily_mean"]
    return found | {first_known(feature): levels["on"].min() for feature in averages}


def first_known(feature: RowFeature) -> str:
    """The column with the day of a customer's first balance."""
    return f"{feature.name}__first"


def _aggregate(feature: RowFeature, levels: ibis.Table, *, as_of: date) -> Any:
    start, end = feature.window.bounds(as_of=as_of)
    first = levels["on"] if start is None else _later(levels["on"], ibis.literal(start))
    last = ibis.coalesce(levels["until"], ibis.literal(end))
    last = (last > ibis.literal(end)).ifelse(ibis.literal(end), last)
    begun = levels["on"] < ibis.literal(end)
    match feature.measure:
        case "level":
            return levels.level_fen.max(where=begun & (last == ibis.literal(end)))
        case "peak":
            return levels.level_fen.max(where=begun & (last > first))
        case _:
            days = last.delta(first, unit="day")
            held = (levels.level_fen * (days > 0).ifelse(days, 0)).sum(where=begun)
            return held.cast("int64")


def _later(left: Any, right: Any) -> Any:
    return (left < right).ifelse(right, left)
