"""Time cut at every edge of every window of every as-of day, so that a window is a run of segments."""

from collections.abc import Iterable
from datetime import date

import numpy as np

from liuke.view.fast.asks import Ask
from liuke.view.fast.codes import day_number
from liuke.view.fast.seen import AsOfDays

NO_DAY = int(np.iinfo(np.int32).min)


class Segments:
    """Segments of time for the windows of some asks; the first reaches back without end."""

    def __init__(self, asks: Iterable[Ask], days: AsOfDays):
        bounds = {ask.bounds(as_of=day) for ask in asks for day in days.days}
        edges = {day_number(edge) for pair in bounds for edge in pair if edge is not None}
        self._edges = np.array(sorted(edges | set(days.numbers.tolist())), dtype=np.int64)
        self._days = days
        self.first_day = int(self._edges[0]) - 1
        known = np.arange(self.first_day, int(self._edges[-1]) + 1)
        self.segment_of = np.searchsorted(self._edges, known, side="right").astype(np.int32)
        self.first_after = np.searchsorted(days.numbers, known, side="right").astype(np.int32)

    def __len__(self) -> int:
        return len(self._edges)  # nothing is counted at or after the last edge, the latest as-of day

    def of(self, ask: Ask, place: int) -> tuple[int, int]:
        """The window's segments: from the first number on, before the second."""
        start, end = ask.bounds(as_of=self._days.days[place])
        return (0 if start is None else self._begin_at(start)), self._begin_at(end)

    def first_day_of(self, segment: int) -> int:
        """The day with which a segment begins; before all others for the first."""
        return int(self._edges[segment - 1]) if segment else NO_DAY + 1

    def _begin_at(self, edge: date) -> int:
        """The segment that begins with a day that is an edge."""
        return int(np.searchsorted(self._edges, day_number(edge))) + 1
