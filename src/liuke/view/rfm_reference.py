"""Recency, frequency and money as one portable expression; wide numbers, any engine, no hurry."""

from datetime import date

import ibis
import pyarrow as pa
from ibis import _

from liuke.kernel.days import midnight
from liuke.view.aggregates import exact_sum
from liuke.view.rfm_columns import find_columns


def summarise_by_query(events: pa.Table, *, as_of: date) -> pa.Table:
    """What `liuke.view.rfm` says, as one Ibis expression: the meaning that the tally is held to."""
    rows = _seen(_purchases(events), as_of=as_of)
    daily = rows.group_by("customer_id", "on").aggregate(
        purchases=_.count(where=_.bought), worth=exact_sum(rows.amount, None)
    )
    return _summary(daily, as_of=as_of).to_pyarrow()


def _purchases(events: pa.Table) -> ibis.Table:
    """Columns customer_id, at, on, known_at (missing: always known), amount in yuan, bought."""
    columns = find_columns(events.schema)
    rows = ibis.memtable(pa.table({name: _plain(events[name]) for name in columns.names}))
    chosen = rows.select(
        "customer_id",
        at=rows[columns.clock].cast("timestamp"),
        known_at=rows[columns.known].cast("timestamp") if columns.known else ibis.null("timestamp"),
        amount=_yuan(rows, columns.amount),
    )
    return chosen.mutate(on=chosen["at"].date(), bought=~(chosen.amount < 0).fill_null(False))


def _yuan(rows: ibis.Table, amount: str | None) -> ibis.Value:
    if amount is None:
        return ibis.null("float64")
    return rows[amount].cast("float64") / (100 if amount == "amount_fen" else 1)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A category as the values it stands for."""
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


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
