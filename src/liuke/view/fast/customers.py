"""Everybody of whom anything is known, in the order in which the arrays of a computation hold them."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.ingest.canonical import ARROW_TYPES
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
        starts = range(0, max(1, len(self.ids)), size)
        return [
            Customers(
                self.ids, self.by_id, self.known_at, self.number, start, min(start + size, len(self.ids))
            )
            for start in starts
        ]


def read_customers(reader: Reader, index: pa.Array, *, edge: datetime) -> Customers:
    """All customers known before an instant. index: customer_id of each number."""
    rows = reader.read("customers", ["customer_id", "known_at"])
    rows = rows.filter(pc.less(rows["known_at"], pa.scalar(edge, ARROW_TYPES["instant"])))
    first = rows.group_by("customer_id").aggregate([("known_at", "min")]).sort_by("customer_id")
    number = pc.index_in(first["customer_id"], value_set=index).fill_null(-1).to_numpy().astype(np.int64)
    order = np.lexsort((number, number < 0))
    first, number = first.take(pa.array(order)), number[order]
    known_at = pc.cast(first["known_at_min"], pa.int64()).to_numpy()
    ids = first["customer_id"].combine_chunks()
    return Customers(ids, np.argsort(order), known_at, number, 0, len(ids))
