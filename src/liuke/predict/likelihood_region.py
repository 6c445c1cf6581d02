"""How far parameters may lie from the most likely ones before the data speak against them."""

from collections.abc import Callable

import numpy as np
from scipy.stats import chi2

DIRECTIONS = 360
HALVINGS = 40
BEYOND = 4.0  # a top at the limit has no room on that side, where one parameter must grow as the other falls


def trace_region(
    log_likelihood: Callable[[np.ndarray], np.ndarray],
    top: np.ndarray,
    curvature: np.ndarray,
    *,
    confidence: float,
    limit: float,
) -> np.ndarray:
    """Logarithms of two parameters on the edge of the region that the profile likelihood draws.

    The extremes of any one smooth quantity over {2 (max ln L - ln L) <= chi-square of 1 degree} are the
    ends of its profile-likelihood interval (Cox and Hinkley, Theoretical Statistics, 1974, section 9.3),
    and lie on this edge or, where data say nothing, a little beyond -limit or limit. log_likelihood: of many
    points, one per column; top: the most likely; curvature: at the top, in logarithms. One point per column.
    """
    edge = float(log_likelihood(top[:, None])[0]) - chi2.ppf(confidence, 1) / 2.0
    sizes, axes = np.linalg.eigh(-curvature)
    angles = np.linspace(0.0, 2.0 * np.pi, DIRECTIONS, endpoint=False)
    reach = axes / np.sqrt(np.maximum(sizes, 1e-12 * sizes.max()))
    rays = reach @ np.stack([np.cos(angles), np.sin(angles)])
    room = limit + BEYOND - np.sign(rays) * top[:, None]
    far = np.min(room / np.maximum(np.abs(rays), 1e-300), axis=0)
    near = np.zeros(DIRECTIONS)
    for _ in range(HALVINGS):
        middle = (near + far) / 2.0
        inside = log_likelihood(top[:, None] + middle * rays) >= edge
        near, far = np.where(inside, middle, near), np.where(inside, far, middle)
    return top[:, None] + near * rays
