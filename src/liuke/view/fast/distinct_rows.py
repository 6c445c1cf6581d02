"""Counts of different values by customer: rows of the windows are kept, and looked at for each as-of day."""

from collections.abc import Sequence

import numpy as np

from liuke.view.fast.asks import Ask, columns_of
from liuke.view.fast.batches import Batch
from liuke.view.fast.codes import day_number
from liuke.view.fast.kept_rows import KeptRows
from liuke.view.fast.meeting import rows_meeting
from liuke.view.fast.seen import AsOfDays
from liuke.view.fast.tally import RowTally, Tally


class DistinctRows:
    """Rows that any of some asks may count, for any of the days."""

    def __init__(self, asks: Sequence[Ask], *, customers: int, days: AsOfDays):
        self._asks = asks
        self._customers = customers
        self._days = days
        self._kept = KeptRows(days, columns_of(asks))
        starts = [ask.bounds(as_of=day)[0] for ask in asks for day in days.days]
        known = [day_number(start) for start in starts if start is not None]
        self._from = min(known) if len(known) == len(starts) else None

    def scatter(self, batch: Batch) -> None:
        """Keep what may be counted of a batch's rows."""
        wanted = (batch.customer >= 0) & (batch.customer < self._customers)
        wanted &= batch.happened_on < self._days.numbers[-1]
        if self._from is not None:
            wanted &= batch.happened_on >= self._from
        rows = np.flatnonzero(wanted & self._meeting(batch))
        self._kept.add(batch, rows, np.zeros(len(rows), np.int64))

    def _meeting(self, batch: Batch) -> np.ndarray:
        """Rows that meet the conditions of any ask."""
        met = np.zeros(len(batch.customer), dtype=bool)
        for where in {ask.where for ask in self._asks}:
            one = rows_meeting(where, batch.column)
            met |= True if one is None else one
        return met

    def close(self) -> None:
        """Nothing is left to be done after the last batch."""

    def at(self, place: int) -> dict[Ask, Tally]:
        """Every count as the as-of day at a place sees it."""
        seen = self._kept.at(place)
        if seen is None:
            return {ask: Tally(np.zeros(self._customers, np.int64)) for ask in self._asks}
        tally = RowTally(seen, customers=self._customers, days=self._days, place=place)
        return {ask: tally.take(ask) for ask in self._asks}
