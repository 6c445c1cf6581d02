"""Tallies of all as-of days at once: rows scattered into segments of time, windows read off as sums of them.

A ring holds, for each class of rows, segment and customer, one tally. Rows of a class meet the same
conditions. Rows that became known late are seen by some as-of days and not by earlier ones on which
they had happened; these few are kept aside and added for each day.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from liuke.view.fast import kernels
from liuke.view.fast.asks import Ask, columns_of
from liuke.view.fast.batches import Batch
from liuke.view.fast.codes import summable
from liuke.view.fast.kept_rows import KeptRows, LateTally
from liuke.view.fast.ringable import Key, keys_of
from liuke.view.fast.row_classes import RowClasses
from liuke.view.fast.seen import AsOfDays
from liuke.view.fast.segments import NO_DAY, Segments
from liuke.view.fast.tally import NOTHING_HIGH, NOTHING_LOW, Tally, counted, extreme

_EMPTY: Mapping[str, int] = {"low": NOTHING_LOW, "high": NOTHING_HIGH}
_LATEST_DAY: Key = ("high", "happened_at")  # the day itself tells whether it lies in the window
_NO_DAYS, _NO_VALUES = np.empty(0, np.int32), np.empty(0, np.int64)
_JOINED: Mapping[str, np.ufunc] = {"low": np.minimum, "high": np.maximum}


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
        self._late = KeptRows(days, columns_of(asks))

    def scatter(self, batch: Batch) -> None:
        """Count a batch's rows. Raises TooLarge where numbers could not be added up exactly."""
        code, class_of_code = self._classes.of(batch.column, len(batch.customer))
        self._make_room()
        cell, late = self._place(batch, np.ascontiguousarray(code, np.int32), class_of_code)
        for key in sorted(self._keys - self._placed()):
            self._fill(key, cell, batch)
        fresh = (
            self._fill_days(cell, batch, class_of_code[code])
            if self._day_groups
            else np.zeros(len(cell), np.int64)
        )
        self._late.add(batch, late, fresh[late])

    def _place(
        self, batch: Batch, code: np.ndarray, class_of_code: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Each row's cell, with what every ring wants of it counted on the way; rows that are late."""
        cell, late = (np.empty(len(code), np.int64) for _ in range(2))
        segments, total = self._segments, self._first_sum()
        found = kernels.place_rows(
            *(np.ascontiguousarray(days, np.int32) for days in (batch.customer, batch.happened_on)),
            np.ascontiguousarray(batch.known_on, np.int32),
            code,
            class_of_code,
            segments.first_day,
            segments.first_after,
            segments.segment_of,
            len(segments),
            self._customers,
            len(self._days),
            self._flat(("count", "")),
            self._flat(_LATEST_DAY) if _LATEST_DAY in self._keys else _NO_DAYS,
            self._flat(total) if total else _NO_VALUES,
            _summed(batch, total[1]) if total else _NO_VALUES,
            cell,
            late,
        )
        return cell, late[:found]

    def _first_sum(self) -> Key | None:
        """The sum that is added up while rows are placed; others need another pass."""
        return min((key for key in self._keys if key[0] == "sum"), default=None)

    def _placed(self) -> set[Key]:
        return {("count", ""), _LATEST_DAY, self._first_sum() or ("count", "")}

    def close(self) -> None:
        """After the last batch: sums and latest days run on over the segments, so a window is one look."""
        for key, ring in self._rings.items():
            join = np.maximum if key == _LATEST_DAY else np.add
            for segment in range(1, ring.shape[1] if key == _LATEST_DAY or key[0] not in _EMPTY else 0):
                join(ring[:, segment], ring[:, segment - 1], out=ring[:, segment])

    def at(self, place: int) -> dict[Ask, Tally]:
        """Every tally as the as-of day at a place sees it."""
        late = LateTally(self._late.at(place), place, self._days)
        taken = {}
        block = np.empty((len(self._asks), self._customers), np.int64)  # one, as many small ones cost more
        for values, ask in zip(block, self._asks, strict=True):
            self._read(values, ask, place)
            late.add_to(values, ask, self._group(ask))
            taken[ask] = extreme(values, ask.what) if ask.what in _EMPTY else counted(values)
        return taken

    def _fill(self, key: Key, cell: np.ndarray, batch: Batch) -> None:
        what, name = key
        if what == "sum":
            kernels.add_rows(self._flat(key), cell, _summed(batch, name))
        elif what in ("not held", "not usable"):
            column = batch.column(name)
            there = column.valid if what == "not held" else summable(column)[1]
            if there is not None:
                self._rings[key] = _grown(self._rings.get(key), self._rings["count", ""].shape, key)
                kernels.count_rows(self._flat(key), np.where(there, kernels.OUT, cell))
        elif what in _EMPTY:
            fill = kernels.lower_rows if what == "low" else kernels.raise_rows
            if name == "happened_at":
                fill(self._flat(key), cell, np.ascontiguousarray(batch.happened_on, np.int32))
                return
            column = batch.column(name)
            there = cell if column.valid is None else np.where(column.valid, cell, kernels.OUT)
            fill(self._flat(key), there, np.ascontiguousarray(column.values, np.int64))

    def _fill_days(self, cell: np.ndarray, batch: Batch, row_class: np.ndarray) -> np.ndarray:
        bits = np.zeros(len(self._classes) + 1, np.int64)  # the last one for rows of no class, at -1
        for group, where in enumerate(self._day_groups):
            bits[self._classes.meeting(where)] |= 1 << group
        fresh = np.empty(len(cell), np.int64)
        kernels.count_days(
            self._flat(("days", "")),
            cell,
            np.ascontiguousarray(batch.customer, np.int32),
            np.ascontiguousarray(batch.happened_on, np.int32),
            bits[row_class],
            len(self._segments),
            self._customers,
            fresh,
        )
        return fresh

    def _make_room(self) -> None:
        """Rings as large as there are classes by now."""
        shape = (max(1, len(self._classes)), len(self._segments), self._customers)
        for key in self._keys:
            if key in self._rings or not key[0].startswith("not"):
                self._rings[key] = _grown(self._rings.get(key), shape, key)
        if self._day_groups:
            self._rings["days", ""] = _grown(
                self._rings.get(("days", "")), (len(self._day_groups), *shape[1:]), ("days", "")
            )

    def _flat(self, key: Key) -> np.ndarray:
        return self._rings[key].reshape(-1)

    def _read(self, values: np.ndarray, ask: Ask, place: int) -> None:
        """The window's tally, of all classes that meet the ask's conditions."""
        start, end = self._segments.of(ask, place)
        group = self._group(ask)
        numbers = self._classes.meeting(ask.where) if group is None else [group]
        read = [(key, number) for number in numbers for key in keys_of(ask) if key in self._rings]
        read = read if end > start else []
        from_day = self._segments.first_day_of(start)
        if not read or not self._set_window(values, *read[0], start, end, from_day):
            values[:] = _EMPTY.get(ask.what, 0)
        else:
            read = read[1:]
        for key, number in read:
            self._add_window(values, key, number, start, end, from_day)

    def _set_window(
        self, values: np.ndarray, key: Key, number: int, start: int, end: int, from_day: int
    ) -> bool:
        """Put a first window where nothing stands yet, in one pass; False where it can only be added."""
        ring = self._rings[key][number]
        if key == _LATEST_DAY:
            kernels.set_latest(values, ring[end - 1], from_day, NOTHING_HIGH)
        elif key[0] in _JOINED or key[0].startswith("not"):
            return False
        elif start:
            kernels.set_window(values, ring[end - 1], ring[start - 1])
        else:
            values[:] = ring[end - 1]
        return True

    def _add_window(
        self, values: np.ndarray, key: Key, number: int, start: int, end: int, from_day: int
    ) -> None:
        ring = self._rings[key][number]
        if key == _LATEST_DAY:
            kernels.raise_to_latest(values, ring, end, from_day)
        elif key[0] in _JOINED:
            join = _JOINED[key[0]]
            join(values, join.reduce(ring[start:end], axis=0), out=values)
        else:
            kernels.add_window(values, ring, start, end, -1 if key[0].startswith("not") else 1)

    def _group(self, ask: Ask) -> int | None:
        return self._day_groups.index(ask.where) if ask.what == "days" else None


def _summed(batch: Batch, name: str) -> np.ndarray:
    return np.ascontiguousarray(summable(batch.column(name))[0], np.int64)


def _grown(ring: np.ndarray | None, shape: tuple[int, ...], key: Key) -> np.ndarray:
    if ring is not None and ring.shape == shape:
        return ring
    kind = np.int64 if key[0] in ("sum", *_EMPTY) and key != _LATEST_DAY else np.int32
    nothing = NO_DAY if key == _LATEST_DAY else _EMPTY.get(key[0], 0)
    grown = np.full(shape, nothing, kind) if nothing else np.zeros(shape, kind)
    if ring is not None:
        grown[: len(ring)] = ring
    return grown
