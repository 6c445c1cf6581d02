"""Exposure: what buyers owe today against their credit lines."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from liuke.kernel.errors import MissingColumn
from liuke.kernel.frames import Frame, from_arrow, to_arrow
from liuke.store import Engine
from liuke.tier.scheme import UNRATED

_LINE_COLUMNS = ("customer_id", "tier", "credit_fen")
_OWED_COLUMNS = ("customer_id", "outstanding_fen")
_WANTED_BY = "the exposure report"


@dataclass(frozen=True)
class Exposure:
    """The report, in the make of frame that the lines came in.

    customers: one row for each customer with a class or a debt, by customer number: customer_id, tier (null
        when they have none), outstanding_fen, credit_fen, over_fen (owed above the line) and used (the
        share of the line; null without one). Who is not among the debts owes nothing; where the amount
        owed is missing, so are over_fen and used.
    classes: the sums by tier, best first, and of those without a class last.
    without_line: those of the customers who owe and whose line is 0, the largest debt first.
    """

    customers: Frame
    classes: Frame
    without_line: Frame


def report_exposure(lines: Frame, outstanding: Frame) -> Exposure:
    """What is owed against the lines given.

    lines: customer_id, tier, credit_fen, as from `credit_lines`; outstanding: customer_id and
    outstanding_fen, one row for each debt or each customer (rows of one customer are summed, and unknown
    when one of them is).
    """
    given, owed = _table(lines, _LINE_COLUMNS), _table(outstanding, _OWED_COLUMNS)
    engine = Engine()
    try:
        customers = _customers(given, owed)
        found = engine.to_arrow(customers.order_by("customer_id"))
        held = ibis.memtable(found)
        classes = engine.to_arrow(_classes(held))
        bare = held.filter((held.credit_fen == 0) & (held.outstanding_fen > 0))
        without = engine.to_arrow(bare.order_by(ibis.desc("outstanding_fen"), "customer_id"))
    finally:
        engine.close()
    return Exposure(*(_as_make(made, lines) for made in (found, classes, without)))


def _table(frame: Frame, columns: tuple[str, ...]) -> ir.Table:
    rows = to_arrow(frame)
    for column in columns:
        if column not in rows.column_names:
            raise MissingColumn(column, wanted_by=_WANTED_BY, present=rows.column_names)
    kinds = {name: pa.int64() if name.endswith("_fen") else pa.string() for name in columns}
    return ibis.memtable(rows.select(columns).cast(pa.schema(kinds)))


def _customers(lines: ir.Table, owed: ir.Table) -> ir.Table:
    debts = owed.group_by("customer_id").agg(
        owed_fen=ibis.ifelse(
            owed.outstanding_fen.isnull().any(), ibis.null("int64"), owed.outstanding_fen.sum().cast("int64")
        )
    )
    debts = debts.mutate(is_listed=ibis.literal(True))
    both = lines.outer_join(debts, "customer_id")
    table = both.select(
        customer_id=ibis.coalesce(both.customer_id, both.customer_id_right),
        tier=both.tier,
        outstanding_fen=ibis.ifelse(both.is_listed.isnull(), 0, both.owed_fen),
        credit_fen=both.credit_fen.fill_null(0),
    )
    return table.mutate(
        over_fen=ibis.greatest(table.outstanding_fen - table.credit_fen, 0) + table.outstanding_fen * 0,
        used=_used(table),
    )


def _used(table: ir.Table) -> ir.FloatingValue:
    return ibis.ifelse(
        table.credit_fen > 0,
        table.outstanding_fen.cast("float64") / table.credit_fen.cast("float64"),
        ibis.null("float64"),
    )


def _classes(customers: ir.Table) -> ir.Table:
    summed = customers.group_by("tier").agg(
        customers=customers.count(),
        outstanding_fen=customers.outstanding_fen.sum().fill_null(0).cast("int64"),
        credit_fen=customers.credit_fen.sum().cast("int64"),
        over_fen=customers.over_fen.sum().fill_null(0).cast("int64"),
        over_customers=(customers.over_fen > 0).sum().fill_null(0),
    )
    ordered = summed.mutate(
        used=_used(summed), last=ibis.ifelse(summed.tier.isnull(), 2, (summed.tier == UNRATED).cast("int8"))
    )
    return ordered.order_by("last", "tier").drop("last")


def _as_make(table: pa.Table, like: Frame) -> Frame:
    """An own frame of the same make; the rows are not those of like, so neither is the index."""
    made = from_arrow(table, like=like)
    return made.reset_index(drop=True) if hasattr(made, "reset_index") else made
