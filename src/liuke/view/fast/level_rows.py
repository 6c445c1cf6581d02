"""Balances day by day as one as-of day sees them; what `liuke.view.levels` says, in arrays."""

from dataclasses import dataclass

import numpy as np

from liuke.view.fast.codes import DAY_US
from liuke.view.fast.rows import Seen

NO_LEVEL = int(np.iinfo(np.int64).min)
_STILL = int(np.iinfo(np.int64).max)


@dataclass(frozen=True)
class DailyLevels:
    """What all balances of a customer came to from a day on, until another day; both since 1970."""

    customer: np.ndarray
    on: np.ndarray
    until: np.ndarray
    level: np.ndarray

    def take(self, what: str, customers: int, start: int | None, end: int) -> np.ndarray:
        """One number for each customer, NO_LEVEL where nothing was told before the window's end."""
        first = self.on if start is None else np.maximum(self.on, start)
        last = np.minimum(self.until, end)
        found = np.full(customers, NO_LEVEL)
        if what == "level":
            rows = np.flatnonzero((self.on < end) & (last == end))
            found[self.customer[rows]] = self.level[rows]
        elif what == "peak":
            rows = np.flatnonzero(last > first)
            np.maximum.at(found, self.customer[rows], self.level[rows])
        else:
            rows = np.flatnonzero(self.on < end)
            found[self.customer[rows]] = 0
            days = np.maximum(last - first, 0)
            np.add.at(found, self.customer[rows], self.level[rows] * days[rows])
        return found


def daily_levels(seen: Seen, met: np.ndarray | None) -> DailyLevels:
    """Levels of the rows that meet a condition (None: all)."""
    rows = np.arange(len(seen.customer)) if met is None else np.flatnonzero(met)
    customer, at = seen.customer[rows], seen.column("happened_at").values[rows]
    keys = [customer, *(seen.column(name).values[rows] for name in ("account_id", "asset_class"))]
    order = np.lexsort((at, *keys))
    amount = seen.column("amount_fen").values[rows][order]
    same = np.ones(max(len(rows) - 1, 0), bool)
    for key in keys:
        same &= key[order][1:] == key[order][:-1]
    step = amount.copy()
    step[1:] -= np.where(same, amount[:-1], 0)
    return _running(customer[order], at[order] // DAY_US, step)


def _running(customer: np.ndarray, on: np.ndarray, step: np.ndarray) -> DailyLevels:
    order = np.lexsort((on, customer))
    customer, on, step = customer[order], on[order], step[order]
    new_customer = np.diff(customer, prepend=-1) != 0
    begins = np.flatnonzero(new_customer | (np.diff(on, prepend=_STILL) != 0))
    if not len(begins):
        return DailyLevels(customer, on, on, step)
    change = np.add.reduceat(step, begins)
    customer, on, new_customer = customer[begins], on[begins], new_customer[begins]
    level = np.cumsum(change)
    firsts = np.flatnonzero(new_customer)
    before = level[firsts] - change[firsts]
    level = level - before[np.cumsum(new_customer) - 1]
    until = np.append(on[1:], _STILL)
    until[np.append(new_customer[1:], True)] = _STILL
    return DailyLevels(customer, on, until, level)
