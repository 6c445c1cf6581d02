"""Months on the customer card: what was billed, paid, spent and used."""

from datetime import date

import ibis
from ibis import _

from liuke.kernel.days import month_label
from liuke.view.aggregates import exact_sum
from liuke.view.known import Tables, known_rows
from liuke.view.windows import Window

_HISTORY = Window(months=12)
_USAGE = Window(months=6)


def monthly_history(cards: ibis.Table, tables: Tables, *, as_of: date) -> ibis.Table:
    """The cards with `history`, all twelve months of it whether or not anything happened in them."""
    months = _HISTORY.by_month(as_of=as_of)
    dues = known_rows(tables, "dues", as_of=as_of)
    events = known_rows(tables, "events", as_of=as_of)
    sums, spent = {}, {}
    for number, (start, end) in enumerate(months):
        of_month = (dues.period_start >= start) & (dues.period_start < end)
        sums[f"_billed_{number}"] = dues.billed_fen.sum(where=of_month)
        sums[f"_paid_{number}"] = dues.paid_fen.sum(where=of_month)
        on = events.happened_at.date()
        spent[f"_spent_{number}"] = events.amount_fen.sum(where=(on >= start) & (on < end))
    for part in (
        dues.group_by("customer_id").aggregate(**sums),
        events.group_by("customer_id").aggregate(**spent),
    ):
        cards = cards.left_join(part, "customer_id").drop("customer_id_right")
    history = [
        ibis.struct(
            {
                "month": ibis.literal(month_label(start)),
                "billed_fen": cards[f"_billed_{number}"].cast("int64"),
                "paid_fen": cards[f"_paid_{number}"].cast("int64"),
                "spent_fen": cards[f"_spent_{number}"].cast("int64"),
            }
        )
        for number, (start, _end) in enumerate(months)
    ]
    return cards.mutate(history=ibis.array(history)).drop(*sums, *spent)


def monthly_usage(tables: Tables, *, as_of: date) -> ibis.Table:
    """One row per customer with events: what they did in each month, by kind."""
    start, end = _USAGE.bounds(as_of=as_of)
    events = known_rows(tables, "events", as_of=as_of)
    on = events.happened_at.date()
    events = events.filter((on >= start) & (on < end)).mutate(month=on.strftime("%Y-%m"))
    monthly = events.group_by("customer_id", "month", "kind").aggregate(
        times=_.count(),
        quantity=exact_sum(events.quantity, None).cast("float64"),
        amount_fen=_.amount_fen.sum(),
    )
    fields = ("month", "kind", "times", "quantity", "amount_fen")
    item = ibis.struct(
        {name: monthly[name].cast("int64") if name == "amount_fen" else monthly[name] for name in fields}
    )
    listed = monthly.select("customer_id", "month", "kind", _item=item)
    return listed.group_by("customer_id").aggregate(usage=_["_item"].collect(order_by=[_.month, _.kind]))
