"""Why those passed over are passed over, in words, for many at once.

Each reason is put into words once for all who are told the same; the sentences of each customer are then put
together as columns, some customers at a time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from liuke.kernel.words import Words
from liuke.plan.crowd import Column, Mask, Numbers
from liuke.plan.eligibility import RULES
from liuke.plan.explanations import explain_outbid
from liuke.plan.judgement import Judgement
from liuke.plan.policies import Policy
from liuke.plan.screen import Screen

_AT_ONCE = 100_000
_BETWEEN = {"zh": ("；", "，"), "en": ("; ", ", ")}
Side = Literal["zh", "en"]
_SIDES: tuple[Side, Side] = ("zh", "en")
Reason: TypeAlias = NDArray[np.integer[Any]] | None


@dataclass(frozen=True)
class _Said:
    """Words that reasons were put into, each once."""

    places: dict[Words, int] = field(default_factory=dict)

    def of(self, rows: Numbers, told_of: NDArray[Any], say: Callable[[int], Words]) -> Numbers:
        """The place of the words for each row; said once for all rows of which the same is told."""
        _, first, alike = np.unique(told_of, return_index=True, return_inverse=True)
        said = [self.places.setdefault(words, len(self.places)) for words in map(say, rows[first].tolist())]
        return np.array(said, np.int64)[alike]

    def texts(self, side: Side) -> pa.Array:
        return pa.array([words.say(side) for words in self.places], pa.string())


def say_why_not(judged: Judgement, rows: Numbers, *, budget_price: float) -> tuple[pa.Array, pa.Array]:
    """In Chinese and in English, why the candidates of some rows get no offer."""
    eligible = np.isfinite(judged.gains_fen[rows]).any(axis=1)
    outbid = _say_outbid(judged, rows[eligible], budget_price)
    refused = _Reasons(judged, rows[~eligible]).say()
    order = np.argsort(np.concatenate([np.flatnonzero(eligible), np.flatnonzero(~eligible)]), kind="stable")
    zh, en = (pa.concat_arrays(texts).take(pa.array(order)) for texts in zip(outbid, refused, strict=True))
    return zh, en


def _say_outbid(judged: Judgement, rows: Numbers, budget_price: float) -> tuple[pa.Array, pa.Array]:
    said = _Said()
    best = judged.best_offers(rows) if len(rows) else rows
    gains = judged.gains_fen[rows, best]
    places = np.zeros(len(rows), np.int64)
    for place, policy in enumerate(judged.policies):
        mine = np.flatnonzero(best == place)
        say = partial(_say_of, policy, gains, budget_price)
        places[mine] = said.of(mine, gains[mine], say)
    return said.texts("zh").take(pa.array(places)), said.texts("en").take(pa.array(places))


def _say_of(policy: Policy, gains: Column, budget_price: float, row: int) -> Words:
    return explain_outbid(policy, int(gains[row]), budget_price)


class _Reasons:
    """Every reason against everybody in some rows, and the sentences that they make.

    A reason is a column: of each row the place of its words, -1 where it does not hold; None where it
    holds for nobody.
    """

    def __init__(self, judged: Judgement, rows: Numbers):
        self._judged = judged
        self._rows = rows
        self._said = _Said()
        self._own = [self._screened(reason) for reason in judged.screened]
        self._by_policy = [
            [self._refused(place, number) for number in range(len(RULES))]
            for place in range(len(judged.policies))
        ]

    def say(self) -> tuple[pa.Array, pa.Array]:
        """Those of the campaign, those of every policy once, the others policy by policy."""
        pieces = [slice(start, start + _AT_ONCE) for start in range(0, len(self._rows), _AT_ONCE)]
        nothing = pa.array([], pa.string())
        zh, en = (
            pa.concat_arrays([nothing, *(self._put_together(piece, side) for piece in pieces)])
            for side in _SIDES
        )
        return zh, en

    def _screened(self, reason: Screen) -> Reason:
        mine = np.flatnonzero(reason.refuses[self._rows])
        return self._spread(mine, reason.told_of, lambda row: reason.refusal(row).because)

    def _refused(self, place: int, number: int) -> Reason:
        rule, policy, crowd = RULES[number], self._judged.policies[place], self._judged.crowd
        mine = np.flatnonzero(self._judged.refused[self._rows, place, number])

        def say(row: int) -> Words:
            return rule.refusal(crowd.candidate(row), policy, crowd.on).because

        return self._spread(mine, rule.told_of(crowd, policy) if len(mine) else np.zeros(0), say)

    def _spread(self, mine: Numbers, told_of: NDArray[Any], say: Callable[[int], Words]) -> Reason:
        if not len(mine):
            return None
        rows = self._rows[mine]
        spread = np.full(len(self._rows), -1, np.int32)
        spread[mine] = self._said.of(rows, told_of[rows], say)
        return spread

    def _put_together(self, piece: slice, side: Side) -> pa.Array:
        texts = self._said.texts(side)
        long, short = _BETWEEN[side]
        by_policy = [
            [None if reason is None else reason[piece] for reason in rules] for rules in self._by_policy
        ]
        shared = [_of_all(reasons) for reasons in zip(*by_policy, strict=True)]
        own = [None if reason is None else reason[piece] for reason in self._own]
        parts = [_said_before(texts, reason, long) for reason in (*own, *shared) if reason is not None]
        for policy, reasons in zip(self._judged.policies, by_policy, strict=True):
            rest = [_without(reason, common) for reason, common in zip(reasons, shared, strict=True)]
            told = [_said_before(texts, reason, short) for reason in rest if reason is not None]
            if told:
                name = f"「{policy.words.zh}」：" if side == "zh" else f"{policy.words.en}: "
                parts.append(_named(name, _cut(_joined(told), short), long))
        return _cut(_joined(parts), long)


def _of_all(reasons: Sequence[Reason]) -> Reason:
    """Where the same is said of every policy."""
    first = reasons[0]
    if first is None or any(other is None for other in reasons):
        return None
    alike: Mask = first >= 0
    for other in reasons[1:]:
        alike = alike & (other == first)
    return np.where(alike, first, -1)


def _without(reason: Reason, common: Reason) -> Reason:
    return reason if reason is None or common is None else np.where(common >= 0, -1, reason)


def _said_before(texts: pa.Array, reason: NDArray[np.integer[Any]], between: str) -> pa.Array:
    """The words of each row and what parts them from the next ones; empty where there are none."""
    parted = pc.binary_join_element_wise(texts, between, "")
    return parted.take(pa.array(reason, mask=reason < 0)).fill_null("")


def _named(name: str, told: pa.Array, between: str) -> pa.Array:
    """What is told of a policy, its name before it; empty where nothing is."""
    named = pc.binary_join_element_wise(name, told, between, "")
    return pc.if_else(pc.equal(told, ""), "", named)


def _joined(texts: Sequence[pa.Array]) -> pa.Array:
    return pc.binary_join_element_wise(*texts, "")


def _cut(text: pa.Array, end: str) -> pa.Array:
    return pc.utf8_slice_codeunits(text, 0, -len(end))
