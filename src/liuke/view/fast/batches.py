"""Rows on their way into rings: a piece at a time, days for instants, places for customers."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.store import Warehouse
from liuke.view.fast.arrays import array_of, values_of
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
    reader: Reader, source: str, columns: Collection[str], *, customers: Customers
) -> Iterator[Batch]:
    """A source's rows; in one batch where nothing is stored in the order that is needed."""
    coded = reader.codes(source, set(columns) - {"happened_at", "known_at", "weekday"})
    if coded is not None:
        yield from _coded_batches(coded, columns, customers)
        return
    table = reader.read(source, columns_wanted(source, columns))
    if "period_days" in columns:
        start, end = (pc.cast(table[name], pa.int32()) for name in ("period_start", "period_end"))
        table = table.append_column("period_days", pc.cast(pc.subtract(end, start), pa.int64()))
    place = customers.places(table["customer_id"]).fill_null(-1).to_numpy()
    happened_on, known_on = (_days(table, name) for name in ("happened_at", "known_at"))
    if "hour" in columns:
        hour = encode(table["happened_at"], "instant").values // HOUR_US % 24
        table = table.append_column("hour", pa.array(hour.astype(np.int8)))
    if "weekday" in columns:
        table = _with_weekday(table, happened_on)
    order = np.lexsort((happened_on, place))
    table = table.drop_columns(["customer_id", "happened_at", "known_at"]).take(pa.array(order))
    yield Batch(source, place[order].astype(np.int32), happened_on[order], known_on[order], table)


def _coded_batches(warehouse: Warehouse, columns: Collection[str], customers: Customers) -> Iterator[Batch]:
    numbers = customers.number[customers.start : customers.end]
    numbers = numbers[numbers >= 0]
    if not len(numbers):
        return
    place_of = customers.place_of_number()
    same = np.array_equal(place_of, np.arange(len(place_of)))
    for piece in read_codes(warehouse, columns, first=int(numbers[0]), last=int(numbers[-1])):
        number = values_of(piece["customer"])
        if same and (not len(number) or number.max() < len(place_of)):
            place = number
        else:
            place = place_of.take(number, mode="clip")
            place[number >= len(place_of)] = -1
        happened_on, known_on = (values_of(piece[name]) for name in ("happened_on", "known_on"))
        rest = piece.drop_columns(["customer", "happened_on", "known_on"])
        rest = _with_weekday(rest, happened_on) if "weekday" in columns else rest
        yield Batch("events", place, happened_on, known_on, rest)


def _with_weekday(table: pa.Table, happened_on: np.ndarray) -> pa.Table:
    return table.append_column("weekday", array_of(weekdays(happened_on).astype(np.int8), pa.int8()))


def _days(table: pa.Table, name: str) -> np.ndarray:
    return (encode(table[name], "instant").values // DAY_US).astype(np.int32)
