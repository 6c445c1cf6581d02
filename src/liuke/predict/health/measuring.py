"""Every measure of a forecast's health, of any probabilities and what came of them, with intervals.

Beside those of `metrics` (AUC, PR-AUC, lift, calibration error):
calibration_ratio: rate of leaving over mean probability; 1 when the forecast is right in the large.
log_loss: as in `metrics`.
expected_profit, targeted_share: EMPC and the share it contacts, which belong together.

A row may stand for several customers (weights), such as somebody left alone at random for all who were
contacted. Intervals are percentiles over customers drawn again, 95 %.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from liuke.kernel.rates import wilson
from liuke.kernel.seeds import generator
from liuke.predict.health.expected_profit import ProfitTerms, profit_of_blocks
from liuke.predict.metrics import CONFIDENCE, GROUPS, MEASURES, Measured, Ranking, log_losses

DRAWS, FEWEST_DRAWS, DRAWN_IN_ALL = 200, 60, 10_000_000
ENOUGH = 0.9  # of the draws must be usable for an interval
FEWEST_LEAVERS = 10  # fewer, and no measure of a ranking is told

PROFITS = ("expected_profit", "targeted_share")
NAMES = (*MEASURES, "mean_p", "rate", "calibration_ratio", "log_loss", "ece", *PROFITS)


@dataclass(frozen=True)
class Group:
    """Customers of neighbouring probabilities: mean probability, rate of leaving and its Wilson interval.

    customers: as many as its rows stand for.
    """

    customers: float
    mean_p: float
    left_rate: float
    low: float
    high: float


@dataclass(frozen=True)
class Judged:
    """measures: by name of NAMES. groups: of equal size, the lowest probabilities first."""

    customers: int
    leavers: int
    measures: Mapping[str, Measured]
    groups: tuple[Group, ...] = field(default=())


Weights = np.ndarray
_Measure = Callable[[Weights], float]


def judge_forecast(
    p: np.ndarray,
    left: np.ndarray,
    *,
    seed: object,
    weights: np.ndarray | None = None,
    profit: ProfitTerms | None = None,
) -> Judged:
    """All measures of a forecast, one row per customer.

    p: probabilities; left: 0 or 1. weights: customers a row stands for, 0 to leave it out.
    profit: terms of the expected profit; without them it is not told ("no_profit_terms").
    """
    p, left = np.asarray(p, float), np.asarray(left, float)
    stands_for = np.ones(len(p)) if weights is None else np.asarray(weights, float)
    used = stands_for > 0
    p, left, stands_for = p[used], left[used], stands_for[used]
    n, leavers = len(p), int(left.sum())
    if not 0 < leavers < n:
        reason = "one_class" if n else "nobody_judged"
        return Judged(n, leavers, {name: Measured(None, why_empty=reason) for name in NAMES})
    measures = _measures_of(p, left, profit)
    found = {name: _told(measures, name, n, leavers) for name in NAMES}
    drawn = _draw(measures, [name for name in found if found[name] is None], stands_for, seed)
    told = {name: answer or drawn[name] for name, answer in found.items()}
    return Judged(n, leavers, told, group_rows(p, left, stands_for))


def _measures_of(p: np.ndarray, left: np.ndarray, profit: ProfitTerms | None) -> dict[str, _Measure]:
    ranking = Ranking.of(p, left)
    losses = log_losses(p, left)

    def of_ranking(measure: Callable[[np.ndarray, np.ndarray], float]) -> _Measure:
        return lambda weights: measure(*ranking.blocks(weights[ranking.order]))

    found = {name: of_ranking(measure) for name, (measure, _) in MEASURES.items()}
    found |= {
        "mean_p": lambda weights: float(weights @ p / weights.sum()),
        "rate": lambda weights: float(weights @ left / weights.sum()),
        "calibration_ratio": lambda weights: float(weights @ left / (weights @ p)),
        "log_loss": lambda weights: float(weights @ losses / weights.sum()),
        "ece": lambda weights: ece_of(group_rows(p, left, weights)),
    }
    if profit is not None:
        found["expected_profit"] = of_ranking(lambda *both: profit_of_blocks(both[0], both[1], profit).profit)
        found["targeted_share"] = of_ranking(
            lambda *both: profit_of_blocks(both[0], both[1], profit).targeted
        )
    return found


def _told(measures: Mapping[str, _Measure], name: str, n: int, leavers: int) -> Measured | None:
    """The reason why a measure has no value at all, or None."""
    if name not in measures:
        return Measured(None, why_empty="no_profit_terms")
    if name in MEASURES and (leavers < FEWEST_LEAVERS or n - leavers < FEWEST_LEAVERS):
        return Measured(None, why_empty="too_few_leavers")
    if name in MEASURES and MEASURES[name][1] * n < 1:
        return Measured(None, why_empty="too_few_to_rank")
    return None


def _draw(
    measures: Mapping[str, _Measure], names: list[str], stands_for: Weights, seed: object
) -> dict[str, Measured]:
    """Each measure with its interval over draws of customers."""
    n, random = len(stands_for), generator("health", seed)
    count = int(np.clip(DRAWN_IN_ALL // n, FEWEST_DRAWS, DRAWS))
    values: dict[str, list[float]] = {name: [] for name in names if name != "ece"}
    for _ in range(count):
        weights = np.bincount(random.integers(0, n, n), minlength=n) * stands_for
        for name, drawn in values.items():
            with np.errstate(divide="ignore", invalid="ignore"):
                drawn.append(measures[name](weights))
    return {name: _with_interval(measures[name](stands_for), values.get(name, []), count) for name in names}


def _with_interval(value: float, drawn: list[float], count: int) -> Measured:
    """The calibration error has none: drawn again it only grows."""
    if not drawn:
        return Measured(value, why_empty="resampling_biased")
    usable = [each for each in drawn if np.isfinite(each)]
    if len(usable) < ENOUGH * count:
        return Measured(value, why_empty="too_few_leavers")
    low, high = np.quantile(usable, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Measured(value, float(low), float(high))


def group_rows(
    p: np.ndarray, left: np.ndarray, weights: np.ndarray, groups: int = GROUPS
) -> tuple[Group, ...]:
    """Groups of equal weight by rising probability; equal probabilities stand together."""
    order = np.argsort(p, kind="stable")
    ends = np.cumsum(weights[order])
    middle = ends - weights[order] / 2
    place = np.minimum((middle / ends[-1] * groups).astype(int), groups - 1)
    first_of_equals = np.concatenate([[True], np.diff(p[order]) > 0])
    starts = np.flatnonzero(first_of_equals)
    place = place[starts][np.cumsum(first_of_equals) - 1]
    return tuple(
        _group(p[rows], left[rows], weights[rows])
        for rows in (order[place == each] for each in np.unique(place))
        if weights[rows].sum() > 0
    )


def _group(p: np.ndarray, left: np.ndarray, weights: np.ndarray) -> Group:
    total = weights.sum()
    rate = float(weights @ left / total)
    effective = float(total**2 / (weights @ weights))
    low, high = wilson(rate * effective, effective)
    return Group(float(total), float(weights @ p / total), rate, low, high)


def ece_of(groups: tuple[Group, ...]) -> float:
    """Mean distance of rate and probability over groups, weighed by size."""
    total = sum(group.customers for group in groups)
    return float(sum(group.customers * abs(group.left_rate - group.mean_p) for group in groups) / total)
