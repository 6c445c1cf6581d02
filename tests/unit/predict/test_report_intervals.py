"""Intervals against exact answers."""

import numpy as np
import pytest
from scipy import stats

from liuke.kernel.rates import wilson
from liuke.kernel.seeds import generator
from liuke.predict.reports.intervals import expected_range


def exact_quantile(chances: np.ndarray, share: float) -> int:
    """Of a sum of independent chances, by adding one customer after the other."""
    mass = np.ones(1)
    for chance in chances:
        mass = np.convolve(mass, [1 - chance, chance])
    return int(np.searchsorted(np.cumsum(mass), share))


@pytest.mark.parametrize("customers, highest", [(30, 0.9), (400, 0.2), (2000, 0.05), (60, 0.02)])
def test_the_range_of_what_is_expected_is_that_of_the_exact_distribution(customers, highest):
    p = generator("poisson binomial", customers).uniform(0, highest, customers)
    low, high = expected_range(p.sum(), (p * (1 - p)).sum(), (p * (1 - p) * (1 - 2 * p)).sum())

    assert low == pytest.approx(exact_quantile(p, 0.025), abs=1)
    assert high == pytest.approx(exact_quantile(p, 0.975), abs=1)


def test_what_is_certain_has_no_range():
    assert expected_range(7.0, 0.0, 0.0) == (7.0, 7.0)


@pytest.mark.parametrize("events, rows", [(0, 10), (1, 10), (5, 10), (10, 10), (37, 1558)])
def test_wilson_is_that_of_scipy(events, rows):
    exact = stats.binomtest(events, rows).proportion_ci(method="wilson")

    assert wilson(events, rows) == pytest.approx((exact.low, exact.high), abs=1e-12)
