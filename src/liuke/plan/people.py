"""Candidates as columns: what is asked of many at once, without an object for each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from liuke.plan.candidates import Candidate, refuse_probability

Mask = NDArray[np.bool_]
Column = NDArray[np.float64]  # what is unknown is NaN
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Text:
    """A column of text: of each row the place of its word, -1 where it is unknown."""

    codes: Numbers
    words: Sequence[str]

    @classmethod
    def of(cls, texts: pa.Array | Sequence[str | None]) -> "Text":
        column = texts if isinstance(texts, pa.Array) else pa.array(texts, pa.string())
        coded = column.dictionary_encode()
        codes = coded.indices.fill_null(-1).to_numpy().astype(np.int64)
        return cls(codes, coded.dictionary.to_pylist())

    def at(self, row: int) -> str | None:
        code = self.codes[row]
        return None if code < 0 else self.words[code]

    def among(self, wanted: frozenset[str]) -> Mask:
        """Where the word is one of some; the unknown is none of them."""
        return np.array([*(word in wanted for word in self.words), False])[self.codes]


@dataclass(frozen=True, kw_only=True)
class People:
    """What `Candidate` says of one customer, of many; rows are in the order of customer_id, each once.

    by_kind: probability of leaving by way of leaving; is_by_kind: whose probabilities are told by way.
    contact_on: ordinals of days. offers: of the rows of those who were offered anything.
    """

    customer_id: pa.Array
    unit_id: Text
    tier: Text
    plan_name: Text
    p_leave: Column
    leave_kind: Text
    by_kind: Mapping[str, Column]
    is_by_kind: Mask
    value_fen: Column
    contact_on: Column
    has_open_complaint: Mask
    do_not_disturb: Mask
    has_open_task: Mask
    offers: Mapping[int, Mapping[str, date]]

    def __len__(self) -> int:
        return len(self.customer_id)

    @classmethod
    def of(cls, candidates: Sequence[Candidate]) -> "People":
        """Columns of candidates, in their order."""

        def numbers(read: Callable[[Candidate], float | None]) -> Column:
            return np.array([read(one) for one in candidates], np.float64)  # None becomes NaN

        def flags(read: Callable[[Candidate], Any]) -> Mask:
            return np.fromiter(map(read, candidates), np.bool_, len(candidates))

        def texts(read: Callable[[Candidate], str | None]) -> Text:
            return Text.of([read(one) for one in candidates])

        kinds = sorted({kind for one in candidates for kind in one.p_by_kind})
        return cls(
            customer_id=pa.array([one.customer_id for one in candidates], pa.string()),
            unit_id=texts(lambda one: one.unit_id),
            tier=texts(lambda one: one.tier),
            plan_name=texts(lambda one: one.plan_name),
            p_leave=numbers(lambda one: one.p_leave),
            leave_kind=texts(lambda one: one.leave_kind),
            by_kind={
                kind: np.array([one.p_by_kind.get(kind) for one in candidates], np.float64) for kind in kinds
            },
            is_by_kind=flags(lambda one: one.p_by_kind),
            value_fen=numbers(lambda one: one.value_at_stake_fen),
            contact_on=numbers(lambda one: day.toordinal() if (day := one.latest_contact_on) else None),
            has_open_complaint=flags(lambda one: one.has_open_complaint),
            do_not_disturb=flags(lambda one: one.do_not_disturb),
            has_open_task=flags(lambda one: one.has_open_task),
            offers={row: one.offers for row, one in enumerate(candidates) if one.offers},
        )

    def candidate(self, row: int) -> Candidate:
        """One of them as a value of their own. Raises CandidateRefused for a probability that is none."""
        contact_on, value_fen = _known(self.contact_on[row]), _known(self.value_fen[row])
        by_kind = {kind: _known(p[row]) for kind, p in self.by_kind.items()}
        return Candidate(
            customer_id=self.customer_id[row].as_py(),
            unit_id=self.unit_id.at(row),
            tier=self.tier.at(row),
            plan_name=self.plan_name.at(row),
            p_leave=_known(self.p_leave[row]),
            leave_kind=self.leave_kind.at(row),
            value_at_stake_fen=None if value_fen is None else int(value_fen),
            latest_contact_on=None if contact_on is None else date.fromordinal(int(contact_on)),
            has_open_complaint=bool(self.has_open_complaint[row]),
            do_not_disturb=bool(self.do_not_disturb[row]),
            has_open_task=bool(self.has_open_task[row]),
            offers=self.offers.get(row, {}),
            p_by_kind=by_kind if self.is_by_kind[row] else {},
        )


def check_probability(customer_id: pa.Array, chances: Column) -> None:
    """Raises CandidateRefused for a number that is no probability; NaN is unknown."""
    wrong = np.flatnonzero(~np.isnan(chances) & ~((chances >= 0) & (chances <= 1)))
    if len(wrong):
        refuse_probability(customer_id[int(wrong[0])].as_py(), float(chances[wrong[0]]))


def _known(number: float) -> float | None:
    return None if np.isnan(number) else float(number)
