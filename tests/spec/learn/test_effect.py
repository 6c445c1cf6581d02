"""An effect is a difference with an interval, or a named reason why there is none yet."""

import numpy as np
import pytest

from liuke.learn import WHY_EMPTY, EffectRefused, effect

DRAW = np.random.default_rng(2026)


def outcomes(kept, treated, kept_0, held_out):
    """Rows of 0 and 1 and their arms: so many kept of the treated, so many of the held out."""
    ones = [1] * kept + [0] * (treated - kept) + [1] * kept_0 + [0] * (held_out - kept_0)
    return ones, ["treat"] * treated + ["hold_out"] * held_out


def test_two_rates():
    found = effect(*outcomes(56, 70, 48, 80))

    assert (found.treated, found.held_out, found.method, found.why_empty) == (70, 80, "score", None)
    assert (found.treated_rate, found.held_out_rate) == (0.8, 0.6)
    assert found.estimate == pytest.approx(0.2)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0528, 0.3382)  # Newcombe 1998, table II, a
    assert found.p_value == pytest.approx(0.0079, abs=5e-4)


def test_the_interval_excludes_nought_just_when_p_is_under_the_level():
    for kept in range(20, 50):
        found = effect(*outcomes(kept, 60, 40, 70))
        assert (found.p_value < 0.05) == (not found.low <= 0 <= found.high)


def test_the_sign_turns_with_the_arms():
    ones, arms = outcomes(56, 70, 48, 80)
    turned = effect(ones, [arm == "hold_out" for arm in arms])

    assert (round(turned.low, 4), round(turned.high, 4)) == (-0.3382, -0.0528)


@pytest.mark.parametrize(
    "case, reason",
    [
        ((10, 20, 10, 20), None),
        ((10, 19, 10, 20), "too_few"),  # an arm under 20
        ((10, 20, 10, 19), "too_few"),
        ((5, 20, 5, 20), None),  # 5 expected in an arm of 20
        ((4, 20, 5, 20), "too_few"),  # 4.5
        ((15, 20, 15, 20), None),
        ((16, 20, 15, 20), "too_few"),  # 4.5 expected of the others
        ((90, 900, 0, 50), "too_few"),  # 4.7 expected in the hold-out, none seen
        ((90, 900, 5, 50), None),  # 5
        ((5, 5, 0, 0), "no_hold_out"),
        ((0, 0, 5, 5), "no_treated"),
        ((0, 0, 0, 0), "no_treated"),
    ],
)
def test_when_there_are_too_few(case, reason):
    found = effect(*outcomes(*case))

    assert found.why_empty == reason
    assert (found.estimate is None) == (found.low is None) == (found.p_value is None) == (reason is not None)
    assert reason is None or WHY_EMPTY[reason].zh


def test_what_was_seen_is_told_even_when_it_is_too_few():
    found = effect(*outcomes(4, 5, 1, 2))

    assert (found.treated_rate, found.held_out_rate, found.why_empty) == (0.8, 0.5, "too_few")


def test_ten_contacts_with_each_of_few_customers_are_few():
    ones, arms = outcomes(100, 200, 90, 190)
    customer = [row // 10 for row in range(390)]

    assert effect(ones, arms).why_empty is None
    alone = effect(ones, arms, cluster=customer)
    assert (alone.treated_units, alone.held_out_units, alone.why_empty) == (20, 19, "too_few")


def test_amounts_with_a_hold_out_too_small_for_their_skewness():
    spent = DRAW.lognormal(4, 1.5, 440)
    arms = np.arange(440) < 400

    assert effect(spent, arms).why_empty == "too_few"
    assert effect(spent, np.arange(440) % 2 == 0).why_empty is None  # equal arms: the skewness cancels


def test_outcomes_that_do_not_vary():
    flat = effect([7.0] * 100, np.arange(100) < 50)
    apart = effect(np.where(np.arange(100) < 50, 7.0, 8.0), np.arange(100) < 50)

    assert (flat.why_empty, apart.why_empty) == ("no_variation", "no_variation")


@pytest.mark.parametrize(
    "treated, alarm",
    [(900, False), (930, False), (931, True), (867, True), (868, False)],
)
def test_the_sample_ratio_alarm_is_raised_below_one_in_a_thousand(treated, alarm):
    ones = np.arange(1000) % 3 == 0
    found = effect(ones, np.arange(1000) < treated, expected_share=0.9)

    assert found.sample_ratio_alarm == alarm
    assert (found.sample_ratio_p < 0.001) == alarm


def test_the_sample_ratio_counts_what_was_drawn():
    """Customers drawn whole are counted once however often they were contacted."""
    ones, arms = np.arange(2000) % 3 == 0, np.arange(2000) < 1700
    customer = np.arange(2000) // 20

    assert effect(ones, arms, expected_share=0.9).sample_ratio_alarm
    assert not effect(ones, arms, cluster=customer, expected_share=0.9).sample_ratio_alarm


def test_without_an_expected_share_nothing_is_claimed_of_the_ratio():
    found = effect(*outcomes(56, 70, 48, 80))

    assert (found.sample_ratio_p, found.sample_ratio_alarm) == (None, None)


def test_a_covariate_known_before_narrows_the_interval():
    risk = DRAW.normal(size=400)
    spent = 100 + 30 * risk + DRAW.normal(size=400)
    arms = DRAW.random(400) < 0.5

    plain, adjusted = effect(spent, arms), effect(spent, arms, covariate=risk)

    assert adjusted.high - adjusted.low < (plain.high - plain.low) / 10
    assert adjusted.low <= 0 <= adjusted.high


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"outcome": [1, 0, None]}, "outcome is missing in 1 rows, first in row 2"),
        ({"outcome": [1, 0, float("inf")]}, "outcome is missing"),
        ({"outcome": ["kept", 0, 1]}, "outcome is not all numbers"),
        ({"arm": ["treat", "hold_out", "not_chosen"]}, "not 'not_chosen'"),
        ({"arm": ["treat", None, "hold_out"]}, "not None"),
        ({"arm": ["treat"]}, "arm has 1 rows, outcome 3"),
        ({"cluster": ["a", "b", None]}, "cluster is missing in row 2"),
        ({"cluster": ["a"]}, "cluster has 1 rows"),
        ({"covariate": [0.1, float("nan"), 0.3]}, "covariate is missing in 1 rows, first in row 1"),
        ({"confidence": 95}, "between 0 and 1, such as 0.95, not 95"),
        ({"expected_share": 90}, "expected_share lies between 0 and 1"),
    ],
)
def test_what_cannot_be_compared_is_refused(changes, message):
    with pytest.raises(EffectRefused, match=message):
        effect(**{"outcome": [1, 0, 1], "arm": ["treat", "hold_out", "treat"]} | changes)


def test_a_covariate_that_says_nothing_is_refused():
    ones, arms = outcomes(56, 70, 48, 80)

    with pytest.raises(EffectRefused, match="constant there"):
        effect(ones, arms, covariate=np.ones(150))
