"""Newton's method for likelihoods of a few positive parameters, sought on the scale of their logarithms."""

from collections.abc import Callable, Sequence

import numpy as np

LONGEST_STEP = 1.5  # of a logarithm; far from the top a parabola says little
ALMOST_THERE = 1e-12  # of the height: the step that promises less is the last, and squares what is left
FLAT = 1e-10  # of the strongest curvature: below, a direction is taken for level
SAME_TOP = 1e-9
ROUNDING = 1e-14  # of the height: what a long sum may lose
HALVINGS, STEPS = 30, 200

# Height, slope and curvature at a point: one number, k numbers, k by k numbers.
Expansion = tuple[float, np.ndarray, np.ndarray]


def climb(
    expand: Callable[[np.ndarray], Expansion], start: np.ndarray, *, limit: float
) -> tuple[np.ndarray, float]:
    """The parameters of the greatest height found uphill from `start`, and the height.

    expand: height of parameters, with slope and curvature in the parameters themselves. Their logarithms
    stay within -limit and limit, so a likelihood that grows without end is left at the edge. No step goes
    down but by rounding, nothing is drawn by chance, no thread is asked: the same input gives the same bits.
    """
    logs = np.clip(np.log(start), -limit, limit)
    height, slope, curvature = _in_logs(expand, logs)
    for _ in range(STEPS):
        free = ~((logs >= limit) & (slope > 0) | (logs <= -limit) & (slope < 0))
        step, promised = _propose(slope, curvature, free)
        if not promised > 0.0:
            break
        for halving in range(HALVINGS):
            reached = np.clip(logs + step / 2.0**halving, -limit, limit)
            found = _in_logs(expand, reached)
            if found[0] >= height - ROUNDING * (1.0 + abs(height)):
                break
        else:
            break  # rounding hides what is left to gain
        logs, (height, slope, curvature) = reached, found
        if promised <= ALMOST_THERE * (1.0 + abs(height)):
            break
    return np.exp(logs), float(height)


def climb_from_all(
    expand: Callable[[np.ndarray], Expansion], starts: Sequence[Sequence[float]], *, limit: float
) -> tuple[np.ndarray, float]:
    """The highest of the tops reached from several starts; of equal ones that of the earliest start."""
    best = climb(expand, np.array(starts[0]), limit=limit)
    for start in starts[1:]:
        found = climb(expand, np.array(start), limit=limit)
        if found[1] > best[1] + SAME_TOP * (1.0 + abs(best[1])):
            best = found
    return best


def _in_logs(expand: Callable[[np.ndarray], Expansion], logs: np.ndarray) -> Expansion:
    theta = np.exp(logs)
    height, slope, curvature = expand(theta)
    slope = slope * theta
    return height, slope, curvature * np.outer(theta, theta) + np.diag(slope)


def _propose(slope: np.ndarray, curvature: np.ndarray, free: np.ndarray) -> tuple[np.ndarray, float]:
    """An uphill step in the free directions, and the gain it promises.

    Where the ground curves up instead of down, the size of the curvature still tells how far to trust the
    slope.
    """
    step = np.zeros(len(slope))
    if not free.any():
        return step, 0.0
    sizes, directions = np.linalg.eigh(curvature[np.ix_(free, free)])
    sizes = np.abs(sizes)
    along = directions.T @ slope[free]
    sizes = np.maximum(sizes, max(FLAT * sizes.max(), 1e-300))
    step[free] = directions @ (along / sizes)
    longest = float(np.abs(step).max())
    if longest > LONGEST_STEP:
        step *= LONGEST_STEP / longest
    return step, float(slope @ step) / 2.0
