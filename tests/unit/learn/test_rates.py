"""The score interval gives the published numbers and inverts its own test."""

import numpy as np
import pytest

from liuke.learn.rates import score, score_interval

Z95 = 1.959964


@pytest.mark.parametrize(
    "case, low, high",
    [  # Newcombe (1998), Statistics in Medicine 17:873, table II, method of Miettinen and Nurminen
        ((56, 70, 48, 80), 0.0528, 0.3382),
        ((9, 10, 3, 10), 0.1700, 0.8406),
        ((6, 7, 2, 7), 0.0342, 0.8534),
        ((5, 56, 0, 29), -0.0326, 0.1933),
        ((0, 10, 0, 20), -0.1658, 0.2844),
        ((0, 10, 0, 10), -0.2879, 0.2879),
        ((10, 10, 0, 20), 0.7156, 1.0),
        ((10, 10, 0, 10), 0.6636, 1.0),
    ],
)
def test_published_intervals(case, low, high):
    found = score_interval(*case, z=Z95)

    assert [round(float(end), 4) for end in found] == [low, high]


def likelihood(rate, rate_0, events, rows, events_0, rows_0):
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = [
            np.where(count == 0, 0.0, count * np.log(chance))
            for count, chance in (
                (events, rate),
                (rows - events, 1 - rate),
                (events_0, rate_0),
                (rows_0 - events_0, 1 - rate_0),
            )
        ]
    return sum(terms)


@pytest.mark.parametrize("case", [(5, 10, 5, 10), (50, 100, 50, 100), (3, 40, 9, 25), (0, 10, 4, 10)])
@pytest.mark.parametrize("null", [-0.6, -0.1, 0.0, 0.1, 0.35])
def test_the_null_rates_have_the_greatest_likelihood(case, null):
    """The cubic's root against a search over a fine grid, equal rates of one half included."""
    events, rows, events_0, rows_0 = case
    grid = np.linspace(max(0, -null), min(1, 1 - null), 200_001)
    best = grid[np.nanargmax(likelihood(grid + null, grid, *case))]
    variance = (best + null) * (1 - best - null) / rows + best * (1 - best) / rows_0

    found = float(score(*(np.asarray(part, float) for part in case), difference=null))

    total = rows + rows_0
    expected = (events / rows - events_0 / rows_0 - null) / np.sqrt(variance * total / (total - 1))
    assert found == pytest.approx(expected, rel=1e-3, abs=1e-9)


def test_many_cases_at_once_are_the_same_as_one_by_one():
    cases = np.array([[56, 70, 48, 80], [3, 40, 9, 25]], float)

    together = score_interval(*cases.T, z=Z95)

    for number, case in enumerate(cases):
        assert [end[number] for end in together] == [float(end) for end in score_interval(*case, z=Z95)]
