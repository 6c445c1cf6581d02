"""Rows on their way into rings: a piece at a time, days for instants, places for customers."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.store import Warehouse
from liuke.view.fast.arrays import array_of, rows_at, values_of
from liuke.view.fast.codes import DAY_US, HOUR_US, Codes, encode, weekdays
from liuke.view.fast.customers import Customers
from liuke.view.fast.event_codes import read_codes
from liuke.view.fast.reading import Reader
from liuke.view.fast.rows import columns_wanted
from liuke.view.sources import SOURCES


@dataclass(frozen=True)
class Batch:
    """Some rows of a source, sorted by customer and day; all rows of a customer's day are in one batch.

    customer: place, -1 for nobody. happened_on, known_on: days since 1970. table: the other columns.
    """

    source: str
    customer: np.ndarray
    happened_on: np.ndarray
    known_on: np.ndarray
    table: pa.Table
    _codes: dict[str, Codes] = field(default_factory=dict)

    def column(self, name: str) -> Codes:
        """Codes of one of the other columns."""
        if name not in self._codes:
            self._codes[name] = encode(self.table[name], SOURCES[self.source].columns[name])
        return self._codes[name]


def read_batches(
    reader: Reader,
    source: str,
    columns: Collection[str],
    *,
    customers: Customers,
    since: int | None = None,
    before: int | None = None,
) -> Iterator[Batch]:
    """A source's rows; in one batch where nothing is stored in the order that is needed.

    since, before: days since 1970 out of which no happening is wanted.
    """
    coded = reader.codes(source, set(columns) - {"happened_at", "known_at", "weekday"})
    if coded is not None:
        yield from _coded_batches(coded, columns, customers, before)
        return
    held = reader.read_of(source, columns_wanted(source, columns), customers, since=since, before=before)
    table, place = held.rows, held.place
    if "period_days" in columns:
        start, end = (pc.cast(table[name], pa.int32()) for name in ("period_start", "period_end"))
        table = table.append_column("period_days", pc.cast(pc.subtract(end, start), pa.int64()))
    happened_on, known_on = (_days(table, name) for name in ("happened_at", "known_at"))
    if "hour" in columns:
        hour = encode(table["happened_at"], "instant").values // HOUR_US % 24
        table = table.append_column("hour", pa.array(hour.astype(np.int8)))
    if "weekday" in columns:
        table = _with_weekday(table, happened_on)
    order = _by_customer_and_day(place, happened_on)
    held_apart = [name for name in ("customer_id", "happened_at", "known_at") if name in table.column_names]
    table = table.drop_columns(held_apart).take(rows_at(order))
    yield Batch(source, place[order], happened_on[order], known_on[order], table)


def _by_customer_and_day(place: np.ndarray, on: np.ndarray) -> np.ndarray:
    """Order of rows. Coded ones come in sorted stretches, which a stable sort of one key only merges."""
    low = int(on.min(initial=0))
    width = int(on.max(initial=0)) - low + 1
    return np.argsort(place.astype(np.int64) * width + (on - low), kind="stable")


def _coded_batches(
    warehouse: Warehouse, columns: Collection[str], customers: Customers, before: int | None
) -> Iterator[Batch]:
    numbers = customers.numbers
    if not len(numbers):
        return
    first, last = int(numbers[0]), int(numbers[-1])
    for piece in read_codes(warehouse, columns, first=first, last=last, holds=customers.holds, before=before):
        place = customers.places_of_numbers(values_of(piece["customer"]))
        happened_on, known_on = (values_of(piece[name]) for name in ("happened_on", "known_on"))
        rest = piece.drop_columns(["customer", "happened_on", "known_on"])
        rest = _with_weekday(rest, happened_on) if "weekday" in columns else rest
        yield Batch("events", place, happened_on, known_on, rest)


def _with_weekday(table: pa.Table, happened_on: np.ndarray) -> pa.Table:
    return table.append_column("weekday", array_of(weekdays(happened_on).astype(np.int8), pa.int8()))


def _days(table: pa.Table, name: str) -> np.ndarray:
    return (encode(table[name], "instant").values // DAY_US).astype(np.int32)
