"""A logistic model that adds one curve per column, kept small by a ridge."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize
from scipy.special import expit
from threadpoolctl import threadpool_limits

STEPS = 30
ENOUGH = 1e-6  # slope per row at which the search ends
HALVINGS = 12


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
class Problem:
    """Minimise sum of weight * log-loss + ridge / 2 * |weights|^2; the intercept goes free."""

    design: np.ndarray  # rows by columns, centred, a column of ones last
    labels: np.ndarray
    row_weights: np.ndarray
    ridge: np.ndarray  # per column

    def loss(self, beta: np.ndarray) -> float:
        eta = self.design @ beta
        losses = np.logaddexp(0.0, eta) - self.labels * eta
        return float(self.row_weights @ losses + 0.5 * self.ridge @ beta**2)

    def gradient(self, beta: np.ndarray) -> np.ndarray:
        errors = self.row_weights * (expit(self.design @ beta) - self.labels)
        return self.design.T @ errors + self.ridge * beta

    def curvature(self, beta: np.ndarray) -> np.ndarray:
        chance = expit(self.design @ beta)
        weights = self.row_weights * chance * (1.0 - chance)
        return (self.design * weights[:, None]).T @ self.design + np.diag(self.ridge)

    def rows(self, chosen: np.ndarray) -> "Problem":
        return Problem(self.design[chosen], self.labels[chosen], self.row_weights[chosen], self.ridge)


@dataclass(frozen=True)
class Told:
    """What an additive model learns from. signs: per column as in `solve`."""

    design: np.ndarray
    labels: np.ndarray
    weights: np.ndarray
    signs: np.ndarray


def learn(told: Told, *, ridge: float, folds: np.ndarray | None) -> tuple[Additive, list[Additive]]:
    """The model of all rows, and for each fold the model of the other rows."""
    rows, columns = told.design.shape
    if columns > rows and not told.signs.any():
        return _learn_wide(told, ridge=ridge, folds=folds)
    centre = told.design.mean(axis=0)
    with threadpool_limits(1, user_api="blas"):  # sums in one order, and no threads spinning for small ones
        problem = pose(told.design - centre, told.labels, told.weights, ridge=ridge)
        beta = solve(problem, signs=told.signs)
        count = 0 if folds is None else int(folds.max()) + 1
        # Near the minimum of all rows the folds share its curvature, less the rows they lack.
        curvature = problem.curvature(beta) * (count - 1) / count if count else None
        apart = [
            solve(
                problem.rows(np.flatnonzero(folds != fold)),
                signs=told.signs,
                start=beta,
                curvature=curvature,
            )
            for fold in range(count)
        ]
    whole, *parts = [Additive(float(b[-1]), b[:-1], centre) for b in (beta, *apart)]
    return whole, parts


def _learn_wide(told: Told, *, ridge: float, folds: np.ndarray | None) -> tuple[Additive, list[Additive]]:
    """The same for more columns than rows: a ridge leaves no weight outside what the rows span, so the
    search goes on there, where there are as many directions as rows.
    """
    centre = told.design.mean(axis=0)
    with threadpool_limits(1, user_api="blas"):
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


def solve(
    problem: Problem,
    *,
    signs: np.ndarray,
    start: np.ndarray | None = None,
    curvature: np.ndarray | None = None,
) -> np.ndarray:
    """The minimum, by Newton's steps; curvature: to take in place of the problem's own.

    signs: per column +1 or -1 where the weight must not have the other sign, else 0.
    """
    beta = np.zeros(problem.design.shape[1]) if start is None else start
    if signs.any():
        return _solve_bounded(problem, signs, beta, curvature)
    enough = ENOUGH * problem.row_weights.sum()
    shared = None if curvature is None else cho_factor(curvature)
    for _ in range(STEPS):
        slope = problem.gradient(beta)
        if np.abs(slope).max() < enough:
            break
        factor = cho_factor(problem.curvature(beta)) if shared is None else shared
        moved = _descend(problem, beta, cho_solve(factor, slope))
        if moved is None:
            break
        beta = moved
    return beta


def _descend(
    problem: Problem, beta: np.ndarray, step: np.ndarray, *, low: Any = -np.inf, high: Any = np.inf
) -> np.ndarray | None:
    before = problem.loss(beta)
    for halving in range(HALVINGS):
        after = np.clip(beta - step * 0.5**halving, low, high)
        if problem.loss(after) < before:
            return after
    return None


def _solve_bounded(
    problem: Problem, signs: np.ndarray, start: np.ndarray, curvature: np.ndarray | None
) -> np.ndarray:
    """Newton's steps among the weights that no bound holds, cut off at the bounds (Bertsekas 1982).

    Where they get stuck, which a bound can do to them, a search without curvature goes on.
    """
    told = np.append(signs, 0)
    low, high = np.where(told > 0, 0.0, -np.inf), np.where(told < 0, 0.0, np.inf)
    beta = np.clip(start, low, high)
    enough = ENOUGH * problem.row_weights.sum()
    for _ in range(STEPS):
        slope = problem.gradient(beta)
        free = ~(((beta <= low) & (slope > 0)) | ((beta >= high) & (slope < 0)))
        if np.abs(slope[free]).max() < enough:
            return beta
        bent = problem.curvature(beta) if curvature is None else curvature
        step = np.zeros_like(beta)
        step[free] = cho_solve(cho_factor(bent[np.ix_(free, free)]), slope[free])
        moved = _descend(problem, beta, step, low=low, high=high)
        if moved is None:
            break
        beta = moved
    found = minimize(
        problem.loss, beta, jac=problem.gradient, method="L-BFGS-B", bounds=list(zip(low, high, strict=True))
    )
    return np.asarray(found.x)
