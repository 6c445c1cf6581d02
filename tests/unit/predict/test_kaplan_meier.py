"""Survival by hand, as published, and as it must be at its ends."""

import numpy as np
import pytest

from liuke.predict.kaplan_meier import DurationsRefused, kaplan_meier

# Weeks in remission under 6-mercaptopurine (Freireich and others 1963), the textbook example.
WEEKS = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
RELAPSED = [1] * 9 + [0] * 12


def test_the_textbook_example_with_greenwoods_standard_errors():
    curve = kaplan_meier(WEEKS, RELAPSED)
    told = curve.left > 0

    assert curve.duration[told].tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.at_risk[told].tolist() == [21, 17, 15, 12, 11, 7, 6]
    published = [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert curve.survival[told] == pytest.approx(published, abs=5e-5)
    errors = [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]
    assert curve.standard_error[told] == pytest.approx(errors, abs=5e-5)
    assert curve.median == 23


def test_the_interval_is_that_of_the_log_of_minus_the_log():
    curve = kaplan_meier(WEEKS, RELAPSED)
    place = int(np.flatnonzero(curve.duration == 6)[0])

    # ln(-ln S) -/+ 1.96 se / (S |ln S|): by hand from S = 18/21, se = .0764.
    survival, error = 18 / 21, np.sqrt((18 / 21) ** 2 * 3 / (21 * 18))
    centre, reach = np.log(-np.log(survival)), 1.959964 * error / (survival * abs(np.log(survival)))
    assert curve.low[place] == pytest.approx(np.exp(-np.exp(centre + reach)))
    assert curve.high[place] == pytest.approx(np.exp(-np.exp(centre - reach)))
    assert (round(curve.low[place], 3), round(curve.high[place], 3)) == (0.620, 0.952)


def test_without_censoring_it_is_the_share_still_there():
    curve = kaplan_meier([1, 2, 3, 4], [1, 1, 1, 1])

    assert curve.survival.tolist() == pytest.approx([0.75, 0.5, 0.25, 0.0])
    assert curve.median == 2
    assert np.isnan(curve.low[-1])  # where nobody is left there is no interval


def test_leaving_comes_before_the_end_of_watching_at_the_same_instant():
    curve = kaplan_meier([5, 5], [1, 0])

    assert curve.survival.tolist() == [0.5]


def test_nobody_left_is_everybody_there_and_no_interval():
    curve = kaplan_meier([3, 7], [0, 0])

    assert curve.survival.tolist() == [1.0, 1.0]
    assert np.isnan(curve.low).all()
    assert curve.median is None


def test_order_does_not_matter():
    turned = np.random.default_rng(1).permutation(len(WEEKS))
    one, other = (
        kaplan_meier(WEEKS, RELAPSED),
        kaplan_meier(np.array(WEEKS)[turned], np.array(RELAPSED)[turned]),
    )

    assert one.survival.tolist() == other.survival.tolist()


def test_ninety_five_of_a_hundred_intervals_hold_the_truth():
    random, held = np.random.default_rng(7), 0
    for _ in range(600):
        life, watched = random.exponential(10, 80), random.uniform(2, 20, 80)
        curve = kaplan_meier(np.minimum(life, watched), (life <= watched).astype(int))
        place = np.searchsorted(curve.duration, 8.0, side="right") - 1
        held += curve.low[place] <= np.exp(-0.8) <= curve.high[place]

    assert held / 600 == pytest.approx(0.95, abs=0.025)


@pytest.mark.parametrize(
    "duration, left", [([], []), ([1.0], [2]), ([-1.0], [1]), ([np.nan], [1]), ([1.0, 2.0], [1])]
)
def test_durations_that_make_no_sense_are_refused(duration, left):
    with pytest.raises(DurationsRefused):
        kaplan_meier(duration, left)
