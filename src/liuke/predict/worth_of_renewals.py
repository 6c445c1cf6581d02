"""Discounted sums of what is left of a beta-geometric cohort."""

import numpy as np

from liuke.kernel.errors import LiukeError

LEAST_DISCOUNT = 1e-6  # per period: below, an endless sum needs more terms than it is worth
EXTRA_TERMS, DIGITS = 50, 36.0  # e^-36 is a rounding error


def worth(
    alpha: np.ndarray, beta: np.ndarray, discount_rate: float, periods: float, *, first_included: bool
) -> np.ndarray:
    """One unit per period, paid at its start by those still there; one answer per pair of parameters.

    With the first payment it is the sum of S(t) / (1+d)^t over t = 0, ..., periods - 1, without it over
    t = 1, ..., periods. Infinite where the sum is (d = 0 and alpha <= 1).
    """
    if np.isinf(periods):
        endless = _endless(alpha, beta, discount_rate)
        return endless if first_included else endless - 1.0
    steps = int(periods) - (1 if first_included else 0)
    total, left = np.zeros(len(alpha)), np.ones(len(alpha))
    for t in range(steps):
        left = left * (beta + t) / (alpha + beta + t) / (1.0 + discount_rate)
        total += left
    return total + 1.0 if first_included else total


def _endless(alpha: np.ndarray, beta: np.ndarray, discount_rate: float) -> np.ndarray:
    if not discount_rate:
        above = np.where(alpha > 1.0, alpha - 1.0, np.inf)
        return np.where(alpha > 1.0, (alpha + beta - 1.0) / above, np.inf)
    if discount_rate < LEAST_DISCOUNT:
        raise LiukeError(
            f"An endless sum needs a discount_rate of 0 or at least {LEAST_DISCOUNT:g} per period, not"
            f" {discount_rate!r}; or say how many periods count."
        )
    return _hypergeometric(beta, alpha + beta, 1.0 / (1.0 + discount_rate))


def _hypergeometric(b: np.ndarray, c: np.ndarray, z: float) -> np.ndarray:
    """2F1(1, b; c; z) for 0 < b < c and z < 1, by Gauss's continued fraction, which stays exact for the huge
    b and c of nearly equal customers: 1/(1 - k1 z/(1 - k2 z/(1 - ...))).
    """
    terms = int(DIGITS / (2.0 * np.sqrt(1.0 - z))) + EXTRA_TERMS
    rest = np.ones(len(b))
    for m in range(terms, 0, -1):
        even = m * (c - b + m - 1.0) / ((c + 2.0 * m - 2.0) * (c + 2.0 * m - 1.0))
        rest = 1.0 - even * z / rest
        odd = (b + m - 1.0) * (c + m - 2.0) / ((c + 2.0 * m - 3.0) * (c + 2.0 * m - 2.0))
        rest = 1.0 - (b / c if m == 1 else odd) * z / rest
    return 1.0 / rest
