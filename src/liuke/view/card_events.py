"""What events put on cards, from their codes: use and spending by month, for some customers at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from liuke.kernel.days import month_label
from liuke.store import Warehouse
from liuke.view.card_months import HISTORY, USAGE
from liuke.view.fast.codes import MICRO, day_number, round_half_away
from liuke.view.fast.event_codes import CODES

Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
_LARGEST = 1e30  # as in sums of features: beyond it a float is no usable quantity
_FITS = 9e18  # whole numbers of 64 bits


@dataclass(frozen=True)
class EventsOnCards:
    """Of each customer asked for: the list of use, and what was spent by month; unknown where nothing was."""

    usage: pa.ListArray
    spent_fen: Numbers  # customers x months
    is_spent: Mask


@dataclass(frozen=True)
class _Piece:
    """A row group of the codes, and whose and which days' rows are in it."""

    file: pq.ParquetFile
    number: int
    customers: tuple[int, int]
    days: tuple[int, int]


@dataclass(frozen=True)
class _Events:
    """Rows of a piece that count. customer: place among those asked for."""

    customer: Numbers
    day: Numbers
    rows: pa.Table


class EventMonths:
    """The events of a warehouse, coded before, as cards of a day tell of them."""

    def __init__(self, warehouse: Warehouse, *, as_of: date):
        self._today = day_number(as_of)
        self._history = _edges(HISTORY.by_month(as_of=as_of))
        self._use = _edges(USAGE.by_month(as_of=as_of))
        self._labels = pa.array([month_label(start) for start, _end in USAGE.by_month(as_of=as_of)])
        pieces = (
            piece for part in warehouse.manifest.parts(CODES) for piece in _pieces(warehouse.root / part.file)
        )
        self._pieces = [
            piece for piece in pieces if _meet(piece.days, (self._history[0], self._history[-1] - 1))
        ]

    def of(self, numbers: Numbers) -> EventsOnCards:
        """What customers did. numbers: theirs in the index of codes, -1 for none."""
        customers, months = len(numbers), len(self._history) - 1
        spent = np.zeros(customers * months, np.int64)
        held = np.zeros(customers * months, np.int64)
        used = _Use(customers, self._use)
        for events in self._read(numbers):
            month = np.searchsorted(self._history, events.day, side="right") - 1
            slot = events.customer * months + month
            amount, is_known = _whole(events.rows["amount_fen"])
            np.add.at(spent, slot, amount)
            held += np.bincount(slot[is_known], minlength=len(held))
            used.add(events, amount, is_known)
        shape = (customers, months)
        return EventsOnCards(used.listed(self._labels), spent.reshape(shape), (held > 0).reshape(shape))

    def _read(self, numbers: Numbers) -> Iterator[_Events]:
        asked = np.sort(numbers[numbers >= 0])
        if not len(asked):
            return
        place = np.full(asked[-1] + 1, -1, np.int64)
        place[numbers[numbers >= 0]] = np.flatnonzero(numbers >= 0)
        for piece in self._pieces:
            low, high = (
                np.searchsorted(asked, piece.customers[0]),
                np.searchsorted(asked, piece.customers[1], "right"),
            )
            if low < high:
                yield self._read_piece(piece, place)

    def _read_piece(self, piece: _Piece, place: Numbers) -> _Events:
        names = ["customer", "happened_on", "known_on", "amount_fen"]
        if piece.days[1] >= self._use[0]:
            names += ["kind", "quantity"]
        rows = piece.file.read_row_group(piece.number, columns=names).combine_chunks()
        number, day, known = (pc.cast(rows[name], pa.int32()).to_numpy() for name in names[:3])
        customer = np.where(number < len(place), place.take(number, mode="clip"), -1)
        counts = (
            (customer >= 0) & (day >= self._history[0]) & (day < self._history[-1]) & (known < self._today)
        )
        chosen = np.flatnonzero(counts)
        return _Events(
            customer[chosen], day[chosen].astype(np.int64), rows.drop_columns(names[:3]).take(chosen)
        )


class _Use:
    """What was done of each kind in each month, as events come in."""

    def __init__(self, customers: int, edges: Numbers):
        self._customers = customers
        self._edges = edges
        self._kinds: dict[str, int] = {}
        self._parts: list[tuple[Numbers, Numbers, Numbers, Mask, npt.NDArray[np.float64], Mask]] = []

    def add(self, events: _Events, amount: Numbers, is_known: Mask) -> None:
        if "kind" not in events.rows.column_names:
            return
        rows = np.flatnonzero(events.day >= self._edges[0])
        kind = events.rows["kind"].take(rows).combine_chunks().dictionary_encode()
        codes = np.array(
            [self._kinds.setdefault(word, len(self._kinds)) for word in kind.dictionary.to_pylist()]
        )
        month = np.searchsorted(self._edges, events.day[rows], side="right") - 1
        slot = events.customer[rows] * (len(self._edges) - 1) + month
        kinds = codes.astype(np.int64).take(kind.indices.to_numpy()) if len(rows) else np.zeros(0, np.int64)
        scaled, usable = _millionths(events.rows["quantity"].take(rows))
        self._parts.append((slot, kinds, amount[rows], is_known[rows], scaled, usable))

    def listed(self, labels: pa.Array) -> pa.ListArray:
        """A list for each customer, by month and kind."""
        slot, kinds, amount, is_known, scaled, usable = self._together()
        words = sorted(self._kinds)
        rank = np.argsort(np.argsort(list(self._kinds))) if words else np.zeros(0, np.int64)
        width = max(1, len(words))
        group = slot * width + rank.take(kinds) if len(kinds) else slot
        size = self._customers * len(labels) * width
        times = np.bincount(group, minlength=size)
        found = np.flatnonzero(times)
        quantity = _added_exactly(group, scaled, size)[found].astype(np.float64) / MICRO
        customer, rest = np.divmod(found, len(labels) * width)
        month, kind = np.divmod(rest, width)
        items = pa.StructArray.from_arrays(
            [
                labels.take(pa.array(month)),
                pa.array(words, pa.string()).take(pa.array(kind)),
                pa.array(times[found]),
                pa.array(quantity, mask=np.bincount(group[usable], minlength=size)[found] == 0),
                pa.array(
                    _added(group, amount, size)[found],
                    mask=np.bincount(group[is_known], minlength=size)[found] == 0,
                ),
            ],
            names=["month", "kind", "times", "quantity", "amount_fen"],
        )
        return list_by(customer, items, lists=self._customers)

    def _together(self) -> tuple[npt.NDArray, ...]:
        if not self._parts:
            nothing, never = np.zeros(0, np.int64), np.zeros(0, np.bool_)
            return nothing, nothing, nothing, never, nothing.astype(np.float64), never
        return tuple(np.concatenate(column) for column in zip(*self._parts, strict=True))


def list_by(place: Numbers, items: pa.Array, *, lists: int) -> pa.ListArray:
    """Items, sorted by the place of their list, as so many lists."""
    ends = np.cumsum(np.bincount(place, minlength=lists))
    return pa.ListArray.from_arrays(pa.array(np.concatenate([[0], ends]), pa.int32()), items)


def _edges(months: list[tuple[date, date]]) -> Numbers:
    return np.array([day_number(day) for day in (months[0][0], *(end for _start, end in months))])


def _pieces(path: object) -> Iterator[_Piece]:
    file = pq.ParquetFile(path, read_dictionary=["kind"])
    places = [file.schema_arrow.names.index(name) for name in ("customer", "happened_on")]
    for number in range(file.num_row_groups):
        group = file.metadata.row_group(number)
        if group.num_rows:
            customer, day = (group.column(place).statistics for place in places)
            yield _Piece(
                file, number, (customer.min, customer.max), (day_number(day.min), day_number(day.max))
            )


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _whole(column: pa.ChunkedArray) -> tuple[Numbers, Mask]:
    return column.fill_null(0).to_numpy(), column.is_valid().to_numpy()


def _millionths(column: pa.ChunkedArray) -> tuple[npt.NDArray[np.float64], Mask]:
    """Quantities in whole millionths, as the portable evaluator adds them; and which can be added."""
    floats = column.fill_null(np.nan).to_numpy()
    with np.errstate(invalid="ignore"):
        usable = np.abs(floats) < _LARGEST
    return round_half_away(np.where(usable, floats, 0.0) * MICRO), usable


def _added(group: Numbers, values: Numbers, size: int) -> Numbers:
    sums = np.zeros(size, np.int64)
    np.add.at(sums, group, values)
    return sums


def _added_exactly(group: Numbers, values: npt.NDArray[np.float64], size: int) -> npt.NDArray[Any]:
    """Sums of whole numbers in floats, which may be too large for 64 bits."""
    if not len(values) or np.bincount(group, np.abs(values)).max() < _FITS:
        return _added(group, values.astype(np.int64), size)
    sums = np.zeros(size, object)
    np.add.at(sums, group, np.array([int(value) for value in values], object))
    return sums
