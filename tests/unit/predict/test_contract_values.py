"""Worth of customers under contract: by hand, at the edges, and against lifetimes drawn at random."""

import numpy as np
import pytest

from liuke.predict.contract_values import value_contracts


def worth(hazards, margin=100.0, *, discount=0.0, confidence=0.8):
    return value_contracts(
        np.atleast_2d(np.asarray(hazards, float)),
        np.atleast_1d(np.asarray(margin, float)),
        discount_per_year=discount,
        confidence=confidence,
    )


def test_a_month_left_in_counts_half():
    found = worth([0.5, 0.0])

    assert found.expected == pytest.approx([100 * (1 + 0.5) / 2 + 100 * 0.5])


def test_who_never_leaves_is_worth_every_month_and_nothing_else():
    found = worth([0.0] * 24)

    assert (found.expected[0], found.low[0], found.high[0]) == (2400, 2400, 2400)


def test_later_money_counts_less_from_the_middle_of_its_month():
    found = worth([0.0] * 2, discount=0.21)

    assert found.expected == pytest.approx([100 * (1.21 ** (-0.5 / 12) + 1.21 ** (-1.5 / 12))])


@pytest.mark.parametrize(
    "hazard, low, high",
    [
        (0.1, 50, 300),  # exactly the tenth part has left after the first month
        (0.0999, 150, 300),  # a little fewer: the tenth comes in the second
        (0.9, 50, 50),  # nine tenths have left after it
        (0.8999, 50, 150),
    ],
)
def test_the_range_ends_in_the_month_by_which_a_tenth_and_nine_tenths_have_left(hazard, low, high):
    found = worth([hazard, hazard, 0.0])

    assert (found.low[0], found.high[0]) == (low, high)


def test_a_loss_has_its_range_the_right_way_round():
    found = worth([0.3] * 12, margin=-10)

    assert found.low[0] < found.expected[0] < found.high[0] < 0


def test_what_is_unknown_stays_unknown():
    found = worth([[0.1, 0.1], [0.1, np.nan]], margin=[np.nan, 1.0])

    assert np.isnan([found.expected, found.low, found.high]).all()


def test_lifetimes_drawn_at_random_average_to_the_expectation_and_keep_to_the_range():
    random = np.random.default_rng(5)
    hazards = random.uniform(0.01, 0.2, 24)
    found = worth(hazards, margin=7.0, discount=0.1)
    leaves = random.random((200_000, 24)) < hazards
    month = np.where(leaves.any(axis=1), leaves.argmax(axis=1), 24)
    weights = 1.1 ** (-(np.arange(24) + 0.5) / 12)
    earned = 7.0 * np.append(np.concatenate([[0], np.cumsum(weights)[:-1]]) + weights / 2, weights.sum())
    drawn = earned[month]

    assert found.expected[0] == pytest.approx(drawn.mean(), rel=0.01)
    assert (drawn < found.low[0]).mean() <= 0.11
    assert (drawn > found.high[0]).mean() <= 0.11
    assert ((drawn >= found.low[0]) & (drawn <= found.high[0])).mean() >= 0.79
