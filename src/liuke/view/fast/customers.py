"""Everybody of whom anything is known, in the order in which the arrays of a computation hold them."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.view.fast.arrays import array_of, in_one_piece, values_of
from liuke.view.fast.codes import code_scalar
from liuke.view.fast.reading import Reader


@dataclass(frozen=True)
class Customers:
    """A run of customers; places count from its first one.

    ids: customer_id of all, in their order; where some are drawn, those first, so many as are `wanted`.
    known_at: when anything of each became known first (microseconds). number: in the index of codes, -1
    without.
    """

    ids: pa.Array
    known_at: np.ndarray
    number: np.ndarray
    start: int
    end: int
    wanted: int

    def __len__(self) -> int:
        return self.end - self.start

    def places(self, customer_ids: pa.ChunkedArray) -> np.ndarray:
        """Place of each row's customer in the run; -1 for one who is not in it."""
        found = values_of(pc.index_in(customer_ids, value_set=self.ids), -1)
        return np.where((found >= self.start) & (found < self.end), found - self.start, -1).astype(np.int32)

    def places_of_numbers(self, number: np.ndarray) -> np.ndarray:
        """The same for customers named by their numbers in the index."""
        held = self._place_of_number
        if self._is_index and (not len(number) or number.max() < len(held)):
            return number
        place: np.ndarray = (
            held.take(number, mode="clip") if len(held) else np.full(len(number), -1, np.int32)
        )
        place[(number >= len(held)) | (number < 0)] = -1
        return place

    def holds(self, first: int, last: int) -> bool:
        """Whether anybody in the run has a number from the first to the last."""
        return bool(np.searchsorted(self.numbers, last, "right") > np.searchsorted(self.numbers, first))

    @cached_property
    def numbers(self) -> np.ndarray:
        """The numbers of those in the run who have one, sorted."""
        mine = self.number[self.start : self.end]
        return np.sort(mine[mine >= 0])

    def runs(self, size: int) -> list["Customers"]:
        """The same customers in runs of at most so many."""
        starts = range(self.start, max(self.start + 1, self.end), size)
        return [replace(self, start=start, end=min(start + size, self.end)) for start in starts]

    def all_runs(self, size: int) -> list["Customers"]:
        """Everybody in such runs: those who are wanted as they are computed, then the others."""
        others = replace(self, start=self.wanted, end=len(self.ids))
        return replace(self, start=0, end=self.wanted).runs(size) + (others.runs(size) if others else [])

    @cached_property
    def _place_of_number(self) -> np.ndarray:
        places = np.full(int(self.numbers.max(initial=-1)) + 1, -1, np.int32)
        mine = self.number[self.start : self.end]
        places[mine[mine >= 0]] = np.flatnonzero(mine >= 0)
        return places

    @cached_property
    def _is_index(self) -> bool:
        """Whether places are numbers."""
        return np.array_equal(self._place_of_number, np.arange(len(self._place_of_number)))


def read_customers(reader: Reader, index: pa.Array, *, edge: datetime) -> Customers:
    """All customers known before an instant. index: customer_id of each number."""
    rows = reader.read("customers", ["customer_id", "known_at"])
    early = values_of(rows["known_at"]) < code_scalar(edge, "instant")
    rows = rows if early.all() else rows.filter(array_of(early, pa.bool_()))
    if not _in_order(rows["customer_id"]):
        rows = rows.group_by("customer_id").aggregate([("known_at", "min")]).sort_by("customer_id")
        rows = rows.rename_columns({"known_at_min": "known_at"})
    ids = in_one_piece(rows["customer_id"])
    same = ids.equals(index)
    number = np.arange(len(ids)) if same else values_of(pc.index_in(ids, value_set=index), -1)
    return Customers(ids, values_of(rows["known_at"]), number.astype(np.int64), 0, len(ids), len(ids))


def _in_order(ids: pa.ChunkedArray) -> bool:
    """Whether everybody is there once, and sorted, as after a first load."""
    return len(ids) < 2 or bool(pc.all(pc.less(ids[:-1], ids[1:])).as_py())
