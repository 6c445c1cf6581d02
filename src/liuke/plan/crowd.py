"""Many candidates in columns, so that a rule is asked of all of them at once."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liuke.plan.candidates import Candidate, probability_of

Mask = NDArray[np.bool_]
Column = NDArray[np.float64]  # what is unknown is NaN


class Crowd:
    """Candidates on one day. Columns stand in the order of the candidates."""

    def __init__(self, candidates: Sequence[Candidate], *, on: date):
        self.candidates = candidates
        self.on = on
        self._probabilities: dict[frozenset[str], Column] = {}

    def __len__(self) -> int:
        return len(self.candidates)

    def test(self, holds: Callable[[Candidate], Any]) -> Mask:
        """Where something is true of a candidate."""
        return np.fromiter(map(holds, self.candidates), np.bool_, len(self))

    def probability(self, kinds: frozenset[str]) -> Column:
        """Of leaving in one of some ways."""
        if kinds not in self._probabilities:
            self._probabilities[kinds] = self._column(lambda one: probability_of(one, kinds))
        return self._probabilities[kinds]

    @cached_property
    def value_fen(self) -> Column:
        return self._column(lambda one: one.value_at_stake_fen)

    @cached_property
    def days_rested(self) -> Column:
        """Days since the latest contact; infinite for those who were never contacted."""
        today = self.on.toordinal()
        return self._column(lambda one: today - day.toordinal() if (day := one.latest_contact_on) else np.inf)

    @cached_property
    def has_known_risk(self) -> Mask:
        return self.test(
            lambda one: one.p_leave is not None or any(p is not None for p in one.p_by_kind.values())
        )

    @cached_property
    def has_open_complaint(self) -> Mask:
        return self.test(lambda one: one.has_open_complaint)

    @cached_property
    def do_not_disturb(self) -> Mask:
        return self.test(lambda one: one.do_not_disturb)

    @cached_property
    def has_open_task(self) -> Mask:
        return self.test(lambda one: one.has_open_task)

    @cached_property
    def were_offered(self) -> tuple[int, ...]:
        """Places of those who were ever offered anything."""
        return tuple(place for place, one in enumerate(self.candidates) if one.offers)

    def all_but(self, places: Sequence[int]) -> Mask:
        """True everywhere but at some places."""
        mask = np.ones(len(self), np.bool_)
        mask[list(places)] = False
        return mask

    def _column(self, read: Callable[[Candidate], float | None]) -> Column:
        return np.array([read(one) for one in self.candidates], np.float64)  # None becomes NaN
