"""From prices to an assignment that keeps every limit.

Each customer takes the offer that is worth most at the prices (the cheapest among equals, nothing when
nothing is worth more than its price). Where a limit is still broken the least worth are dropped; what is
left over then goes, round by round, to the changes that are worth most.
"""

import numpy as np

from liuke.plan.problem import Choice, Floats, Problem

EQUAL = 1e-9  # relative to the largest gain: worths nearer than this are equal


def assign(problem: Problem, prices: Floats) -> Choice:
    """A choice within all limits; -1 where a customer gets no offer."""
    if not np.isfinite(problem.gain).any():
        return np.full(len(problem.gain), -1, dtype=np.int64)
    worth = problem.after_prices(prices)
    choice = drop(problem, _best_at(problem, worth), worth)
    while True:
        better = fill(problem, choice, worth)
        if better is None:
            return drop(problem, choice, worth)  # a floating sum may still be a hair over
        choice = better


def drop(problem: Problem, choice: Choice, worth: Floats) -> Choice:
    """The choice without the least worth customers of every limit it broke."""
    choice = choice.copy()
    for place, limit in enumerate(problem.limits[1:]):
        rows = _by_worth(choice, worth)
        counted = rows[problem.uses[choice[rows], place] > 0]
        if len(counted) > limit:
            choice[counted[int(limit) :]] = -1
    rows = _by_worth(choice, worth)
    over = np.cumsum(problem.cost[rows, choice[rows]]) > problem.limits[0]
    choice[rows[over]] = -1
    while problem.spent(choice) > problem.limits[0]:
        choice[_by_worth(choice, worth)[-1]] = -1
    return choice


def fill(problem: Problem, choice: Choice, worth: Floats) -> Choice | None:
    """The choice after one round of gainful changes that fit into what is left; None when none does."""
    left = problem.limits - problem.usage(choice)
    gain, cost, worth_now = _now(problem, choice, worth)
    extra_cost = problem.cost - cost[:, None]
    fits = (problem.gain > gain[:, None]) & (extra_cost <= left[0])
    fits &= _has_places(problem, left)[choice]  # row -1, the last, is the change from no offer
    score = np.where(fits, worth - worth_now[:, None], -np.inf)
    offer = score.argmax(axis=1)
    rows = np.flatnonzero(fits.any(axis=1))
    if len(rows) == 0:
        return None
    rows = rows[np.argsort(-score[rows, offer[rows]], kind="stable")]
    taken = rows[: _how_many(problem, choice, rows, offer[rows], extra_cost, left)]
    changed = choice.copy()
    changed[taken] = offer[taken]
    return changed if problem.spent(changed) <= problem.limits[0] else None


def _best_at(problem: Problem, worth: Floats) -> Choice:
    near = EQUAL * float(problem.gain[np.isfinite(problem.gain)].max())
    best = worth.max(axis=1, keepdims=True)
    cheapest = np.where(worth >= best - near, problem.cost, np.inf).argmin(axis=1)
    return np.where(best[:, 0] > near, cheapest, -1).astype(np.int64)


def _by_worth(choice: Choice, worth: Floats) -> Choice:
    """Rows with an offer, most worth first; equals in the order of rows."""
    rows = np.flatnonzero(choice >= 0)
    return rows[np.argsort(-worth[rows, choice[rows]], kind="stable")]


def _now(problem: Problem, choice: Choice, worth: Floats) -> tuple[Floats, Floats, Floats]:
    rows = np.flatnonzero(choice >= 0)
    gain, cost, worth_now = (np.zeros(len(choice)) for _ in range(3))
    gain[rows] = problem.gain[rows, choice[rows]]
    cost[rows] = problem.cost[rows, choice[rows]]
    worth_now[rows] = worth[rows, choice[rows]]
    return gain, cost, worth_now


def _has_places(problem: Problem, left: Floats) -> np.ndarray:
    """From each offer (the last row: from none) to each offer: do the places left allow the change?"""
    held = np.vstack([problem.uses, np.zeros(problem.uses.shape[1])])
    extra = problem.uses[None, :, :] - held[:, None, :]
    return np.all(extra <= left[1:], axis=2)


def _how_many(
    problem: Problem, choice: Choice, rows: Choice, offers: Choice, extra_cost: Floats, left: Floats
) -> int:
    """How many of the changes fit, made in this order until one does not."""
    held = np.vstack([problem.uses, np.zeros(problem.uses.shape[1])])[choice[rows]]
    extra = np.column_stack([extra_cost[rows, offers], problem.uses[offers] - held])
    broken = (np.cumsum(extra, axis=0) > left).any(axis=1)
    return int(broken.argmax()) if broken.any() else len(rows)
