"""A draw belongs to one customer, one month and one purpose."""

import numpy as np
import pytest

from liuke.world.chance import Chance

EVERYBODY = np.arange(20_000)
MARCH = Chance(1, "month", "2026-03")


def test_a_customers_luck_does_not_depend_on_who_else_is_drawn_for():
    alone = MARCH.uniform("leave", np.array([17]))

    assert alone[0] == MARCH.uniform("leave", EVERYBODY)[17]


@pytest.mark.parametrize(
    "other",
    [
        Chance(1, "month", "2026-04").uniform("leave", EVERYBODY),
        Chance(2, "month", "2026-03").uniform("leave", EVERYBODY),
        MARCH.uniform("stay", EVERYBODY),
    ],
    ids=["another month", "another company", "another purpose"],
)
def test_draws_for_different_things_have_nothing_in_common(other):
    mine = MARCH.uniform("leave", EVERYBODY)

    assert abs(np.corrcoef(mine, other)[0, 1]) < 0.03  # 4 standard errors of 20,000 draws


def test_uniform_draws_fill_the_unit_interval_evenly():
    counts, _ = np.histogram(MARCH.uniform("leave", EVERYBODY), bins=10, range=(0, 1))

    assert counts.sum() == len(EVERYBODY)
    assert np.abs(counts - 2000).max() < 4 * np.sqrt(2000 * 0.9)


def test_normal_draws_are_standard():
    drawn = MARCH.normal("noise", EVERYBODY)

    assert drawn.mean() == pytest.approx(0, abs=0.03)
    assert drawn.std() == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize("mean", [0.0, 0.4, 3.0])
def test_counts_have_mean_and_variance_of_a_poisson(mean):
    drawn = MARCH.count("calls", EVERYBODY, np.full(len(EVERYBODY), mean))

    assert drawn.mean() == pytest.approx(mean, abs=0.05)
    assert drawn.var() == pytest.approx(mean, abs=0.12)


def test_whole_numbers_stay_in_their_range_and_reach_both_ends():
    drawn = MARCH.whole("day", EVERYBODY, 4, 7)

    assert set(drawn) == {4, 5, 6}


def test_an_empty_range_gives_its_lower_end():
    assert MARCH.whole("day", np.arange(3), 4, 4).tolist() == [4, 4, 4]


def test_choices_come_in_proportion_to_their_weights():
    drawn = MARCH.pick("plan", EVERYBODY, np.array([3.0, 0.0, 1.0]))

    assert np.bincount(drawn, minlength=3) / len(drawn) == pytest.approx([0.75, 0, 0.25], abs=0.015)
