"""Two forecasts of the same customers: differences, intervals that hold, and what cannot be compared."""

import numpy as np
import pytest

from liuke.predict.comparison import compare_forecasts, compare_pair
from liuke.predict.examples import Example, Outcome, Population
from liuke.predict.metrics import judge

NAMES = np.array([f"k{i:04d}" for i in range(2000)])


def leaving(seed, customers=2000):
    """A true chance for each customer, and who left by it."""
    draw = np.random.default_rng(seed)
    p = 1 / (1 + np.exp(2.5 - 1.5 * draw.normal(size=customers)))
    return p, (draw.random(customers) < p).astype(float), draw


def compare(champion, challenger, left, seed=1):
    return compare_pair(champion, challenger, left, customers=NAMES[: len(left)], seed=seed)


def test_the_values_are_those_of_the_backtest():
    p, left, draw = leaving(1)
    rough = np.clip(p + draw.normal(0, 0.1, len(p)), 0.01, 0.99)

    found = compare(rough, p, left)

    for name in ("auc", "pr_auc"):
        assert found[name].champion == pytest.approx(judge(rough, left, seed=1)[name]["value"])
        assert found[name].challenger == pytest.approx(judge(p, left, seed=1)[name]["value"])
    assert found["log_loss"].challenger == pytest.approx(
        -np.mean(left * np.log(p) + (1 - left) * np.log(1 - p))
    )


def test_the_true_chance_beats_noise_on_every_measure():
    p, left, draw = leaving(2)
    rough = np.clip(p * np.exp(draw.normal(0, 1, len(p))), 0.01, 0.99)

    found = compare(rough, p, left)

    assert found["auc"].low > 0
    assert found["pr_auc"].low > 0
    assert found["log_loss"].high < 0  # less is better


def test_the_same_forecast_differs_by_nothing():
    p, left, _ = leaving(3)

    found = compare(p, p.copy(), left)

    assert {(each.difference, each.low, each.high) for each in found.values()} == {(0.0, 0.0, 0.0)}


def test_the_pairing_sees_what_separate_intervals_hide():
    p, left, draw = leaving(4)
    rough = np.clip(p * np.exp(draw.normal(0, 0.35, len(p))), 0.001, 0.999)

    paired = compare(rough, p, left)["auc"]
    alone = judge(p, left, seed=1)["auc"]

    assert paired.high - paired.low < 0.5 * (alone["high"] - alone["low"])


def test_intervals_hold_the_truth_about_as_often_as_they_promise(monkeypatch):
    """Two forecasts equally far from the truth: 0 lies in 95 % of the intervals (34 of 40 by binomial)."""
    monkeypatch.setattr("liuke.predict.comparison.DRAWS", 200)
    held = 0
    for seed in range(40):
        p, left, draw = leaving(100 + seed, customers=400)
        one, other = (np.clip(p * np.exp(draw.normal(0, 0.5, 400)), 0.001, 0.999) for _ in range(2))
        found = compare(one, other, left, seed=seed)["log_loss"]
        held += found.low <= 0 <= found.high

    assert held >= 34


def test_the_same_seed_gives_the_same_interval_and_another_seed_another():
    p, left, draw = leaving(5)
    rough = np.clip(p + draw.normal(0, 0.1, len(p)), 0.01, 0.99)

    assert compare(rough, p, left) == compare(rough, p, left)
    assert compare(rough, p, left)["auc"].low != compare(rough, p, left, seed=2)["auc"].low


def test_too_few_leavers_to_draw_again_leave_no_interval():
    p, left, _ = leaving(6, customers=50)
    left[:] = 0
    left[0] = 1

    found = compare(p, p[::-1].copy(), left)

    assert {(each.low, each.why_empty) for each in found.values()} == {(None, "too_few_leavers")}


def test_unknown_outcomes_are_left_out_and_a_horizon_of_one_class_is_absent():
    p, left, _ = leaving(7)
    late = left.copy()
    late[1000:] = np.nan
    outcome = Outcome({1: np.zeros(2000), 2: late}, np.full(2000, None))
    judged = Example(Population(None, NAMES, None), outcome)

    found = compare_forecasts({1: p, 2: p, 3: p}, {1: p, 2: p}, judged, seed=1)

    assert list(found) == ["2m"]
    known = compare_pair(p[:1000], p[:1000], left[:1000], customers=NAMES[:1000], seed=1)
    assert found["2m"]["auc"].champion == known["auc"].champion
