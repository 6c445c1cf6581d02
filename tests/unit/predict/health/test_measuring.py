"""Measures with intervals of any probabilities and what came of them; a row may stand for several."""

import numpy as np
import pytest
from sklearn.metrics import log_loss, roc_auc_score

from liuke.kernel.rates import wilson
from liuke.predict.health import ProfitTerms, judge_forecast
from liuke.predict.health.measuring import NAMES, group_rows

TERMS = ProfitTerms(clv=200, contact_cost=1, offer_cost=10)


def forecasts(n=3000, seed=3):
    random = np.random.default_rng(seed)
    p = random.beta(1, 8, n)
    return p, (random.random(n) < p).astype(int)


def test_every_measure_is_told_with_an_interval_around_it():
    judged = judge_forecast(*forecasts(), profit=TERMS, seed=1)

    assert tuple(judged.measures) == NAMES
    for name, found in judged.measures.items():
        if name == "ece":
            assert found.why_empty == "resampling_biased"
            continue
        assert found.low <= found.value <= found.high
        assert found.why_empty is None


def test_values_are_those_of_scikit_learn():
    p, left = forecasts()
    measures = judge_forecast(p, left, seed=1).measures

    assert measures["auc"].value == pytest.approx(roc_auc_score(left, p))
    assert measures["log_loss"].value == pytest.approx(log_loss(left, p))
    assert measures["calibration_ratio"].value == pytest.approx(left.mean() / p.mean())


def test_a_weight_counts_as_so_many_customers_and_nought_as_none():
    p, left = forecasts(n=500)
    weights = np.random.default_rng(2).integers(0, 4, 500)
    repeated = np.repeat(np.arange(500), weights)

    weighed = judge_forecast(p, left, weights=weights, profit=TERMS, seed=1)
    copied = judge_forecast(p[repeated], left[repeated], profit=TERMS, seed=1)

    assert weighed.customers == (weights > 0).sum()
    for name in NAMES:
        edge = 0.005 if name == "ece" else 1e-9  # a row is never cut between two groups, its copies are
        assert weighed.measures[name].value == pytest.approx(copied.measures[name].value, abs=edge), name


def test_without_terms_the_profit_has_a_reason():
    measures = judge_forecast(*forecasts(n=300), seed=1).measures

    assert measures["expected_profit"].why_empty == "no_profit_terms"
    assert measures["targeted_share"].value is None


@pytest.mark.parametrize("leavers, told", [(9, False), (10, True)])
def test_a_ranking_is_judged_from_ten_leavers_on(leavers, told):
    p, left = np.linspace(0, 1, 300), np.zeros(300)
    left[-leavers:] = 1

    auc = judge_forecast(p, left, seed=1).measures["auc"]

    assert (auc.value is not None) == told
    assert (auc.why_empty == "too_few_leavers") == (not told)


def test_nobody_left_and_nobody_there_are_different_reasons():
    nobody_left = judge_forecast(np.full(50, 0.1), np.zeros(50), seed=1)
    nobody_there = judge_forecast(np.array([]), np.array([]), seed=1)

    assert {each.why_empty for each in nobody_left.measures.values()} == {"one_class"}
    assert {each.why_empty for each in nobody_there.measures.values()} == {"nobody_judged"}


def test_groups_are_of_equal_size_and_equal_probabilities_stand_together():
    p = np.array([0.1] * 30 + [0.2] * 30 + [0.9] * 40)
    left = np.array([0] * 55 + [1] * 45)

    groups = group_rows(p, left, np.ones(100))

    assert [(group.customers, group.mean_p) for group in groups] == [
        (30, pytest.approx(0.1)),
        (30, pytest.approx(0.2)),
        (40, pytest.approx(0.9)),
    ]
    assert groups[1].left_rate == pytest.approx(5 / 30)


def test_groups_by_weight_count_those_a_row_stands_for():
    p = np.linspace(0, 1, 20)
    weights = np.where(p > 0.5, 9.0, 1.0)

    groups = group_rows(p, np.zeros(20), weights, groups=2)

    assert sum(group.customers for group in groups) == weights.sum()
    assert groups[1].customers == pytest.approx(groups[0].customers, abs=9)


def test_wilson_as_published():
    low, high = wilson(10, 29)  # Newcombe (1998), method 3: 10 of 29

    assert (round(low, 4), round(high, 4)) == (0.1994, 0.5265)


def test_the_same_seed_gives_the_same_interval_and_another_one_another():
    first, again, other = (judge_forecast(*forecasts(), seed=seed).measures["auc"] for seed in (1, 1, 2))

    assert first == again
    assert first.low != other.low
