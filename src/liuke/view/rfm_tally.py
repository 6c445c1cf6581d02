"""Recency, frequency and money counted in arrays by customer: one look at each purchase, in any order."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.view.fast.arrays import array_of, rows_at
from liuke.view.fast.codes import day_number
from liuke.view.rfm_loops import TOO_LARGE, WORD_DAYS, count_days, tally_rows
from liuke.view.rfm_purchases import Batch, NotCountable, Purchases

_NOTHING = np.empty(0, np.int64)
_WORDS = 1 << 26  # words of days of customers that are held at once


def summarise(purchases: Purchases, *, as_of: date) -> pa.Table:
    """The summary of `liuke.view.rfm`, sorted by customer_id. Raises NotCountable."""
    people = len(purchases.ids)
    size = max(1, _WORDS // _words(purchases.span))
    made = []
    for first in range(0, max(1, people), size):
        last = min(first + size, people)
        tally = PurchaseTally(first, last, purchases, today=day_number(as_of))
        for batch in purchases.batches(first, last):
            tally.add(batch)
        made.append(tally.table(purchases.ids.slice(first, last - first)))
    found = pa.concat_tables(made)
    ids = found["customer_id"]
    in_order = len(ids) < 2 or pc.all(pc.less(ids[:-1], ids[1:])).as_py()
    return found if in_order else found.take(pc.sort_indices(ids))


def _words(span: int) -> int:
    return -(-span // WORD_DAYS)


@dataclass(frozen=True)
class Refunds:
    """Rows below nothing: the customer's place in the run, days back, and how much."""

    place: np.ndarray
    back: np.ndarray
    worth: np.ndarray


class PurchaseTally:
    """Counts of the customers numbered from `first` on and before `last`."""

    def __init__(self, first: int, last: int, purchases: Purchases, *, today: int):
        customers = last - first
        self._run, self._today = first, today
        self._per_yuan = purchases.per_yuan or 1
        self._seen = np.zeros((customers, _words(purchases.span)), np.int64)
        self._purchases = np.zeros(customers, np.int64)
        self._first = np.full(customers, -1, np.int32)
        self._last = np.zeros(customers, np.int32)
        self._spend = None if purchases.per_yuan is None else np.zeros(customers, np.int64)
        self._first_worth = np.zeros(customers, np.int64)
        self._size = np.zeros(1, np.int64)
        self._refunds: list[Refunds] = []

    def add(self, batch: Batch) -> None:
        """Count some rows. Raises NotCountable where their sum might not fit."""
        refund = np.empty(len(batch.customer), np.int64)
        found = tally_rows(
            *[batch.customer, batch.happened_on, batch.known_on, batch.code, batch.is_wanted, batch.worth],
            *[self._run, self._today, self._purchases, self._seen, self._first, self._last],
            *[_NOTHING if self._spend is None else self._spend, self._first_worth, self._size, refund],
        )
        if found == TOO_LARGE:
            raise NotCountable
        if found:
            rows = refund[:found]
            back = self._today - 1 - batch.happened_on[rows]
            self._refunds.append(Refunds(batch.customer[rows] - self._run, back, batch.worth[rows]))

    def table(self, ids: pa.Array) -> pa.Table:
        """One row for each customer with a purchase, in the order of the ids."""
        kept, today = np.flatnonzero(self._purchases > 0), self._today
        first_on = today - 1 - self._first[kept].astype(np.int64)
        last_on = today - 1 - self._last[kept].astype(np.int64)
        again = self._count_days()[kept] - 1
        columns = {
            "customer_id": ids if len(kept) == len(ids) else ids.take(rows_at(kept)),
            "recency_days": last_on - first_on,
            "frequency": again,
            "monetary": self._monetary(kept, again),
            "T_days": today - 1 - first_on,
            "purchases": self._purchases[kept],
            "spend": _nothing(len(kept)) if self._spend is None else self._spend[kept] / self._per_yuan,
            "first_on": _dates(first_on),
            "last_on": _dates(last_on),
            "days_since_last": today - last_on,
        }
        return pa.table({name: _column(held) for name, held in columns.items()})

    def _count_days(self) -> np.ndarray:
        days = np.empty(len(self._seen), np.int64)
        count_days(self._seen, days)
        return days

    def _monetary(self, kept: np.ndarray, again: np.ndarray) -> pa.Array:
        if self._spend is None:
            return _nothing(len(kept))
        worth = self._spend - self._first_worth
        for refunds in self._refunds:
            other = ~self._is_of_again(refunds)
            np.subtract.at(worth, refunds.place[other], refunds.worth[other])
        of_all = (worth[kept] / self._per_yuan) / np.where(again > 0, again, 1)
        return array_of(of_all, pa.float64(), again > 0)

    def _is_of_again(self, refunds: Refunds) -> np.ndarray:
        """Whether there was a purchase on the day of the refund that was not the customer's first."""
        place, back = refunds.place, refunds.back
        word = self._seen[place, np.minimum(back // WORD_DAYS, self._seen.shape[1] - 1)]
        found: np.ndarray = ((word >> (back % WORD_DAYS)) & 1 == 1) & (back < self._first[place])
        return found


def _nothing(rows: int) -> pa.Array:
    return pa.nulls(rows, pa.float64())


def _dates(days: np.ndarray) -> pa.Array:
    return array_of(days.astype(np.int32), pa.date32())


def _column(held: np.ndarray | pa.Array) -> pa.Array:
    if not isinstance(held, np.ndarray):
        return held
    return array_of(held, pa.float64() if held.dtype.kind == "f" else pa.int64())
