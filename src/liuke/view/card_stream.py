"""The cards of a warehouse, some customers at a time: what `compute_cards` says, within little memory.

Everything that is small for each customer is asked of the engine once and kept as columns; lists of use and
spending are made of the coded events, of the customers whose turn it is.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.ingest.tables import canonical_tables
from liuke.kernel.days import month_label
from liuke.store import Warehouse
from liuke.view.card import basics, compute_cards, quiet_parts
from liuke.view.card_events import EventMonths, EventsOnCards, list_by
from liuke.view.card_lists import LISTS, recent_rows
from liuke.view.card_months import HISTORY
from liuke.view.fast import code_events
from liuke.view.fast.event_codes import read_index

CUSTOMERS_AT_ONCE = 100_000
Columns = Mapping[str, pa.Array]


def stream_cards(
    warehouse: Warehouse, *, as_of: date, customers_at_once: int = CUSTOMERS_AT_ONCE
) -> pa.RecordBatchReader:
    """Every card as of the day, as `compute_cards` has them, in batches. Needs the warehouse's lock."""
    code_events(warehouse)
    tables = canonical_tables(warehouse)
    schema = compute_cards(tables, as_of=as_of).schema().to_pyarrow()
    batches = _batches(warehouse, tables, schema, as_of, customers_at_once)
    return pa.RecordBatchReader.from_batches(schema, _one_ahead(batches))


def _one_ahead(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The batches, each of which is made while the one before is written."""
    with ThreadPoolExecutor(1) as maker:
        made = maker.submit(next, batches, None)
        while (batch := made.result()) is not None:
            made = maker.submit(next, batches, None)
            yield batch


def _batches(
    warehouse: Warehouse, tables: Mapping[str, ibis.Table], schema: pa.Schema, as_of: date, size: int
) -> Iterator[pa.RecordBatch]:
    read = warehouse.engine.to_arrow
    people = read(basics(tables, as_of=as_of).order_by("customer_id")).combine_chunks()
    ids = people["customer_id"].combine_chunks()
    parts: list[_Part | _Latest] = []
    parts += (_Part.of(read(part), ids) for part in quiet_parts(tables, as_of=as_of))
    parts += (_Latest.of(name, read(recent_rows(tables, name, as_of=as_of)), ids) for name in LISTS)
    numbers = pc.index_in(ids, value_set=read_index(warehouse)).fill_null(-1).to_numpy().astype(np.int64)
    events = EventMonths(warehouse, as_of=as_of)
    for start in range(0, len(ids), size):
        rows = {name: _whole(people[name].slice(start, size)) for name in people.column_names}
        for part in parts:
            rows |= part.take(start, size)
        happened = events.of(numbers[start : start + size])
        made = _tidy(rows, happened, as_of=as_of)
        yield pa.record_batch([_as_kind(made[field.name], field.type) for field in schema], schema=schema)


@dataclass(frozen=True)
class _Part:
    """Columns of those customers who have any. rows: of every customer the row here, missing for none."""

    columns: pa.Table
    rows: pa.Array

    @classmethod
    def of(cls, part: pa.Table, ids: pa.Array) -> "_Part":
        rows = pc.index_in(ids, value_set=_whole(part["customer_id"]))
        return cls(part.drop_columns(["customer_id"]).combine_chunks(), rows)

    def take(self, start: int, size: int) -> dict[str, pa.Array]:
        taken = self.columns.take(self.rows.slice(start, size))
        return {name: _whole(taken[name]) for name in taken.column_names}


@dataclass(frozen=True)
class _Latest:
    """A list of rows for each customer, empty for none."""

    name: str
    lists: pa.ListArray

    @classmethod
    def of(cls, name: str, rows: pa.Table, ids: pa.Array) -> "_Latest":
        customer = pc.index_in(rows["customer_id"], value_set=ids)
        known = np.flatnonzero(customer.is_valid().to_numpy())
        whose = customer.fill_null(-1).to_numpy()[known].astype(np.int64)
        order = np.lexsort((rows["_place"].to_numpy()[known], whose))
        taken = rows.select(list(LISTS[name].columns)).take(pa.array(known[order])).combine_chunks()
        items = taken.to_struct_array()
        return cls(name, list_by(whose[order], _whole(items), lists=len(ids)))

    def take(self, start: int, size: int) -> dict[str, pa.Array]:
        return {self.name: self.lists.slice(start, size)}


def _tidy(rows: Columns, happened: EventsOnCards, *, as_of: date) -> dict[str, pa.Array]:
    """As the last step of `compute_cards`: nothing told of complaints is no complaint, and so on."""
    complaints = rows["open_complaints"].fill_null(0)
    made = dict(rows) | {
        "as_of": pa.repeat(pa.scalar(as_of), len(complaints)),
        "opened_on": pc.coalesce(rows["customer_opened_on"], rows["account_opened_on"]),
        "do_not_disturb": rows["do_not_disturb"].fill_null(False),
        "accounts": rows["accounts"].fill_null(0),
        "open_complaints": complaints,
        "has_open_complaint": pc.greater(complaints, 0),
        "history": _history(rows, happened, as_of=as_of),
        "usage": happened.usage,
    }
    return made | {"products": _empty_for_missing(rows["products"])}


def _history(rows: Columns, happened: EventsOnCards, *, as_of: date) -> pa.Array:
    """The twelve months as one list, whether or not anything happened in them."""
    months = HISTORY.by_month(as_of=as_of)
    customers = len(rows["customer_id"])
    labels = pa.array([month_label(start) for start, _end in months])

    def by_month(name: str) -> pa.Array:
        columns = [rows[f"_{name}_{number}"] for number in range(len(months))]
        values = np.stack([column.fill_null(0).to_numpy() for column in columns], axis=1)
        missing = np.stack([column.is_null().to_numpy(zero_copy_only=False) for column in columns], axis=1)
        return pa.array(values.ravel(), pa.int64(), mask=missing.ravel())

    spent = pa.array(happened.spent_fen.ravel(), pa.int64(), mask=~happened.is_spent.ravel())
    items = pa.StructArray.from_arrays(
        [
            labels.take(pa.array(np.tile(np.arange(len(months)), customers))),
            by_month("billed"),
            by_month("paid"),
            spent,
        ],
        names=["month", "billed_fen", "paid_fen", "spent_fen"],
    )
    return pa.ListArray.from_arrays(pa.array(np.arange(customers + 1) * len(months), pa.int32()), items)


def _empty_for_missing(lists: pa.ListArray) -> pa.Array:
    ends = np.cumsum(pc.list_value_length(lists).fill_null(0).to_numpy())
    return pa.ListArray.from_arrays(pa.array(np.append(0, ends), pa.int32()), lists.flatten())


def _whole(column: Any) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _as_kind(column: pa.Array, kind: pa.DataType) -> pa.Array:
    return column if column.type == kind else column.cast(kind)
