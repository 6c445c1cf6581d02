"""How many customers are moved one way and back again: what stability is for, measured."""

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from liuke.kernel.rates import wilson
from liuke.store import Engine
from liuke.tier.scheme import UNRATED

Z_95 = 1.959964  # standard normal quantile at .975


@dataclass(frozen=True)
class Flapping:
    """Customers whose tier went one way and then the other within a window of days.

    customers: those who were rated on at least three of its days; fewer cannot show it. rate with its 95 %
    Wilson interval; None, too, where there is nobody to judge by.
    """

    days: int
    customers: int
    flapped: int
    rate: float | None
    low: float | None
    high: float | None


def measure_flapping(
    history: ir.Table,
    *,
    until: date,
    window_days: int = 365,
    column: str = "tier",
    ranks: dict[str, int],
    engine: Engine | None = None,
) -> Flapping:
    """The share of customers who rose and fell, or fell and rose, as of days in (until - window, until].

    history: customer_id, as_of and the tiers of one scheme, one row for each customer and as-of day;
        `column` names the tiers: "tier" as held, "judged_tier" as the numbers alone would have it.
    ranks: tier -> rank. Days on which a customer is unrated are passed over.
    """
    own = engine or Engine()
    try:
        row = own.to_arrow(_counted(history, until, window_days, column, ranks)).to_pylist()[0]
    finally:
        if engine is None:
            own.close()
    customers, flapped, days = int(row["customers"]), int(row["flapped"] or 0), int(row["days"])
    if not customers:
        return Flapping(days, 0, 0, None, None, None)
    return Flapping(days, customers, flapped, flapped / customers, *wilson(flapped, customers, z=Z_95))


def _counted(
    history: ir.Table, until: date, window_days: int, column: str, ranks: dict[str, int]
) -> ir.Table:
    since = until - timedelta(days=window_days)
    inside = (history.as_of > ibis.literal(since)) & (history.as_of <= ibis.literal(until))
    rated = history.filter(inside & (history[column] != UNRATED))
    rank = ibis.cases(*((rated[column] == tier, rank) for tier, rank in ranks.items()), else_=None)
    rows = rated.select("customer_id", "as_of", place=rank.cast("int64"))
    over = ibis.window(group_by="customer_id", order_by="as_of")
    rows = rows.mutate(step=(rows.place - rows.place.lag().over(over)).sign())
    each = rows.group_by("customer_id").agg(
        seen=rows.count(), went_up=(rows.step < 0).any(), went_down=(rows.step > 0).any()
    )
    judged = each.filter(each.seen >= 3)
    days = rated.as_of.nunique()
    return judged.agg(
        customers=judged.count(),
        flapped=(judged.went_up.fill_null(False) & judged.went_down.fill_null(False)).sum(),
    ).cross_join(rated.agg(days=days))
