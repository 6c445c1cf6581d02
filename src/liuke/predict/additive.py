"""A logistic model that adds one curve per column, kept small by a ridge."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize
from scipy.special import expit

from liuke.predict.gram import upper_gram
from liuke.predict.side_by_side import sums_in_one_order

STEPS = 30
ENOUGH = 1e-6  # slope per row at which the search ends
HALVINGS = 12
SHRINKS = 0.25  # a step that leaves more of the slope calls for the curvature of where it led to
SHRINKS_LENT = 0.5  # the same where folds are lent one: to find another costs as much as ten steps


@dataclass(frozen=True)
class Additive:
    """Log-odds = intercept + sum of weights * (design - centre)."""

    intercept: float
    weights: np.ndarray
    centre: np.ndarray

    def log_odds(self, design: np.ndarray) -> np.ndarray:
        return self.intercept + (design - self.centre) @ self.weights

    def spread_over(self, used: np.ndarray) -> "Additive":
        """The same model for a wider design, whose columns outside `used` weigh nothing."""
        weights, centre = np.zeros(len(used)), np.zeros(len(used))
        weights[used], centre[used] = self.weights, self.centre
        return Additive(self.intercept, weights, centre)

    def narrowed(self, used: np.ndarray) -> "Additive":
        """The same for the columns in `used` only."""
        return Additive(self.intercept, self.weights[used], self.centre[used])

    def to_json(self) -> dict[str, Any]:
        return {
            "intercept": self.intercept,
            "weights": self.weights.tolist(),
            "centre": self.centre.tolist(),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Additive":
        return cls(stored["intercept"], np.array(stored["weights"]), np.array(stored["centre"]))

    def contributions(self, design: np.ndarray, owners: np.ndarray, columns: int) -> np.ndarray:
        """What each original column adds beside the average customer, rows by columns + 1; the last
        is the intercept. Exact Shapley values of an additive model.
        """
        parts = (design - self.centre) * self.weights
        added = np.zeros((len(design), columns + 1))
        np.add.at(added.T, owners, parts.T)
        added[:, -1] = self.intercept
        return added


@dataclass(frozen=True)
class Point:
    """Weights that were tried, the log-odds they give every row, and the loss; each is wanted twice."""

    beta: np.ndarray
    eta: np.ndarray
    loss: float


@dataclass(frozen=True)
class Problem:
    """Minimise sum of weight * log-loss + ridge / 2 * |weights|^2; the intercept goes free."""

    design: np.ndarray  # rows by columns, centred, a column of ones last
    labels: np.ndarray
    row_weights: np.ndarray
    ridge: np.ndarray  # per column

    def at(self, beta: np.ndarray) -> Point:
        eta = self.design @ beta
        losses = np.logaddexp(0.0, eta) - self.labels * eta
        return Point(beta, eta, float(self.row_weights @ losses + 0.5 * self.ridge @ beta**2))

    def gradient(self, point: Point) -> np.ndarray:
        errors = self.row_weights * (expit(point.eta) - self.labels)
        return self.design.T @ errors + self.ridge * point.beta

    def curvature(self, point: Point) -> np.ndarray:
        return self.bend(point) + np.diag(self.ridge)

    def bend(self, point: Point) -> np.ndarray:
        """The curvature without the ridge's: the sum of what the rows add, one by one."""
        chance = expit(point.eta)
        leaned = self.design * np.sqrt(self.row_weights * chance * (1.0 - chance))[:, None]
        half = upper_gram(leaned)
        return half + np.triu(half, 1).T

    def rows(self, chosen: np.ndarray) -> "Problem":
        return replace(
            self,
            design=self.design[chosen],
            labels=self.labels[chosen],
            row_weights=self.row_weights[chosen],
        )


@dataclass(frozen=True)
class Told:
    """What an additive model learns from.

    signs: per column +1 or -1 where its weight must not have the other sign, else 0.
    """

    design: np.ndarray
    labels: np.ndarray
    weights: np.ndarray
    signs: np.ndarray


def learn(
    told: Told,
    *,
    ridge: float,
    folds: np.ndarray | None,
    near: Additive | None = None,
    lends: bool = False,
) -> tuple[Additive, list[Additive]]:
    """The model of all rows, and for each fold the model of the other rows.

    near: a model of the same columns from which the search begins. lends: whether curvatures are lent from
    search to search, which takes less time and ends as near to the minimum, at other last digits.
    """
    rows, columns = told.design.shape
    if columns > rows and not told.signs.any():
        return _learn_wide(told, ridge=ridge, folds=folds)
    centre = told.design.mean(axis=0)
    low, high = _limits(told.signs)
    with sums_in_one_order():
        problem = pose(told.design - centre, told.labels, told.weights, ridge=ridge)
        start = None if near is None else np.append(near.weights, near.intercept)
        search = _solve_apart if folds is None or not lends else _solve_lending
        betas = search(problem, folds, start, low=low, high=high)
    whole, *parts = [Additive(float(b[-1]), b[:-1], centre) for b in betas]
    return whole, parts


def _solve_apart(
    problem: Problem, folds: np.ndarray | None, start: np.ndarray | None, *, low: np.ndarray, high: np.ndarray
) -> list[np.ndarray]:
    """The minimum of all rows, and that without each fold."""
    beta = solve(problem, low=low, high=high, start=start)
    count = 0 if folds is None else int(folds.max()) + 1
    others = (problem.rows(np.flatnonzero(folds != fold)) for fold in range(count))
    return [beta, *(solve(part, low=low, high=high, start=beta) for part in others)]


def _solve_lending(
    problem: Problem, folds: np.ndarray | None, start: np.ndarray | None, *, low: np.ndarray, high: np.ndarray
) -> list[np.ndarray]:
    """The same: what each fold adds to the curvature is found once, and every search begins with its own."""
    assert folds is not None
    problem = replace(problem, design=np.ascontiguousarray(problem.design))
    if start is None:
        start = solve(problem, low=low, high=high, shrinks=SHRINKS_LENT)
    start = np.clip(start, low, high)
    of_folds = [problem.rows(np.flatnonzero(folds == fold)) for fold in range(int(folds.max()) + 1)]
    bends = [part.bend(part.at(start)) for part in of_folds]
    whole = np.sum(bends, axis=0) + np.diag(problem.ridge)
    beta = solve(problem, low=low, high=high, start=start, bent=whole, shrinks=SHRINKS_LENT)
    found = [beta]
    for fold, bend in enumerate(bends):
        others = problem.rows(np.flatnonzero(folds != fold))
        found.append(solve(others, low=low, high=high, start=beta, bent=whole - bend, shrinks=SHRINKS_LENT))
    return found


def _learn_wide(told: Told, *, ridge: float, folds: np.ndarray | None) -> tuple[Additive, list[Additive]]:
    """The same for more columns than rows: a ridge leaves no weight outside what the rows span, so the
    search goes on there, where there are as many directions as rows.
    """
    centre = told.design.mean(axis=0)
    with sums_in_one_order():
        directions, _ = np.linalg.qr((told.design - centre).T)
        seen = (told.design - centre) @ directions
    turned = Told(seen, told.labels, told.weights, np.zeros(seen.shape[1], dtype=int))
    whole, parts = learn(turned, ridge=ridge, folds=folds)
    back = [
        Additive(float(m.intercept - m.centre @ m.weights), directions @ m.weights, centre)
        for m in (whole, *parts)
    ]
    return back[0], back[1:]


def pose(centred: np.ndarray, labels: np.ndarray, row_weights: np.ndarray, *, ridge: float) -> Problem:
    """The problem for a centred design; its last column, of ones, carries the intercept."""
    whole = np.column_stack([centred, np.ones(len(centred))])
    strengths = np.append(np.full(centred.shape[1], ridge), 1e-6)
    return Problem(whole, labels, row_weights, strengths)


def _limits(signs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Between what each weight, and the intercept, must stay; signs: +1 or -1 where it has one."""
    told = np.append(signs, 0)
    return np.where(told > 0, 0.0, -np.inf), np.where(told < 0, 0.0, np.inf)


def solve(
    problem: Problem,
    *,
    low: np.ndarray,
    high: np.ndarray,
    start: np.ndarray | None = None,
    bent: np.ndarray | None = None,
    shrinks: float = SHRINKS,
) -> np.ndarray:
    """The minimum between bounds: Newton's steps among the weights that no bound holds (Bertsekas 1982).

    bent: a curvature to begin with, of somewhere near. shrinks: what a step may leave of the slope.
    A curvature serves as long as its steps shrink the slope well. Where the steps get stuck, which a bound
    can do to them, a search without curvature goes on.
    """
    point = problem.at(np.clip(np.zeros(len(low)) if start is None else start, low, high))
    steepest, is_stuck = np.inf, bent is None
    factor: Any = None  # of the curvature, between the weights `held` free
    held: np.ndarray | None = None
    for _ in range(STEPS):
        slope = problem.gradient(point)
        free = ~(((point.beta <= low) & (slope > 0)) | ((point.beta >= high) & (slope < 0)))
        before, steepest = steepest, float(np.abs(slope[free]).max(initial=0.0))
        if steepest < ENOUGH * problem.row_weights.sum():
            return point.beta
        is_fresh = is_stuck or steepest > shrinks * before
        if is_fresh:
            bent, held = problem.curvature(point), None
        assert bent is not None
        if held is None or (free != held).any():
            factor, held = cho_factor(bent[np.ix_(free, free)]), free
        step = np.zeros(len(low))
        step[free] = cho_solve(factor, slope[free])
        moved = _descend(problem, point, step, low=low, high=high)
        if moved is None and is_fresh:
            break
        point, is_stuck = (point, True) if moved is None else (moved, False)
    return _search_on(problem, point, low=low, high=high) if _is_bounded(low, high) else point.beta


def _descend(
    problem: Problem, point: Point, step: np.ndarray, *, low: np.ndarray, high: np.ndarray
) -> Point | None:
    for halving in range(HALVINGS):
        after = problem.at(np.clip(point.beta - step * 0.5**halving, low, high))
        if after.loss < point.loss:
            return after
    return None


def _is_bounded(low: np.ndarray, high: np.ndarray) -> bool:
    return bool(np.isfinite(low).any() or np.isfinite(high).any())


def _search_on(problem: Problem, point: Point, *, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    def expand(beta: np.ndarray) -> tuple[float, np.ndarray]:
        there = problem.at(beta)
        return there.loss, problem.gradient(there)

    found = minimize(
        expand, point.beta, jac=True, method="L-BFGS-B", bounds=list(zip(low, high, strict=True))
    )
    return np.asarray(found.x)
