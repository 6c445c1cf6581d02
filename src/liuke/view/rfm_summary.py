"""Recency, frequency and monetary value of each customer's purchases, from a plain frame of them."""

from datetime import date, datetime

import ibis
import pyarrow as pa
from ibis import _

from liuke.kernel.days import midnight
from liuke.kernel.errors import LiukeError, MissingColumn
from liuke.kernel.frames import Frame, from_arrow, to_arrow
from liuke.view.aggregates import exact_sum

_WANTED_BY = "liuke.view.rfm"


def rfm(events: Frame, *, as_of: date) -> Frame:
    """What BetaGeo and GammaGamma are fitted on, and what an RFM scheme reads, in one frame.

    events: one row per purchase; a pandas, Polars or Arrow frame with customer_id, happened_at
        or happened_on, and where there is one amount (yuan) or amount_fen, refunds negative;
        known_at or known_on leaves out what was not known before the as-of day began.
    returns: the same make, one row per customer who purchased before the as-of day, sorted by
        customer_id. Purchases of one day count once:
        recency_days  days from the first purchase to the last one; 0 after a single purchase day
        frequency     repeat purchases: days with a purchase after the first one
        monetary      yuan a repeat purchase day was worth on average, a refund of the same day
                      taken off; missing when there was none, or no amounts
        T_days        days from the first purchase to the last day seen, the one before as_of
        purchases     rows that are purchases, the first one included
        spend         yuan of all purchases less all refunds; missing without amounts
        first_on, last_on, days_since_last (to as_of)
        A row is a purchase unless its amount is negative. Someone with refunds alone is left out.

    The first four are the summary of Fader, Hardie and Lee (2005), Counting Your Customers the
    Easy Way. An RFM scheme of bands reads last_on, purchases and spend instead.

    >>> import pyarrow as pa
    >>> bought_on = [date(2026, 1, 1), date(2026, 1, 11), date(2026, 1, 21)]
    >>> bought = {"customer_id": ["ann"] * 3, "happened_on": bought_on, "amount": [10.0, 20.0, 40.0]}
    >>> (ann,) = rfm(pa.table(bought), as_of=date(2026, 2, 1)).to_pylist()
    >>> ann["recency_days"], ann["frequency"], ann["monetary"], ann["T_days"]
    (20, 2, 30.0, 30)
    """
    as_of = as_of.date() if isinstance(as_of, datetime) else as_of
    rows = _seen(_purchases(to_arrow(events)), as_of=as_of)
    daily = rows.group_by("customer_id", "on").aggregate(
        purchases=_.count(where=_.bought), worth=exact_sum(rows.amount, None)
    )
    return from_arrow(_summary(daily, as_of=as_of).to_pyarrow(), like=events[:0])


def _purchases(events: pa.Table) -> ibis.Table:
    """Columns customer_id, at, on, known_at (missing: always known), amount in yuan, bought."""
    clock = _first_of(("happened_at", "happened_on"), events)
    if clock is None or "customer_id" not in events.column_names:
        missing = "happened_at" if clock is None else "customer_id"
        raise MissingColumn(missing, wanted_by=_WANTED_BY, present=events.column_names)
    known = _first_of(("known_at", "known_on"), events)
    amount = _first_of(("amount", "amount_fen"), events)
    used = ["customer_id", clock, *(name for name in (known, amount) if name)]
    rows = ibis.memtable(pa.table({name: _plain(events[name]) for name in used}))
    _refuse_texts(rows, [name for name in (clock, known) if name])
    chosen = rows.select(
        "customer_id",
        at=rows[clock].cast("timestamp"),
        known_at=rows[known].cast("timestamp") if known else ibis.null("timestamp"),
        amount=_yuan(rows, amount),
    )
    return chosen.mutate(on=chosen["at"].date(), bought=~(chosen.amount < 0).fill_null(False))


def _yuan(rows: ibis.Table, amount: str | None) -> ibis.Value:
    if amount is None:
        return ibis.null("float64")
    return rows[amount].cast("float64") / (100 if amount == "amount_fen" else 1)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A category as the values it stands for."""
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _refuse_texts(rows: ibis.Table, clocks: list[str]) -> None:
    for name in clocks:
        if not (rows[name].type().is_timestamp() or rows[name].type().is_date()):
            kind = rows[name].type()
            raise LiukeError(
                f"{_WANTED_BY} needs days or instants in {name!r}, which holds {kind}; convert it first."
            )


def _seen(rows: ibis.Table, *, as_of: date) -> ibis.Table:
    edge = midnight(as_of)
    return rows.filter(
        rows.customer_id.notnull() & (rows["at"] < edge) & (rows.known_at < edge).fill_null(True)
    )


def _summary(daily: ibis.Table, *, as_of: date) -> ibis.Table:
    bought = daily.purchases > 0
    first = daily["on"].min(where=bought).over(group_by="customer_id")
    marked = daily.mutate(first_on=first, again=bought & (daily["on"] > first))
    found = marked.group_by("customer_id").aggregate(
        first_on=_.first_on.min(),
        last_on=_["on"].max(where=_.purchases > 0),
        frequency=_.count(where=_.again),
        worth_again=_.worth.sum(where=_.again).cast("float64"),
        purchases=_.purchases.sum().cast("int64"),
        spend=_.worth.sum().cast("float64"),
    )
    today = ibis.literal(as_of)
    found = found.filter(found.first_on.notnull())
    found = found.mutate(
        recency_days=found.last_on.delta(found.first_on, unit="day"),
        monetary=found.worth_again / found.frequency.nullif(0),
        T_days=today.delta(found.first_on, unit="day") - 1,
        days_since_last=today.delta(found.last_on, unit="day"),
    )
    order = "recency_days frequency monetary T_days purchases spend first_on last_on days_since_last"
    return found.select("customer_id", *order.split()).order_by("customer_id")


def _first_of(names: tuple[str, ...], events: pa.Table) -> str | None:
    return next((name for name in names if name in events.column_names), None)
