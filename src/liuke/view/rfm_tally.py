"""Recency, frequency and money counted in arrays by customer: one look at each purchase, in any order."""

from datetime import date
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.view.fast.arrays import array_of, rows_at
from liuke.view.fast.codes import day_number
from liuke.view.rfm_purchases import Batch, NotCountable, Purchases

_CELLS = 1 << 29  # days of customers that are held at once, a byte each
_LARGEST_SUM = 2**62


def summarise(purchases: Purchases, *, as_of: date) -> pa.Table:
    """The summary of `liuke.view.rfm`, sorted by customer_id. Raises NotCountable."""
    people = len(purchases.ids)
    size = max(1, _CELLS // purchases.span)
    made = []
    for first in range(0, max(1, people), size):
        last = min(first + size, people)
        tally = PurchaseTally(last - first, purchases.span, priced=purchases.per_yuan is not None)
        for batch in purchases.batches(first, last):
            tally.add(batch)
        ids = purchases.ids.slice(first, last - first)
        made.append(tally.table(ids, today=day_number(as_of), per_yuan=purchases.per_yuan or 1))
    found = pa.concat_tables(made)
    ids = found["customer_id"]
    in_order = len(ids) < 2 or pc.all(pc.less(ids[:-1], ids[1:])).as_py()
    return found if in_order else found.take(pc.sort_indices(ids))


class PurchaseTally:
    """Counts of a run of customers over `span` days, which are numbered backwards from the last day seen."""

    def __init__(self, customers: int, span: int, *, priced: bool):
        self._span = span
        # Rows of whole words, so that a customer's days can be added up eight at a time.
        self._seen = np.zeros((customers, -(-span // 8) * 8), bool)
        self._purchases = np.zeros(customers, np.int64)
        self._first = np.full(customers, -1, np.int32)  # days back to the first purchase
        self._spend = np.zeros(customers, np.int64) if priced else None
        self._first_worth = np.zeros(customers, np.int64)
        self._refunds: list[Batch] = []
        self._size = 0.0

    def add(self, batch: Batch) -> None:
        """Count some rows. Raises NotCountable where their sum might not fit."""
        worth = batch.worth
        if worth is not None and self._spend is not None:
            self._size += float(np.abs(worth.astype(np.float64)).sum())
            if self._size > _LARGEST_SUM:
                raise NotCountable
            np.add.at(self._spend, batch.place, worth)
            refunded = worth < 0
            if refunded.any():
                self._refunds.append(_of(batch, np.flatnonzero(refunded)))
                batch = _of(batch, np.flatnonzero(~refunded))
        np.add.at(self._purchases, batch.place, np.ones(len(batch.place), np.int64))
        self._seen.reshape(-1)[batch.place * self._seen.shape[1] + batch.back] = True
        self._add_first(batch)

    def _add_first(self, batch: Batch) -> None:
        """Keep the first purchase day, and what was spent on it: an earlier one begins anew."""
        known = self._first.take(batch.place)
        rows = np.flatnonzero(batch.back >= known)
        place, back = batch.place[rows], batch.back[rows]
        earlier = place[back > known[rows]]
        self._first_worth[earlier] = 0
        np.maximum.at(self._first, place, back)
        if batch.worth is not None:
            on_first = back == self._first[place]
            np.add.at(self._first_worth, place[on_first], batch.worth[rows[on_first]])

    def table(self, ids: pa.Array, *, today: int, per_yuan: int) -> pa.Table:
        """One row for each customer with a purchase, in the order of the ids."""
        kept = np.flatnonzero(self._purchases > 0)
        first_on = today - 1 - self._first[kept].astype(np.int64)
        last_on = today - 1 - self._seen.argmax(axis=1)[kept]
        again = self._days[kept] - 1
        columns = {
            "customer_id": ids if len(kept) == len(ids) else ids.take(rows_at(kept)),
            "recency_days": last_on - first_on,
            "frequency": again,
            "monetary": self._monetary(kept, again, per_yuan),
            "T_days": today - 1 - first_on,
            "purchases": self._purchases[kept],
            "spend": _nothing(len(kept)) if self._spend is None else self._spend[kept] / per_yuan,
            "first_on": _dates(first_on),
            "last_on": _dates(last_on),
            "days_since_last": today - last_on,
        }
        return pa.table({name: _column(held) for name, held in columns.items()})

    @cached_property
    def _days(self) -> np.ndarray:
        """Days with a purchase."""
        words = self._seen.view(np.uint64)
        days = np.zeros(len(words), np.int64)
        for start in range(0, words.shape[1], 255):  # a byte of a word holds no more
            added = words[:, start : start + 255].sum(axis=1)
            days += added.view(np.uint8).reshape(-1, 8).sum(axis=1, dtype=np.int64)
        return days

    def _monetary(self, kept: np.ndarray, again: np.ndarray, per_yuan: int) -> pa.Array:
        if self._spend is None:
            return _nothing(len(kept))
        worth = self._spend - self._first_worth
        for refunds in self._refunds:
            assert refunds.worth is not None
            first = self._first[refunds.place]
            of_again = self._seen[refunds.place, refunds.back] & (refunds.back < first)
            np.subtract.at(worth, refunds.place[~of_again], refunds.worth[~of_again])
        of_all = (worth[kept] / per_yuan) / np.where(again > 0, again, 1)
        return array_of(of_all, pa.float64(), again > 0)


def _of(batch: Batch, rows: np.ndarray) -> Batch:
    worth = None if batch.worth is None else batch.worth[rows]
    return Batch(batch.place[rows], batch.back[rows], worth)


def _nothing(rows: int) -> pa.Array:
    return pa.nulls(rows, pa.float64())


def _dates(days: np.ndarray) -> pa.Array:
    return array_of(days.astype(np.int32), pa.date32())


def _column(held: np.ndarray | pa.Array) -> pa.Array:
    if not isinstance(held, np.ndarray):
        return held
    return array_of(held, pa.float64() if held.dtype.kind == "f" else pa.int64())
