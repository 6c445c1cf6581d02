"""A customer as the planner sees one: plain values, so that a desk can build it as easily as a batch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, NoReturn

from liuke.kernel.errors import LiukeError

LeaveKind = Literal["voluntary", "involuntary", "dormant", "diverted"]
LEAVE_KINDS: tuple[LeaveKind, ...] = ("voluntary", "involuntary", "dormant", "diverted")

_NOTHING: Mapping[str, float | None] = MappingProxyType({})
_NEVER: Mapping[str, date] = MappingProxyType({})


class CandidateRefused(LiukeError):
    """Candidates that contradict themselves or each other."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """What the planner knows of one customer on the day of planning; None is unknown.

    p_leave: probability of leaving by any way. leave_kind: the likeliest way.
    p_by_kind: probability by way of leaving, when known; the ways exclude each other.
    value_at_stake_fen: what is lost with the customer, in fen.
    offers: policy name -> the day it was last offered.
    """

    customer_id: str
    unit_id: str | None = None
    tier: str | None = None
    plan_name: str | None = None
    p_leave: float | None = None
    leave_kind: str | None = None
    value_at_stake_fen: int | None = None
    latest_contact_on: date | None = None
    has_open_complaint: bool = False
    do_not_disturb: bool = False
    has_open_task: bool = False
    offers: Mapping[str, date] = field(default_factory=lambda: _NEVER)
    p_by_kind: Mapping[str, float | None] = field(default_factory=lambda: _NOTHING)

    def __post_init__(self) -> None:
        for probability in (self.p_leave, *self.p_by_kind.values()):
            if probability is not None and not 0 <= probability <= 1:  # NaN is refused here too
                refuse_probability(self.customer_id, probability)

    @property
    def expected_loss_fen(self) -> float | None:
        """Probability of leaving times the value at stake; None when either is unknown."""
        if self.p_leave is None or self.value_at_stake_fen is None:
            return None
        return self.p_leave * self.value_at_stake_fen


def refuse_probability(customer_id: str, probability: float) -> NoReturn:
    raise CandidateRefused(
        f"customer {customer_id}: a probability lies in [0, 1] or is None when unknown, not {probability}"
    )


def probability_of(candidate: Candidate, kinds: frozenset[str]) -> float | None:
    """Probability that the customer leaves in one of some ways; None when it is not known.

    Without probabilities by kind the likeliest kind stands for all: the whole probability when it
    is among those asked for, otherwise unknown.
    """
    if candidate.p_by_kind:
        by_kind = candidate.p_by_kind
        shares = [share for kind in _in_order(kinds) if (share := by_kind.get(kind)) is not None]
        return min(1.0, sum(shares)) if shares else None
    return candidate.p_leave if candidate.leave_kind in kinds else None


@lru_cache
def _in_order(kinds: frozenset[str]) -> tuple[str, ...]:
    """A sum of floats depends on its order, and a set has none."""
    return tuple(sorted(kinds))
