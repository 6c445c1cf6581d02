"""Months on the customer card: what was billed, paid, spent and used."""

from datetime import date

import ibis
from ibis import _

from liuke.kernel.days import midnight, month_label
from liuke.view.aggregates import exact_sum
from liuke.view.known import Tables, known_rows
from liuke.view.periods import LONGEST_MONTH_DAYS
from liuke.view.windows import Window

HISTORY = Window(months=12)
USAGE = Window(months=6)


def monthly_dues(tables: Tables, *, as_of: date) -> ibis.Table:
    """What is unpaid in all; billed and paid in each of the last twelve months, a column each."""
    dues = known_rows(tables, "dues", as_of=as_of)
    sums = {"unpaid_fen": dues.unpaid_fen.sum()}
    fits_a_month = dues.period_days <= LONGEST_MONTH_DAYS  # a longer bill belongs to no one month
    for number, (start, end) in enumerate(HISTORY.by_month(as_of=as_of)):
        of_month = fits_a_month & (dues.period_start >= start) & (dues.period_start < end)
        sums[f"_billed_{number}"] = dues.billed_fen.sum(where=of_month)
        sums[f"_paid_{number}"] = dues.paid_fen.sum(where=of_month)
    return dues.group_by("customer_id").aggregate(**sums)


def monthly_spending(tables: Tables, *, as_of: date) -> ibis.Table:
    """What was spent in each of the last twelve months, a column each."""
    events = known_rows(tables, "events", as_of=as_of)
    sums = {
        f"_spent_{number}": events.amount_fen.sum(where=_within(events, start, end))
        for number, (start, end) in enumerate(HISTORY.by_month(as_of=as_of))
    }
    return events.group_by("customer_id").aggregate(**sums)


def monthly_history(sums: ibis.Table, *, as_of: date) -> ibis.Value:
    """The twelve months as one list, whether or not anything happened in them."""
    months = []
    for number, (start, _end) in enumerate(HISTORY.by_month(as_of=as_of)):
        amounts = {
            f"{what}_fen": sums[f"_{what}_{number}"].cast("int64") for what in ("billed", "paid", "spent")
        }
        months.append(ibis.struct({"month": ibis.literal(month_label(start)), **amounts}))
    return ibis.array(months)


def monthly_usage(tables: Tables, *, as_of: date) -> ibis.Table:
    """One row per customer with events: what they did in each month, by kind."""
    months = USAGE.by_month(as_of=as_of)
    events = known_rows(tables, "events", as_of=as_of)
    events = events.filter(_within(events, months[0][0], months[-1][1]))
    number = ibis.cases(
        *((events.happened_at < midnight(end), place) for place, (_start, end) in enumerate(months))
    )
    monthly = events.mutate(_number=number).group_by("customer_id", "_number", "kind")
    sums = monthly.aggregate(
        times=_.count(),
        quantity=exact_sum(events.quantity, None).cast("float64"),
        amount_fen=_.amount_fen.sum(),
    )
    label = ibis.array([month_label(start) for start, _end in months])[sums["_number"]]
    item = ibis.struct(
        {
            "month": label,
            "kind": sums.kind,
            "times": sums.times,
            "quantity": sums.quantity,
            "amount_fen": sums.amount_fen.cast("int64"),
        }
    )
    listed = sums.select("customer_id", _item=item)  # structs sort by their first fields: month, kind
    return listed.group_by("customer_id").aggregate(usage=_["_item"].collect().sort())


def _within(events: ibis.Table, start: date, end: date) -> ibis.Value:
    return (events.happened_at >= midnight(start)) & (events.happened_at < midnight(end))
