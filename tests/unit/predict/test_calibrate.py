"""A blend finds the member that is right, straightens the one that shouts, and trusts few rows little."""

import numpy as np
import pytest
from scipy.special import expit

from liuke.predict.calibrate import Blend, expected_calibration_error, fit_blend


def rows_of(size, seed=1):
    draw = np.random.default_rng(seed)
    truth = draw.normal(-1.0, 1.5, size)
    labels = (draw.random(size) < expit(truth)).astype(float)
    return truth, labels, draw.normal(0.0, 1.5, size)


def test_the_member_that_is_right_gets_the_say():
    truth, labels, noise = rows_of(20_000)

    blend = fit_blend(np.column_stack([truth, noise]), labels, np.ones(20_000))

    assert blend.weights[0] == pytest.approx(1.0, abs=0.05)
    assert blend.weights[1] == pytest.approx(0.0, abs=0.05)
    assert blend.intercept == pytest.approx(0.0, abs=0.06)


def test_a_member_that_shouts_and_leans_is_straightened():
    truth, labels, _ = rows_of(20_000)

    blend = fit_blend((3.0 * truth + 2.0)[:, None], labels, np.ones(20_000))

    said = expit(blend.log_odds((3.0 * truth + 2.0)[:, None]))
    assert blend.weights[0] == pytest.approx(1 / 3, rel=0.05)
    assert said.mean() == pytest.approx(labels.mean(), abs=1e-3)
    assert expected_calibration_error(labels, said) < 0.01


def test_no_member_is_turned_round():
    truth, labels, _ = rows_of(2_000)

    assert fit_blend(-truth[:, None], labels, np.ones(2_000)).weights == (0.0,)


def test_few_rows_leave_the_shares_near_equal():
    truth, labels, noise = rows_of(6)

    blend = fit_blend(np.column_stack([truth, noise]), labels, np.ones(6))

    assert all(0.2 < weight < 0.8 for weight in blend.weights)


@pytest.mark.parametrize("size, follows", [(200, True), (20_000, False)])
def test_the_plain_member_is_followed_until_the_others_have_proved_themselves(size, follows):
    truth, labels, noise = rows_of(size)
    members = np.column_stack([truth, truth + 0.4 * noise])  # the second is plain, and a little worse

    blend = fit_blend(members, labels, np.ones(size), plain=[1], sums=[1])

    assert (blend.weights[1] > 0.5) == follows
    assert (blend.weights[0] > 0.8) != follows


def test_a_plain_member_that_says_nothing_is_let_go_once_that_is_proved():
    truth, labels, noise = rows_of(20_000)

    blend = fit_blend(np.column_stack([truth, noise]), labels, np.ones(20_000), plain=[1], sums=[0, 1])

    assert blend.weights[1] < 0.03
    assert blend.weights[0] > 0.9


def test_weights_stand_for_rows():
    truth, labels, noise = rows_of(300)
    members = np.column_stack([truth, noise])

    twice = fit_blend(np.concatenate([members, members]), np.tile(labels, 2), np.ones(600))
    weighed = fit_blend(members, labels, np.full(300, 2.0))

    assert weighed.weights == pytest.approx(twice.weights, abs=1e-5)


def test_boundless_log_odds_are_bounded():
    assert Blend(0.0, (1.0,)).log_odds(np.array([[np.inf], [-np.inf], [3.0]])).tolist() == [12.0, -12.0, 3.0]


def test_calibration_error_is_the_mean_distance():
    labels = np.array([1, 0, 0, 0, 1, 1, 1, 0])
    said = np.array([0.1, 0.1, 0.1, 0.1, 0.9, 0.9, 0.9, 0.9])

    assert expected_calibration_error(labels, said, bins=2) == pytest.approx(0.15)
