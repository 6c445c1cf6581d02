"""Everybody of whom anything is known, in the order in which the arrays of a computation hold them."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.view.fast.arrays import array_of, in_one_piece, rows_at, values_of
from liuke.view.fast.codes import code_scalar
from liuke.view.fast.reading import Reader


@dataclass(frozen=True)
class Customers:
    """A run of customers; places count from its first one.

    ids: customer_id of all, in the order of their numbers in the index of codes, then those without one.
    by_id: their order by customer_id.
    known_at: when anything of each became known first (microseconds). number: in that index, -1 without.
    """

    ids: pa.Array
    by_id: np.ndarray
    known_at: np.ndarray
    number: np.ndarray
    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def places(self, customer_ids: pa.ChunkedArray) -> pa.Array:
        """Place of each row's customer in the run; missing for one who is not in it."""
        found = pc.index_in(customer_ids, value_set=self.ids)
        found = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
        if len(self) == len(self.ids):
            return found
        within = pc.and_(pc.greater_equal(found, self.start), pc.less(found, self.end))
        return pc.if_else(within, pc.subtract(found, self.start), pa.scalar(None, pa.int32()))

    def place_of_number(self) -> np.ndarray:
        """Place of each number of the index; -1 for one who is not in the run."""
        places = np.full(int(self.number.max(initial=-1)) + 1, -1, np.int32)
        mine = self.number[self.start : self.end]
        places[mine[mine >= 0]] = np.flatnonzero(mine >= 0)
        return places

    def runs(self, size: int) -> list["Customers"]:
        """The same customers in runs of at most so many."""
        starts = range(self.start, max(self.start + 1, self.end), size)
        return [
            Customers(self.ids, self.by_id, self.known_at, self.number, start, min(start + size, self.end))
            for start in starts
        ]


def read_customers(reader: Reader, index: pa.Array, *, edge: datetime) -> Customers:
    """All customers known before an instant. index: customer_id of each number."""
    rows = reader.read("customers", ["customer_id", "known_at"])
    early = values_of(rows["known_at"]) < code_scalar(edge, "instant")
    rows = rows if early.all() else rows.filter(array_of(early, pa.bool_()))
    if not _in_order(rows["customer_id"]):
        rows = rows.group_by("customer_id").aggregate([("known_at", "min")]).sort_by("customer_id")
        rows = rows.rename_columns({"known_at_min": "known_at"})
    ids = in_one_piece(rows["customer_id"])
    known_at = values_of(rows["known_at"])
    if ids.equals(index):
        number = np.arange(len(ids))
        return Customers(ids, number, known_at, number, 0, len(ids))
    number = values_of(pc.index_in(ids, value_set=index), -1).astype(np.int64)
    order = np.lexsort((number, number < 0))
    return Customers(ids.take(rows_at(order)), np.argsort(order), known_at[order], number[order], 0, len(ids))


def _in_order(ids: pa.ChunkedArray) -> bool:
    """Whether everybody is there once, and sorted, as after a first load."""
    return len(ids) < 2 or bool(pc.all(pc.less(ids[:-1], ids[1:])).as_py())
