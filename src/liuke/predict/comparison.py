"""Two forecasts of the same customers beside each other: differences with intervals.

Customers are drawn again with all their rows, and both forecasts are measured on the same draws (paired
bootstrap: Efron & Tibshirani, An Introduction to the Bootstrap, 1993, ch. 8 and 13). What both find hard
in a draw cancels, so a difference is seen that two separate intervals would hide.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from liuke.predict.examples import Example
from liuke.predict.metrics import CONFIDENCE, ENOUGH, Ranking, auc, average_precision, draw_weights
from liuke.predict.side_by_side import do_side_by_side, sums_in_one_order

DRAWS = 1000
FEWEST_DRAWS = 200
SURE = 1e-12  # a probability nearer to 0 or 1 is counted as this

MeasureName = Literal["log_loss", "auc", "pr_auc"]
LESS_IS_BETTER: frozenset[MeasureName] = frozenset({"log_loss"})
# Every measure of all rows under row weights, made ready for one forecast.
Weighed = Callable[[np.ndarray], dict[MeasureName, float]]


@dataclass(frozen=True)
class Difference:
    """A measure of the champion's and of the challenger's forecast, and challenger minus champion."""

    champion: float
    challenger: float
    difference: float
    low: float | None = None
    high: float | None = None
    why_empty: str | None = None


def compare_forecasts(
    champion: Mapping[int, np.ndarray],
    challenger: Mapping[int, np.ndarray],
    judged: Example,
    *,
    seed: object,
) -> dict[str, dict[str, Difference]]:
    """Differences by horizon ("1m" ...) and measure, for the horizons that both tell.

    A horizon at which everybody stayed or everybody left is absent: there is nothing to compare.
    """
    shared = sorted(set(champion) & set(challenger))
    known = {months: np.flatnonzero(~np.isnan(judged.outcome.left[months])) for months in shared}
    asked = [each for each in shared if 0 < judged.outcome.left[each][known[each]].sum() < len(known[each])]

    def compare(months: int) -> dict[str, Difference]:
        rows = known[months]
        return compare_pair(
            champion[months][rows],
            challenger[months][rows],
            judged.outcome.left[months][rows],
            customers=judged.population.customers[rows],
            seed=("duel", months, seed),
        )

    return {f"{months}m": each for months, each in zip(asked, do_side_by_side(compare, asked), strict=True)}


def compare_pair(
    champion: np.ndarray, challenger: np.ndarray, left: np.ndarray, *, customers: np.ndarray, seed: object
) -> dict[str, Difference]:
    """Differences of all measures; left: 0 or 1, both present."""
    draws = draw_weights(len(left), customers, seed, most=DRAWS, fewest=FEWEST_DRAWS)
    usable = [weights for weights in draws if 0 < weights @ left < weights.sum()]
    old, new = _measure(champion, left), _measure(challenger, left)
    with sums_in_one_order():
        whole = np.ones(len(left))
        olds, news = old(whole), new(whole)
        drawn = [(old(weights), new(weights)) for weights in usable]
    if len(usable) < ENOUGH * len(draws):
        return {name: _difference(olds[name], news[name], None) for name in olds}
    return {
        name: _difference(olds[name], news[name], [after[name] - before[name] for before, after in drawn])
        for name in olds
    }


def plain(found: Mapping[str, Mapping[str, Difference]]) -> dict[str, Any]:
    """The differences as plain values."""
    return {
        months: {name: dict(vars(difference)) for name, difference in by_name.items()}
        for months, by_name in found.items()
    }


def _measure(p: np.ndarray, left: np.ndarray) -> Weighed:
    ranking = Ranking.of(p, left).shortened()
    sure = np.clip(p, SURE, 1 - SURE)
    losses = -np.where(left == 1, np.log(sure), np.log1p(-sure))

    def weigh(weights: np.ndarray) -> dict[MeasureName, float]:
        blocks = ranking.blocks(weights[ranking.order].astype(float))
        return {
            "log_loss": float(weights @ losses / weights.sum()),
            "auc": auc(*blocks),
            "pr_auc": average_precision(*blocks),
        }

    return weigh


def _difference(champion: float, challenger: float, apart: Sequence[float] | None) -> Difference:
    """apart: of the draws; None where too few of them could be measured."""
    if apart is None:
        return Difference(champion, challenger, challenger - champion, why_empty="too_few_leavers")
    low, high = np.quantile(apart, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Difference(champion, challenger, challenger - champion, float(low), float(high))
