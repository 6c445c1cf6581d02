"""Measures of a forecast: equal to their references, with intervals that cover, or a reason."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from liuke.predict.metrics import MEASURES, Ranking, auc, average_precision, judge, judge_calibration, lift_at


def forecasts(n=2000, seed=3, levels=None):
    random = np.random.default_rng(seed)
    p = random.beta(1, 8, n)
    if levels:
        p = np.round(p * levels) / levels
    return p, (random.random(n) < p).astype(int)


@pytest.mark.parametrize("levels", [None, 20, 3])
def test_auc_and_average_precision_equal_scikit_learn_ties_included(levels):
    p, left = forecasts(levels=levels)
    blocks = Ranking.of(p, left).blocks(np.ones(len(p)))

    assert auc(*blocks) == pytest.approx(roc_auc_score(left, p), abs=1e-12)
    assert average_precision(*blocks) == pytest.approx(average_precision_score(left, p), abs=1e-12)


def test_lift_of_a_perfect_order_and_of_no_order():
    left = np.array([1] * 10 + [0] * 90)

    perfect = Ranking.of(np.linspace(1, 0, 100), left).blocks(np.ones(100))
    none = Ranking.of(np.full(100, 0.1), left).blocks(np.ones(100))

    assert lift_at(0.05)(*perfect) == pytest.approx(10)
    assert lift_at(0.20)(*perfect) == pytest.approx(5)
    assert lift_at(0.05)(*none) == pytest.approx(1)  # equal scores share the leavers


def test_weights_count_as_rows():
    p, left = forecasts(n=200)
    weights = np.random.default_rng(1).integers(0, 4, 200).astype(float)
    ranking = Ranking.of(p, left)
    repeated = np.repeat(np.arange(200), weights.astype(int))

    again = Ranking.of(p[repeated], left[repeated])

    assert auc(*ranking.blocks(weights[ranking.order])) == pytest.approx(
        auc(*again.blocks(np.ones(len(repeated))))
    )


@pytest.mark.parametrize("levels", [None, 20])
def test_every_measure_is_the_same_where_blocks_of_stayers_stand_together(levels):
    p, left = forecasts(levels=levels)
    ranking = Ranking.of(p, left)
    short = ranking.shortened()
    drawn = np.random.default_rng(1).integers(0, 4, len(p)).astype(float)[ranking.order]

    for measure, _ in MEASURES.values():
        assert measure(*short.blocks(drawn)) == pytest.approx(measure(*ranking.blocks(drawn)), rel=1e-12)
    assert len(short.block_starts) <= min(2 * left.sum() + 1, len(ranking.block_starts))


def test_calibration_alone_is_that_of_the_whole_judgement():
    p, left = forecasts(n=400)
    whole, alone = judge(p, left, seed=1), judge_calibration(p, left, seed=1)

    assert {"ece", "ece_if_perfect", "calibration", "mean_p", "base_rate"} <= set(alone)
    assert alone == {name: whole[name] for name in alone}
    assert judge_calibration(p, np.zeros(400, int), seed=1)["ece"]["why_empty"] == "one_class"


def test_intervals_hold_the_value_and_narrow_with_more_customers():
    few, many = (judge(*forecasts(n=n), seed=1) for n in (400, 6400))

    for found in (few, many):
        for name in ("auc", "pr_auc", "lift_5", "lift_10"):
            assert found[name]["low"] <= found[name]["value"] <= found[name]["high"]
    assert many["auc"]["high"] - many["auc"]["low"] < (few["auc"]["high"] - few["auc"]["low"]) / 2


def test_a_customer_with_many_rows_counts_once():
    p, left = forecasts(n=300)
    thrice = np.repeat(np.arange(300), 3)

    single = judge(p, left, seed=1)["auc"]
    together = judge(p[thrice], left[thrice], seed=1, customers=thrice)["auc"]
    apart = judge(p[thrice], left[thrice], seed=1)["auc"]

    width = single["high"] - single["low"]
    assert together["high"] - together["low"] == pytest.approx(width, rel=0.25)
    assert apart["high"] - apart["low"] < 0.75 * width  # the positive control: too narrow


def test_true_probabilities_are_as_calibrated_as_can_be_and_doubled_ones_are_not():
    p, left = forecasts(n=8000)

    honest, doubled = judge(p, left, seed=1), judge(np.minimum(2 * p, 1), left, seed=1)

    assert honest["ece"]["value"] <= honest["ece_if_perfect"]
    assert doubled["ece"]["value"] > 5 * doubled["ece_if_perfect"]
    assert sum(row["n"] for row in honest["calibration"]) == 8000
    assert honest["ece"]["why_empty"] == "resampling_biased"


@pytest.mark.parametrize("left", [np.zeros(50, dtype=int), np.ones(50, dtype=int)])
def test_one_class_is_a_reason_and_no_number(left):
    found = judge(np.linspace(0, 1, 50), left, seed=1)

    assert found["auc"] == {"value": None, "low": None, "high": None, "why_empty": "one_class"}
    assert (found["n"], found["leavers"]) == (50, left.sum())


@pytest.mark.parametrize("n, why", [(99, "too_few_to_rank"), (100, None)])
def test_the_top_percent_needs_a_customer_in_it(n, why):
    p, _ = forecasts(n=n)
    left = (np.arange(n) % 3 == 0).astype(int)

    assert judge(p, left, seed=1)["lift_1"]["why_empty"] == why


def test_a_single_leaver_gives_a_value_and_no_interval():
    left = np.zeros(500, dtype=int)
    left[7] = 1

    found = judge(forecasts(n=500)[0], left, seed=1)["auc"]

    assert found["value"] is not None
    assert (found["low"], found["why_empty"]) == (None, "too_few_leavers")


def test_the_same_seed_gives_the_same_intervals():
    p, left = forecasts(n=300)

    assert judge(p, left, seed=5) == judge(p, left, seed=5)
    assert judge(p, left, seed=5)["auc"] != judge(p, left, seed=6)["auc"]
