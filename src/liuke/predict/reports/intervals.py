"""How far chance alone would carry a figure.

What happened is counted whole, no sample of anything, so a count has no interval. The rate has one: read
as the chance that a customer of such a kind leaves in a month, it tells whether a small unit's high rate
need mean anything. What is expected has one, of who will leave given the probabilities; how far these may
be wrong themselves is told by the model's health and not by it.
"""

from math import erf, exp, inf, pi, sqrt

TAIL = 0.025


def expected_range(mean: float, variance: float, third: float) -> tuple[float, float]:
    """Whole numbers between which 95 % of a sum of independent chances lies.

    mean, variance, third: its first three moments, which add from cell to cell. Poisson-binomial by the
    refined normal approximation (Volkova, 1996); with no chance left in it both ends are the sum itself.
    """
    if variance <= 0:
        return mean, mean
    low = _quantile(TAIL, mean, variance, third)
    return low, max(low, _quantile(1 - TAIL, mean, variance, third))


def _quantile(share: float, mean: float, variance: float, third: float) -> float:
    """The least whole number that at least such a share of draws does not exceed."""
    low, high = -1, int(mean + 10 * sqrt(variance) + 10)
    while high - low > 1:
        middle = (low + high) // 2
        if _at_most(middle, mean, variance, third) >= share:
            high = middle
        else:
            low = middle
    return float(high)


def _at_most(number: int, mean: float, variance: float, third: float) -> float:
    x = (number + 0.5 - mean) / sqrt(variance)
    skew = third / variance**1.5
    refined = _normal(x) + skew * (1 - x * x) * exp(-x * x / 2) / (6 * sqrt(2 * pi))
    return min(1.0, max(0.0, refined))


def _normal(x: float) -> float:
    return (1 + erf(x / sqrt(2))) / 2 if abs(x) < inf else float(x > 0)
