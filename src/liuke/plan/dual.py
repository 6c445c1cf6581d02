"""Prices of the limits: the minimum of the Lagrangian dual.

    L(prices) = limits . prices + sum over customers of max(0, max over offers of
                gain - budget price x cost - prices of the places it takes)

Every L(prices) with prices >= 0 bounds every assignment from above. L is convex and piecewise linear;
it is minimised by cutting planes (Kelley 1960), each asked at the middle between the best prices so far
and the minimum of the cuts, which steadies the method (in-out separation, Ben-Ameur and Neto 2007).
No price above the largest gain (of money: gain per cost) can be best, so the search has true walls
instead of guessed ones.
"""

from dataclasses import dataclass

import numpy as np

from liuke.plan.problem import Floats, Problem

STEPS_AT_MOST = 400  # a few dozen are usual; the bound is valid wherever the search stops


@dataclass(frozen=True)
class Cut:
    """The dual at some prices: its value and its slope (what each limit leaves unused)."""

    prices: Floats
    value: float
    slope: Floats


def minimise_dual(problem: Problem, *, tolerance: float) -> tuple[Floats, float]:
    """Prices at which the dual is within `tolerance` (relative) of its minimum, and its value there."""
    free = np.zeros(len(problem.limits))
    if not np.isfinite(problem.gain).any():
        return free, 0.0
    best = evaluate(problem, free)
    if (best.slope >= 0).all():
        return best.prices, best.value  # everybody's best offer fits: no limit binds
    walls = _highest_prices(problem)
    searched = np.flatnonzero(np.isfinite(problem.limits) & (walls > 0))
    cuts = [best]
    for _ in range(STEPS_AT_MOST):
        floor, lowest = _minimum_of(cuts, walls, searched)
        if best.value - floor <= tolerance * max(best.value, 1e-300):
            break
        for prices in (0.5 * (lowest + best.prices), lowest):
            cuts.append(evaluate(problem, prices))
            best = min(best, cuts[-1], key=lambda cut: cut.value)
    return best.prices, best.value


def evaluate(problem: Problem, prices: Floats) -> Cut:
    worth = problem.after_prices(prices)
    choice = worth.argmax(axis=1)
    taken = worth[np.arange(len(worth)), choice]
    usage = problem.usage(np.where(taken > 0, choice, -1))
    finite = np.isfinite(problem.limits)
    limits = np.where(finite, problem.limits, 0.0)
    value = float(limits @ prices + taken[taken > 0].sum())
    return Cut(prices, value, np.where(finite, problem.limits - usage, np.inf))


def _highest_prices(problem: Problem) -> Floats:
    eligible = np.isfinite(problem.gain)
    most = float(problem.gain[eligible].max(initial=0.0))
    priced = eligible & (problem.cost > 0)
    per_cost = float((problem.gain[priced] / problem.cost[priced]).max(initial=0.0))
    return np.concatenate([[per_cost], np.full(len(problem.limits) - 1, most)])


def _minimum_of(cuts: list[Cut], walls: Floats, searched: np.ndarray) -> tuple[float, Floats]:
    """The lowest value that the cuts allow inside the walls, and where; in units of walls and of L(0)."""
    from scipy.optimize import linprog

    scale = cuts[0].value
    slopes = np.array([cut.slope[searched] * walls[searched] for cut in cuts]) / scale
    places = np.array([cut.prices[searched] / walls[searched] for cut in cuts])
    values = np.array([cut.value for cut in cuts]) / scale
    found = linprog(
        c=np.append(np.zeros(len(searched)), 1.0),
        A_ub=np.column_stack([slopes, -np.ones(len(cuts))]),
        b_ub=(slopes * places).sum(axis=1) - values,
        bounds=[(0, 1)] * len(searched) + [(0, None)],
        method="highs",
    )
    prices = np.zeros(len(walls))
    if found.x is None or found.fun is None:  # numerically spent: what was found so far is as good as it gets
        best = min(cuts, key=lambda cut: cut.value)
        return best.value, best.prices
    prices[searched] = found.x[:-1] * walls[searched]
    return float(found.fun) * scale, prices
