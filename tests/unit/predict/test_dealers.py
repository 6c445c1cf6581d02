"""Dealers judged: planted dishonest ones are found, honest ones with heavy churn are left alone."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.predict.dealers import DealerSettings
from liuke.predict.dealers.baseline import Baseline
from liuke.predict.dealers.judging import (
    LIKENESS,
    LIKENESS_OF_FEW,
    chance_of_level,
    control_false_discoveries,
    fit_likeness,
    judge_dealers,
)
from liuke.predict.dealers.lives import Lives, count_by_age
from liuke.predict.dealers.matching import match_groups
from liuke.world.signings import Signings, SigningTerms, simulate_signings

DEFAULTS = DealerSettings()
ORDINARY = SigningTerms(dealers=30, halls=8, customers_each=50)
COMPANIES = 200


def lives_of(signed: Signings) -> Lives:
    return Lives(
        dealer=signed.dealer,
        likes=match_groups(signed.month, signed.plan, signed.region),
        enters=np.zeros(len(signed.dealer), np.int64),
        leaves=signed.leaves,
        is_gone=signed.is_gone,
        assessed=signed.assessed,
    )


@cache
def audit(terms: SigningTerms, companies: int) -> tuple[float, float, float]:
    """False discoveries, power, and share of companies with any false flag."""
    shares, caught, planted, any_false = [], 0, 0, 0
    for seed in range(companies):
        signed = simulate_signings(terms, seed=seed)
        judged = judge_dealers(lives_of(signed), DEFAULTS)
        q = control_false_discoveries(np.array([each.p for each in judged]), dependence="positive")
        flagged = [each.dealer for each, adjusted in zip(judged, q, strict=True) if adjusted <= 0.05]
        right = int(signed.dishonest[flagged].sum())
        shares.append((len(flagged) - right) / max(len(flagged), 1))
        any_false += right < len(flagged)
        caught, planted = caught + right, planted + int(signed.dishonest.sum())
    return float(np.mean(shares)), caught / max(planted, 1), any_false / companies


def test_of_those_flagged_at_most_one_in_twenty_is_honest_and_most_planted_are_found():
    """Over 200 companies; a fifth of the dealers is careless, churn differs by plan, region and dealer."""
    false, power, _ = audit(ORDINARY, COMPANIES)

    assert false <= 0.05
    assert power >= 0.75


def test_where_nobody_is_dishonest_hardly_any_company_sees_a_flag():
    terms = SigningTerms(dealers=30, halls=8, customers_each=50, dishonest_share=0.0)
    _, _, any_false = audit(terms, 100)

    assert any_false <= 0.10  # 5 % and twice the standard error of 100 companies


def test_careless_dealers_are_not_taken_for_dishonest_ones():
    """Half of the dealers lose customers four times as fast, at every age."""
    terms = SigningTerms(
        dealers=30, halls=8, customers_each=50, careless_share=0.5, careless_factor=4.0, dealer_spread=0.6
    )
    false, power, _ = audit(terms, 100)

    assert false <= 0.06
    assert power >= 0.6


def small(dealer, enters, leaves, is_gone, assessed, likes=None) -> Lives:
    arrays = [np.array(each) for each in (dealer, enters, leaves, is_gone, assessed)]
    likes = np.zeros((len(dealer), 1), np.int64) if likes is None else np.array(likes)
    return Lives(arrays[0], likes, arrays[1], arrays[2], arrays[3].astype(bool), arrays[4])


def test_customers_are_watched_from_entering_and_through_the_day_they_go():
    lives = small([0, 0, 0], [0, 2, 0], [3, 4, 0], [True, False, True], [0, 0, 0])
    watched, gone = count_by_age(np.zeros(3, np.int64), 1, lives, np.arange(3), 6)

    assert watched[0].tolist() == [2, 1, 2, 2, 0, 0]  # the third went on the day of opening
    assert gone[0].tolist() == [1, 0, 0, 1, 0, 0]


def test_those_who_left_before_watching_began_are_not_counted():
    lives = small([0, 0], [10, 10], [10, 9], [True, True], [0, 0])

    assert len(lives.until(100)) == 1  # went on the first day watched


@pytest.mark.parametrize("longest, gone", [(31, True), (30, False)])
def test_beyond_the_longest_age_nothing_is_seen(longest, gone):
    lives = small([0], [0], [30], [True], [0]).until(longest)

    assert bool(lives.is_gone[0]) is gone
    assert lives.leaves[0] == 30


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 1), st.integers(0, 4), st.integers(0, 12), st.booleans()),
        min_size=3,
        max_size=40,
    )
)
def test_what_is_expected_is_the_share_of_the_others_who_go(people):
    """Against a loop over dealers' customers and days, with one level of matching."""
    dealer, like, enters, more, gone = (list(each) for each in zip(*people, strict=True))
    leaves = [start + extra for start, extra in zip(enters, more, strict=True)]
    terms = DealerSettings(longest_days=20, least_controls=1)
    lives = small(dealer, enters, leaves, gone, [5] * len(people), likes=[[each] for each in like])
    baseline = Baseline(lives, terms)

    def watched(i: int, day: int) -> bool:
        return enters[i] <= day < leaves[i] + gone[i]

    for who in set(dealer):
        expected = np.zeros(20)
        for i in range(len(people)):
            for day in range(20):
                if dealer[i] != who or not watched(i, day):
                    continue
                others = [j for j in range(len(people)) if dealer[j] != who and like[j] == like[i]]
                at_risk = [j for j in others if watched(j, day)]
                went = [j for j in at_risk if gone[j] and leaves[j] == day]
                expected[day] += len(went) / len(at_risk) if at_risk else 0.0
        assert baseline.of(who).expected == pytest.approx(expected)


def test_with_too_few_matched_customers_the_match_is_made_coarser():
    dealer = [0] * 5 + [1] * 40
    likes = [[0, 0]] * 5 + [[1, 0]] * 40  # nobody else in the finest group
    leaves, gone = [50] * 5 + [10] * 20 + [50] * 20, [False] * 5 + [True] * 20 + [False] * 20
    lives = small(dealer, [0] * 45, leaves, gone, [5] * 45, likes=likes)
    by_age = Baseline(lives, DealerSettings(longest_days=60, window_days=5)).of(0)

    assert by_age.expected.sum() == pytest.approx(5 * 20 / 40)


def test_exact_tests_answer_none_gone_with_certainty():
    assert chance_of_level(0, 3.0, 100.0) == 1.0


def test_uncertain_expectations_make_chance_likelier():
    chances = [chance_of_level(9, 3.0, events) for events in (1e9, 30.0, 5.0)]

    assert chances == sorted(chances)
    assert chances[0] < 0.005 < chances[2]


def test_likeness_is_learned_from_how_dealers_differ():
    random = np.random.default_rng(3)
    expected = np.full(400, 20.0)
    alike = fit_likeness(random.poisson(expected), expected)
    unlike = fit_likeness(random.poisson(expected * random.gamma(2.0, 0.5, 400)), expected)

    assert alike > 0.8 * LIKENESS[1]
    assert unlike == pytest.approx(2.0, rel=0.25)
    assert fit_likeness(np.array([1, 2]), np.array([1.0, 2.0])) == LIKENESS_OF_FEW


@pytest.mark.parametrize(
    "dependence, expected", [("positive", [0.03, 0.04, 0.04]), ("any", [0.055, 0.0733, 0.0733])]
)
def test_adjusted_p_values(dependence, expected):
    """Yekutieli's are 1 + 1/2 + 1/3 times as large."""
    found = control_false_discoveries(np.array([0.01, 0.04, 0.03]), dependence=dependence)

    assert found.round(4).tolist() == pytest.approx(expected, abs=1e-4)


def test_a_dealer_with_fewer_customers_than_asked_for_is_not_judged():
    signed = simulate_signings(ORDINARY, seed=1)
    judged = judge_dealers(lives_of(signed), DealerSettings(least_reached=40))

    assert judged
    assert min(each.reached for each in judged) >= 40
    assert len(judged) < len(judge_dealers(lives_of(signed), DealerSettings(least_reached=8)))
