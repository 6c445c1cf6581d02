"""Two forecasts of the same customers beside each other: differences with intervals.

Customers are drawn again with all their rows, and both forecasts are measured on the same draws (paired
bootstrap: Efron & Tibshirani, An Introduction to the Bootstrap, 1993, ch. 8 and 13). What both find hard
in a draw cancels, so a difference is seen that two separate intervals would hide.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from liuke.predict.examples import Example
from liuke.predict.metrics import CONFIDENCE, ENOUGH, Ranking, auc, average_precision, draw_weights
from liuke.predict.side_by_side import sums_in_one_order

DRAWS = 1000
FEWEST_DRAWS = 200
SURE = 1e-12  # a probability nearer to 0 or 1 is counted as this

MeasureName = Literal["log_loss", "auc", "pr_auc"]
LESS_IS_BETTER: frozenset[MeasureName] = frozenset({"log_loss"})
# The measure of all rows under row weights, made ready for one forecast.
Weighed = Callable[[np.ndarray], float]


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
    found = {}
    for months in sorted(set(champion) & set(challenger)):
        rows = np.flatnonzero(~np.isnan(judged.outcome.left[months]))
        left = judged.outcome.left[months][rows]
        if 0 < left.sum() < len(left):
            owners = judged.population.customers[rows]
            pair = champion[months][rows], challenger[months][rows]
            found[f"{months}m"] = compare_pair(*pair, left, customers=owners, seed=("duel", months, seed))
    return found


def compare_pair(
    champion: np.ndarray, challenger: np.ndarray, left: np.ndarray, *, customers: np.ndarray, seed: object
) -> dict[str, Difference]:
    """Differences of all measures; left: 0 or 1, both present."""
    draws = draw_weights(len(left), customers, seed, most=DRAWS, fewest=FEWEST_DRAWS)
    usable = [weights for weights in draws if 0 < weights @ left < weights.sum()]
    old, new = _measures(champion, left), _measures(challenger, left)
    with sums_in_one_order():
        return {name: _difference(old[name], new[name], usable, len(draws), len(left)) for name in old}


def plain(found: Mapping[str, Mapping[str, Difference]]) -> dict[str, Any]:
    """The differences as plain values."""
    return {
        months: {name: dict(vars(difference)) for name, difference in by_name.items()}
        for months, by_name in found.items()
    }


def _measures(p: np.ndarray, left: np.ndarray) -> dict[MeasureName, Weighed]:
    ranking = Ranking.of(p, left)
    sure = np.clip(p, SURE, 1 - SURE)
    losses = -np.where(left == 1, np.log(sure), np.log1p(-sure))

    def ranked(measure: Callable[[np.ndarray, np.ndarray], float]) -> Weighed:
        return lambda weights: measure(*ranking.blocks(weights[ranking.order].astype(float)))

    return {
        "log_loss": lambda weights: float(weights @ losses / weights.sum()),
        "auc": ranked(auc),
        "pr_auc": ranked(average_precision),
    }


def _difference(
    champion: Weighed, challenger: Weighed, usable: list[np.ndarray], drawn: int, rows: int
) -> Difference:
    whole = np.ones(rows)
    old, new = champion(whole), challenger(whole)
    if len(usable) < ENOUGH * drawn:
        return Difference(old, new, new - old, why_empty="too_few_leavers")
    apart = [challenger(weights) - champion(weights) for weights in usable]
    low, high = np.quantile(apart, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Difference(old, new, new - old, float(low), float(high))
