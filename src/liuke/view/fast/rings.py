"""Tallies of all as-of days at once: rows scattered into segments of time, windows read off as sums of them.

A ring holds, for each class of rows, segment and customer, one tally. Rows of a class meet the same
conditions. Rows that became known late are seen by some as-of days and not by earlier ones on which
they had happened; these few are kept aside and added for each day.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from liuke.view.fast import kernels
from liuke.view.fast.asks import Ask
from liuke.view.fast.batches import Batch
from liuke.view.fast.codes import Codes, encode, summable
from liuke.view.fast.late_rows import LateRows
from liuke.view.fast.ringable import Key, keys_of
from liuke.view.fast.row_classes import RowClasses
from liuke.view.fast.seen import AsOfDays
from liuke.view.fast.segments import Segments
from liuke.view.fast.tally import NOTHING_HIGH, NOTHING_LOW, Tally, counted, extreme
from liuke.view.sources import SOURCES

_EMPTY: Mapping[str, int] = {"low": NOTHING_LOW, "high": NOTHING_HIGH}


class Rings:
    """The rings of one source's asks for a range of customers."""

    def __init__(self, asks: Sequence[Ask], *, customers: int, days: AsOfDays):
        self._asks = asks
        self._customers = customers
        self._days = days
        self._segments = Segments(asks, days)
        self._classes = RowClasses([ask.where for ask in asks])
        self._day_groups = list(dict.fromkeys(ask.where for ask in asks if ask.what == "days"))
        self._keys = {key for ask in asks if ask.what != "days" for key in keys_of(ask)} | {("count", "")}
        self._rings: dict[Key, np.ndarray] = {}
        self._late = LateRows(days)

    def scatter(self, batch: Batch) -> None:
        """Count a batch's rows. Raises TooLarge where numbers could not be added up exactly."""
        columns = _Columns(batch.table, self._asks[0].source)
        code, class_of_code = self._classes.of(columns.column, len(batch.customer))
        self._make_room()
        cell = np.empty(len(code), np.int64)
        late = np.empty(len(code), np.int64)
        segments = self._segments
        found = kernels.place_rows(
            batch.customer,
            batch.happened_on,
            batch.known_on,
            code,
            class_of_code,
            segments.first_day,
            segments.first_after,
            segments.segment_of,
            len(segments),
            self._customers,
            len(self._days),
            cell,
            late,
        )
        late = late[:found]
        for key in sorted(self._keys):
            self._fill(key, cell, batch, columns)
        fresh = (
            self._fill_days(cell, batch, class_of_code[code])
            if self._day_groups
            else np.zeros(len(cell), np.int64)
        )
        self._late.add(batch, late, fresh[late])

    def close(self) -> None:
        """After the last batch: sums run on over the segments, so that a window is one difference."""
        for (what, _), ring in self._rings.items():
            if what not in _EMPTY:
                np.cumsum(ring, axis=1, out=ring)

    def at(self, place: int) -> dict[Ask, Tally]:
        """Every tally as the as-of day at a place sees it."""
        late = self._late.at(place, self._asks[0].source)
        taken = {}
        for ask in self._asks:
            values = self._read(ask, place)
            late.add_to(values, ask, self._group(ask))
            taken[ask] = extreme(values) if ask.what in _EMPTY else counted(values)
        return taken

    def _fill(self, key: Key, cell: np.ndarray, batch: Batch, columns: "_Columns") -> None:
        what, name = key
        if what == "count":
            kernels.count_rows(self._flat(key), cell)
        elif what == "sum":
            kernels.add_rows(self._flat(key), cell, summable(columns.column(name))[0])
        elif what in ("not held", "not usable"):
            column = columns.column(name)
            there = column.valid if what == "not held" else summable(column)[1]
            if there is not None:
                kernels.count_rows(self._flat(key), np.where(there, kernels.OUT, cell))
        elif what in _EMPTY:
            fill = kernels.lower_rows if what == "low" else kernels.raise_rows
            if name == "happened_at":
                fill(self._flat(key), cell, batch.happened_on.astype(np.int64))
                return
            column = columns.column(name)
            fill(
                self._flat(key),
                cell if column.valid is None else np.where(column.valid, cell, kernels.OUT),
                column.values,
            )

    def _fill_days(self, cell: np.ndarray, batch: Batch, row_class: np.ndarray) -> np.ndarray:
        bits = np.zeros(len(self._classes) + 1, np.int64)  # the last one for rows of no class, at -1
        for group, where in enumerate(self._day_groups):
            bits[self._classes.meeting(where)] |= 1 << group
        return kernels.count_days(
            self._flat(("days", "")),
            cell,
            batch.customer,
            batch.happened_on,
            bits[row_class],
            len(self._segments),
            self._customers,
        )

    def _make_room(self) -> None:
        """Rings as large as there are classes by now."""
        shape = (max(1, len(self._classes)), len(self._segments), self._customers)
        for key in self._keys:
            self._rings[key] = _grown(self._rings.get(key), shape, key[0])
        if self._day_groups:
            self._rings["days", ""] = _grown(
                self._rings.get(("days", "")), (len(self._day_groups), *shape[1:]), "count"
            )

    def _flat(self, key: Key) -> np.ndarray:
        return self._rings[key].reshape(-1)

    def _read(self, ask: Ask, place: int) -> np.ndarray:
        """The window's tally, of all classes that meet the ask's conditions."""
        start, end = self._segments.of(ask, place)
        values = np.full(self._customers, _EMPTY.get(ask.what, 0), np.int64)
        if not self._rings:
            return values
        group = self._group(ask)
        for number in self._classes.meeting(ask.where) if group is None else [group]:
            for key in keys_of(ask):
                _read_window(values, self._rings[key][number], start, end, key[0])
        return values

    def _group(self, ask: Ask) -> int | None:
        return self._day_groups.index(ask.where) if ask.what == "days" else None


class _Columns:
    """Codes of a batch's columns, each made once."""

    def __init__(self, table: pa.Table, source: str):
        self._table = table
        self._kinds = SOURCES[source].columns
        self._made: dict[str, Codes] = {}

    def column(self, name: str) -> Codes:
        if name not in self._made:
            self._made[name] = encode(self._table[name], self._kinds[name])
        return self._made[name]


def _read_window(values: np.ndarray, ring: np.ndarray, start: int, end: int, what: str) -> None:
    if what == "low":
        np.minimum(values, ring[start:end].min(axis=0, initial=NOTHING_LOW), out=values)
    elif what == "high":
        np.maximum(values, ring[start:end].max(axis=0, initial=NOTHING_HIGH), out=values)
    else:
        sign = np.subtract if what.startswith("not") else np.add
        less = np.add if what.startswith("not") else np.subtract
        if end > start:
            sign(values, ring[end - 1], out=values)
            if start:
                less(values, ring[start - 1], out=values)


def _grown(ring: np.ndarray | None, shape: tuple[int, ...], what: str) -> np.ndarray:
    if ring is not None and ring.shape == shape:
        return ring
    kind = np.int64 if what in ("sum", *_EMPTY) else np.int32
    grown = np.full(shape, _EMPTY[what], kind) if what in _EMPTY else np.zeros(shape, kind)
    if ring is not None:
        grown[: len(ring)] = ring
    return grown
