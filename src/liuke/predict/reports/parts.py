"""The rows of reports in arrays, a part at a time: what `stand_behind` says, of a large company.

The engine is asked for what there is one row of for each customer, and for the few rows that are not of
those who were there when a month began; members are then found by the number of a customer. To join
everybody by name with each table for each month takes several times as long.
"""

from collections.abc import Iterator
from datetime import date

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis import _

from liuke.kernel.days import midnight
from liuke.predict.reports.member_arrays import Members, read_members
from liuke.predict.reports.months import Month
from liuke.predict.reports.presence import first_arrivals, stay_spells
from liuke.predict.reports.spells import NEVER
from liuke.predict.reports.standing import (
    OPENING,
    ORDER,
    ReportInputs,
    list_moves,
    rows_besides_opening,
)
from liuke.store import Engine
from liuke.view.fast.arrays import array_of, rows_at, values_of

ROWS_AT_ONCE = 1 << 20


def stand_in_parts(inputs: ReportInputs, engine: Engine) -> Iterator[pa.Table]:
    """The rows of REPORT_CUSTOMERS as `stand_behind` has them, in parts of a month of the company at most."""
    arrivals = engine.to_arrow(first_arrivals(inputs.tables, inputs.definition, known_by=inputs.as_of))
    moves = ibis.memtable(engine.to_arrow(list_moves(inputs, ibis.memtable(arrivals))))
    members = read_members(inputs, arrivals, engine)
    stays = engine.to_arrow(stay_spells(moves).order_by("customer_id"))
    rest = rows_besides_opening(inputs, moves)
    yield from _told(rest.filter(_.measure < OPENING), members, engine)
    yield from _openings(stays, members, inputs.months)
    yield from _told(rest.filter(_.measure > OPENING), members, engine)


def _told(rows: ibis.Table, members: Members, engine: Engine) -> Iterator[pa.Table]:
    for batch in engine.batches(rows.order_by(*ORDER), rows=ROWS_AT_ONCE):
        if batch.num_rows:
            part = pa.Table.from_batches([batch])
            yield members.tell(part, members.places(part["customer_id"]))


def _openings(stays: pa.Table, members: Members, months: tuple[Month, ...]) -> Iterator[pa.Table]:
    """Who was there when each month began. stays: of every customer, by customer_id."""
    customer = members.places(stays["customer_id"])
    since, until = values_of(stays["since"]), values_of(stays["until"], NEVER)
    for month in months:
        starts_at = _instant(month.starts_on)
        there = np.flatnonzero((since < starts_at) & (until >= starts_at))
        if len(there):
            names = stays["customer_id"].take(rows_at(there))
            yield members.tell(_opening(names, month.starts_on), customer[there])


def _opening(customers: pa.ChunkedArray, starts_on: date) -> pa.Table:
    rows = len(customers)
    at = array_of(np.full(rows, _instant(starts_on)), pa.timestamp("us"))
    return pa.table(
        {
            "customer_id": customers,
            "month": pa.repeat(pa.scalar(starts_on), rows),
            "measure": pa.repeat(OPENING, rows),
            "kind": pa.repeat("", rows),
            "at": at,
            "weight": pa.repeat(1.0, rows),
            "of_opening": pa.repeat(True, rows),
        }
    )


def _instant(day: date) -> int:
    return int(pc.cast(pa.scalar(midnight(day), pa.timestamp("us")), pa.int64()).as_py())
