"""Tallies taken row by row, for rows that are few or that each as-of day sees differently."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from liuke.view.fast.asks import Ask, Where
from liuke.view.fast.codes import Codes, day_number, summable
from liuke.view.fast.level_rows import DailyLevels, daily_levels
from liuke.view.fast.meeting import rows_meeting
from liuke.view.fast.rows import Seen, happened_on
from liuke.view.fast.seen import AsOfDays
from liuke.view.measures import LEVELS
from liuke.view.periods import LONGEST_MONTH_DAYS
from liuke.view.sources import SOURCES

NOTHING_LOW = np.iinfo(np.int64).max
NOTHING_HIGH = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Tally:
    """One number for each customer; words that codes of text are of.

    nothing: what stands where there is nothing.
    """

    values: np.ndarray
    nothing: int = 0
    words: pa.Array | None = None

    @cached_property
    def known(self) -> np.ndarray:
        """Which customers have a value at all."""
        return self.values != self.nothing


class RowTally:
    """Tallies of the rows that one as-of day sees; conditions and windows are looked at once."""

    def __init__(self, seen: Seen, *, customers: int, days: AsOfDays, place: int):
        self._seen = seen
        self._customers = customers
        self._as_of = days.days[place]
        self._today = int(days.numbers[place])
        self._met: dict[object, np.ndarray | None] = {}
        self._daily: dict[Where, DailyLevels] = {}

    def take(self, ask: Ask) -> Tally:
        """The tally asked for."""
        if ask.what == "unclear":
            return counted(self._unclear(ask).astype(np.int64))
        if ask.what in LEVELS:
            start, end = ask.bounds(as_of=self._as_of)
            return extreme(
                self._levels(ask).take(ask.what, self._customers, _number(start), day_number(end)), "high"
            )
        rows, column = self.rows(ask)
        customer = self._seen.customer[rows]
        if column is None:
            return counted(np.bincount(customer, minlength=self._customers))
        if ask.what == "sum":
            return counted(add_up(np.zeros(self._customers, np.int64), customer, summable(column)[0]))
        if ask.what in ("low", "high"):
            return extreme(_extreme(self._customers, customer, column.values, ask.what), ask.what)
        if ask.what in ("first", "latest"):
            return self._one_row(ask, rows, column)
        if ask.what in ("days", "distinct"):
            return counted(count_pairs(customer, column.values, self._customers))
        return counted(np.bincount(customer, minlength=self._customers))

    def rows(self, ask: Ask) -> tuple[np.ndarray, Codes | None]:
        """Rows that are counted, and of them the measured column."""
        met = self._meeting(ask)
        rows = np.arange(len(self._seen.customer)) if met is None else np.flatnonzero(met)
        if ask.of is None or ask.what == "count":
            return rows, None
        column = self._seen.column(ask.of).take(rows)
        if ask.as_day:
            column = Codes("day", column.days(), column.valid)
        kept = column.valid
        if ask.what == "usable":
            kept = summable(column)[1]
        if ask.elapsed:
            past = column.values <= self._today
            kept = past if kept is None else kept & past
        return (rows, column) if kept is None else (rows[kept], column.take(np.flatnonzero(kept)))

    def _meeting(self, ask: Ask) -> np.ndarray | None:
        where = self._once(ask.where, lambda: rows_meeting(ask.where, self._seen.column))
        bounds = ask.bounds(as_of=self._as_of)
        if bounds == (None, self._as_of):
            return where
        within = self._once(bounds, lambda: self._within(*map(_number, bounds)))
        return within if where is None else where & within

    def _within(self, start: int | None, end: int | None) -> np.ndarray:
        on = happened_on(self._seen)
        before = on < end
        return before if start is None else before & (on >= start)

    def _once(self, key: object, make: Callable[[], np.ndarray | None]) -> np.ndarray | None:
        if key not in self._met:
            self._met[key] = make()
        return self._met[key]

    def _levels(self, ask: Ask) -> DailyLevels:
        if ask.where not in self._daily:
            self._daily[ask.where] = daily_levels(self._seen, rows_meeting(ask.where, self._seen.column))
        return self._daily[ask.where]

    def _one_row(self, ask: Ask, rows: np.ndarray, column: Codes) -> Tally:
        """The value on the earliest or latest row; of equal rows the smallest or largest value."""
        known_at = self._seen.column("known_at").values[rows]
        clock = self._seen.column(SOURCES[ask.source].clock).take(rows)
        at = np.where(clock.present(), clock.values, known_at)
        customer, what = self._seen.customer[rows], "high" if ask.what == "latest" else "low"
        kept = np.arange(len(rows))
        for key in (at, known_at):
            best = _extreme(self._customers, customer[kept], key[kept], what)
            kept = kept[key[kept] == best[customer[kept]]]
        customer, column = customer[kept], column.take(kept)
        return extreme(_extreme(self._customers, customer, column.values, what), what, column.words)

    def _unclear(self, ask: Ask) -> np.ndarray:
        """Customers with a row about more than a month that reaches over an edge of the window."""
        start, end = map(_number, ask.bounds(as_of=self._as_of))
        begins, ends = (self._seen.column(name).values for name in ("period_start", "period_end"))
        unclear = (
            (self._seen.column("period_days").values > LONGEST_MONTH_DAYS) & (begins < end) & (ends > start)
        )
        if ask.of is None:
            unclear &= ~((begins >= start) & (ends <= end))
        found = np.zeros(self._customers, dtype=bool)
        found[self._seen.customer[unclear]] = True
        return found


def counted(values: np.ndarray) -> Tally:
    return Tally(values)


def extreme(values: np.ndarray, what: str, words: pa.Array | None = None) -> Tally:
    return Tally(values, NOTHING_LOW if what == "low" else NOTHING_HIGH, words)


def add_up(into: np.ndarray, customer: np.ndarray, values: np.ndarray) -> np.ndarray:
    np.add.at(into, customer, values)
    return into


def count_pairs(customer: np.ndarray, values: np.ndarray, customers: int) -> np.ndarray:
    """How many different values each customer has."""
    if not len(values):
        return np.zeros(customers, dtype=np.int64)
    low, high = int(values.min()), int(values.max())
    if (high - low + 1) * customers > 2**62:
        values, low = np.unique(values, return_inverse=True)[1], 0
        high = int(values.max())
    width = high - low + 1
    pairs = np.sort(
        customer * width + (values - low)
    )  # np.unique hashes, which takes a hundred times as long
    fresh = np.append(True, pairs[1:] != pairs[:-1])
    return np.bincount(pairs[fresh] // width, minlength=customers)


def _extreme(customers: int, customer: np.ndarray, values: np.ndarray, what: str) -> np.ndarray:
    if what == "low":
        found = np.full(customers, NOTHING_LOW)
        np.minimum.at(found, customer, values)
    else:
        found = np.full(customers, NOTHING_HIGH)
        np.maximum.at(found, customer, values)
    return found


def _number(day: object) -> int | None:
    return None if day is None else day_number(day)  # type: ignore[arg-type]
