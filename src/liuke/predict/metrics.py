"""How well probabilities of leaving told who left, with intervals from customers drawn again.

AUC: chance that a leaver is placed before a stayer (Hanley & McNeil 1982), ties count half.
PR-AUC: average precision, the mean precision at each distinct score, weighed by the recall it adds.
Lift at a share: the rate of leaving among the top share of customers over the rate of all; customers
on the cut with equal scores count in proportion.
ECE: |mean probability - rate of leaving| of ten groups of equal size, weighed by size.
Log-loss: mean of -ln of the probability given to what happened; probabilities are kept EDGE off 0 and 1.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from scipy.optimize import isotonic_regression

from liuke.kernel.rates import wilson
from liuke.kernel.seeds import generator
from liuke.predict.side_by_side import sums_in_one_order

LIFT_SHARES = (0.01, 0.05, 0.1)
GROUPS = 10
CONFIDENCE = 0.95
DRAWS = 200
FEWEST_DRAWS, DRAWN_IN_ALL = 40, 20_000_000  # with many customers an interval needs fewer draws
ENOUGH = 0.9  # of the draws must be usable for an interval
EDGE = 1e-15
RANKING_BLOCKS = 400  # that a card keeps of a ranking, besides those in which its best campaigns end


@dataclass(frozen=True)
class Measured:
    """A measure with its interval, or the named reason why there is none."""

    value: float | None
    low: float | None = None
    high: float | None = None
    why_empty: str | None = None


@dataclass(frozen=True)
class Ranking:
    """Customers from the highest probability down, in blocks of equal probability."""

    left: np.ndarray
    block_starts: np.ndarray
    order: np.ndarray

    @classmethod
    def of(cls, p: np.ndarray, left: np.ndarray) -> "Ranking":
        order = np.argsort(-p, kind="stable")
        changes = np.flatnonzero(np.diff(p[order])) + 1
        return cls(left[order].astype(float), np.concatenate([[0], changes]), order)

    def blocks(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Leavers and stayers of each block, from the top; weights in the ranking's order."""
        leavers = np.add.reduceat(weights * self.left, self.block_starts)
        return leavers, np.add.reduceat(weights * (1 - self.left), self.block_starts)

    def shortened(self) -> "Ranking":
        """Blocks in which nobody left stand together: every measure is the same of far fewer blocks."""
        left = np.add.reduceat(self.left, self.block_starts) > 0
        kept = left | np.concatenate([[True], left[:-1]])
        return replace(self, block_starts=self.block_starts[kept])


Measure = Callable[[np.ndarray, np.ndarray], float]


def auc(leavers: np.ndarray, stayers: np.ndarray) -> float:
    """leavers, stayers: of each block of equal score, best first."""
    above = np.cumsum(leavers) - leavers / 2
    return float(above @ stayers / (leavers.sum() * stayers.sum()))


def average_precision(leavers: np.ndarray, stayers: np.ndarray) -> float:
    """leavers, stayers: of each block of equal score, best first."""
    taken = np.cumsum(leavers + stayers)
    precision = np.divide(np.cumsum(leavers), taken, out=np.zeros_like(taken), where=taken > 0)
    return float(precision @ leavers / leavers.sum())


def lift_at(share: float) -> Measure:
    """The measure of lift among the top share of customers."""

    def lift(leavers: np.ndarray, stayers: np.ndarray) -> float:
        ends = np.cumsum(leavers + stayers)
        total, wanted = ends[-1], share * ends[-1]
        caught = np.interp(wanted, np.concatenate([[0.0], ends]), np.concatenate([[0.0], np.cumsum(leavers)]))
        return float(caught / wanted / (leavers.sum() / total))

    return lift


# Each measure, and the share of customers it looks at.
MEASURES: Mapping[str, tuple[Measure, float]] = MappingProxyType(
    {"auc": (auc, 1.0), "pr_auc": (average_precision, 1.0)}
    | {f"lift_{round(share * 100)}": (lift_at(share), share) for share in LIFT_SHARES}
)
_TOO_FEW = Measured(None, why_empty="too_few_to_rank")


def judge(
    p: np.ndarray, left: np.ndarray, *, seed: object, customers: np.ndarray | None = None
) -> dict[str, Any]:
    """All measures of some forecasts, as plain values.

    p: probabilities; left: 0 or 1, what became of them. customers: whose row each is; a customer is
    drawn again with all its rows. returns: n, leavers, base_rate, mean_p, the measures, calibration, and
    ranking: leavers and stayers of blocks from the top, by which the profit of any campaign can be told.
    """
    n, leavers = len(p), int(np.sum(left))
    found = _count(p, left)
    if not 0 < leavers < n:
        return found | {name: _one_class() for name in (*MEASURES, "ece", "log_loss")}
    draws = draw_weights(n, customers, seed)
    with sums_in_one_order():
        ranking = Ranking.of(p, left)
        answers = _with_intervals(ranking, draws)
        found["log_loss"] = asdict(_with_interval(*_mean_loss(p, left, draws), len(draws)))
    for name, (_, share) in MEASURES.items():
        found[name] = asdict(answers[name] if share * n >= 1 else _TOO_FEW)
    found["ranking"] = sum_ranking(ranking)
    return found | calibrate_table(p, left, seed=seed)


def judge_calibration(p: np.ndarray, left: np.ndarray, *, seed: object) -> dict[str, Any]:
    """What `judge` says of calibration, and how many there were, without drawing anybody again."""
    found = _count(p, left)
    if not 0 < found["leavers"] < found["n"]:
        return found | {"ece": _one_class()}
    return found | calibrate_table(p, left, seed=seed)


def _count(p: np.ndarray, left: np.ndarray) -> dict[str, Any]:
    n, leavers = len(p), int(np.sum(left))
    return {
        "n": n,
        "leavers": leavers,
        "base_rate": leavers / n if n else None,
        "mean_p": float(p.mean()) if n else None,
    }


def _one_class() -> dict[str, Any]:
    return asdict(Measured(None, why_empty="one_class"))


def log_losses(p: np.ndarray, left: np.ndarray) -> np.ndarray:
    """-ln of the probability given to what happened, row by row."""
    kept = np.clip(p, EDGE, 1 - EDGE)
    return -(left * np.log(kept) + (1 - left) * np.log1p(-kept))


def _mean_loss(p: np.ndarray, left: np.ndarray, draws: list[np.ndarray]) -> tuple[float, list[float]]:
    losses = log_losses(p, left)
    return float(losses.mean()), [float(weights @ losses / weights.sum()) for weights in draws]


def sum_ranking(ranking: Ranking) -> dict[str, list[int]]:
    """Leavers and stayers of neighbouring scores, from the top, as plain values.

    The best campaign on a ranking ends where its ROC curve leaves its convex hull, whatever the campaign
    costs; these edges are kept exactly, and between them some hundreds of others.
    """
    leavers, stayers = ranking.blocks(np.ones(len(ranking.left)))
    rows = leavers + stayers
    hull = isotonic_regression(leavers / rows, weights=rows, increasing=False).blocks[:-1]
    evenly = np.searchsorted(np.cumsum(rows), np.linspace(0, rows.sum(), RANKING_BLOCKS, endpoint=False))
    starts = np.union1d(hull, np.minimum(evenly, len(rows) - 1))
    sums = {"leavers": leavers, "stayers": stayers}
    return {name: np.add.reduceat(each, starts).astype(int).tolist() for name, each in sums.items()}


def draw_weights(
    n: int,
    customers: np.ndarray | None,
    seed: object,
    *,
    most: int = DRAWS,
    fewest: int = FEWEST_DRAWS,
) -> list[np.ndarray]:
    """Row weights of each draw: how often the row's customer was drawn (bytes, to spare memory)."""
    random = generator("bootstrap", seed)
    if customers is None:
        owners, owner_of_row = n, np.arange(n)
    else:
        names, owner_of_row = np.unique(customers, return_inverse=True)
        owners = len(names)
    count = int(np.clip(DRAWN_IN_ALL // max(owners, 1), fewest, most))
    return [
        np.bincount(random.integers(0, owners, owners), minlength=owners)[owner_of_row].astype(np.uint8)
        for _ in range(count)
    ]


def _with_intervals(ranking: Ranking, draws: list[np.ndarray]) -> dict[str, Measured]:
    """Every measure, all of them of each draw."""
    blocks = ranking.blocks(np.ones(len(ranking.left)))
    short = ranking.shortened()
    drawn: list[list[float]] = []
    for weights in draws:
        leavers, stayers = short.blocks(weights[short.order].astype(float))
        if leavers.sum() > 0 and stayers.sum() > 0:
            drawn.append([measure(leavers, stayers) for measure, _ in MEASURES.values()])
    return {
        name: _with_interval(measure(*blocks), [each[place] for each in drawn], len(draws))
        for place, (name, (measure, _)) in enumerate(MEASURES.items())
    }


def _with_interval(value: float, drawn: list[float], draws: int) -> Measured:
    if len(drawn) < ENOUGH * draws:
        return Measured(value, why_empty="too_few_leavers")
    low, high = np.quantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Measured(value, float(low), float(high))


def calibrate_table(p: np.ndarray, left: np.ndarray, *, seed: object) -> dict[str, Any]:
    """Ten groups by probability, their error, and the error that luck alone would leave at most (95 %)."""
    groups = np.array_split(np.argsort(p, kind="stable"), min(GROUPS, len(p)))
    luck = generator("perfect", seed)
    perfect = [_ece(p, luck.random(len(p)) < p, groups) for _ in range(DRAWS)]
    table = [_group(p[group], left[group]) for group in groups]
    return {
        "ece": asdict(Measured(_ece(p, left, groups), why_empty="resampling_biased")),
        "ece_if_perfect": float(np.quantile(perfect, CONFIDENCE)),
        "calibration": table,
    }


def _ece(p: np.ndarray, left: np.ndarray, groups: list[np.ndarray]) -> float:
    apart = [abs(p[group].sum() - left[group].sum()) for group in groups]
    return float(np.sum(apart) / len(p))


def _group(p: np.ndarray, left: np.ndarray) -> dict[str, Any]:
    """One group of the calibration table; the interval of its rate is Wilson's (1927)."""
    low, high = wilson(float(left.sum()), len(p))
    return {
        "n": len(p),
        "mean_p": float(np.mean(p)),
        "left_rate": float(np.mean(left)),
        "low": low,
        "high": high,
    }
