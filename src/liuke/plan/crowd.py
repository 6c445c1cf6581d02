"""Many candidates on one day, so that a rule is asked of all of them at once."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property

import numpy as np

from liuke.plan.candidates import Candidate
from liuke.plan.people import Column, Mask, Numbers, People, Text

__all__ = ["Column", "Crowd", "Mask", "Numbers", "Text"]


class Crowd:
    """Candidates on one day. Columns stand in the order of the candidates."""

    def __init__(self, candidates: Sequence[Candidate] | People, *, on: date):
        self.people = candidates if isinstance(candidates, People) else People.of(candidates)
        self.on = on
        self._probabilities: dict[frozenset[str], Column] = {}

    def __len__(self) -> int:
        return len(self.people)

    def candidate(self, row: int) -> Candidate:
        return self.people.candidate(row)

    def probability(self, kinds: frozenset[str]) -> Column:
        """Of leaving in one of some ways, as `probability_of` has it for one."""
        if kinds not in self._probabilities:
            self._probabilities[kinds] = self._probability(kinds)
        return self._probabilities[kinds]

    def _probability(self, kinds: frozenset[str]) -> Column:
        people = self.people
        total, is_known = np.zeros(len(self)), np.zeros(len(self), np.bool_)
        for kind in sorted(kinds & set(people.by_kind)):  # a sum of floats depends on its order
            there = ~np.isnan(people.by_kind[kind])
            total = total + np.where(there, people.by_kind[kind], 0.0)
            is_known |= there
        by_kind = np.where(is_known, np.minimum(total, 1.0), np.nan)
        likeliest = np.where(people.leave_kind.among(kinds), people.p_leave, np.nan)
        return np.where(people.is_by_kind, by_kind, likeliest)

    @property
    def value_fen(self) -> Column:
        return self.people.value_fen

    @cached_property
    def days_rested(self) -> Column:
        """Days since the latest contact; infinite for those who were never contacted."""
        days = self.on.toordinal() - self.people.contact_on
        return np.where(np.isnan(days), np.inf, days)

    @cached_property
    def has_known_risk(self) -> Mask:
        told = [~np.isnan(p) for p in self.people.by_kind.values()]
        return np.logical_or.reduce([~np.isnan(self.people.p_leave), *told])

    @property
    def has_open_complaint(self) -> Mask:
        return self.people.has_open_complaint

    @property
    def do_not_disturb(self) -> Mask:
        return self.people.do_not_disturb

    @property
    def has_open_task(self) -> Mask:
        return self.people.has_open_task

    @property
    def were_offered(self) -> tuple[int, ...]:
        """Rows of those who were ever offered anything."""
        return tuple(self.people.offers)

    def all_but(self, rows: Sequence[int]) -> Mask:
        """True everywhere but at some rows."""
        mask = np.ones(len(self), np.bool_)
        mask[list(rows)] = False
        return mask
