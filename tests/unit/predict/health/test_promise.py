"""The promise is read from the model card as it was stored, with reasons where it tells nothing."""

from datetime import date

import numpy as np
import pytest

from liuke.predict.health import ProfitTerms, expected_maximum_profit, learned_days, read_promise
from liuke.predict.health.measuring import judge_forecast
from liuke.predict.metrics import judge

TERMS = ProfitTerms(clv=2000, contact_cost=1, offer_cost=10)


def forecast(n=3000):
    random = np.random.default_rng(4)
    p = random.beta(1, 12, n)
    return p, (random.random(n) < p).astype(int)


def card(horizons):
    told = {"judged_as_of": "2026-02-01", "horizons": horizons, "why_empty": None}
    return {"training": {"learned_as_of": ["2026-03-01", "2026-02-01"], "backtest": told}}


def test_the_measures_come_with_their_intervals():
    told = judge(*forecast(), seed=1)

    promise = read_promise(card({"1m": told}), profit=TERMS)

    assert promise.judged_as_of == date(2026, 2, 1)
    measures = promise.horizons[1].measures
    for name in ("auc", "lift_10"):
        assert (measures[name].value, measures[name].low) == (told[name]["value"], told[name]["low"])
    ratio = measures["calibration_ratio"]
    assert ratio.value == pytest.approx(told["base_rate"] / told["mean_p"])
    assert ratio.low < ratio.value < ratio.high
    assert len(promise.horizons[1].groups) == 10


def test_the_profit_from_points_of_the_curve_is_a_floor_of_the_whole_ranking():
    p, left = forecast()
    whole = expected_maximum_profit(
        p, left, clv=TERMS.clv, contact_cost=TERMS.contact_cost, offer_cost=TERMS.offer_cost
    )

    told = judge(p, left, seed=1)
    del told["ranking"]  # as cards of before are

    measures = read_promise(card({"1m": told}), profit=TERMS).horizons[1].measures

    found = measures["expected_profit"]
    assert found.why_empty == "floor_from_curve"
    assert 0.6 * whole.profit < found.value <= whole.profit
    assert 0 < measures["targeted_share"].value < 1


@pytest.mark.parametrize("terms", [TERMS, ProfitTerms(clv=300, contact_cost=3, offer_cost=40)])
def test_the_ranking_in_a_card_tells_the_profit_of_any_terms_exactly(terms):
    """Customers drawn again by whole rows have nearly the interval that the card's blocks give."""
    p, left = forecast()
    exact = judge_forecast(p, left, seed=1, profit=terms).measures

    measures = read_promise(card({"1m": judge(p, left, seed=1)}), profit=terms).horizons[1].measures

    for name in ("expected_profit", "targeted_share"):
        told, whole = measures[name], exact[name]
        assert told.value == pytest.approx(whole.value, rel=1e-9)
        assert told.why_empty is None
        assert told.low < told.value < told.high
        assert told.high - told.low == pytest.approx(whole.high - whole.low, rel=0.35)
    assert measures["log_loss"].value == pytest.approx(exact["log_loss"].value)
    assert measures["log_loss"].low < measures["log_loss"].value < measures["log_loss"].high


def test_a_card_that_tells_the_profit_itself_is_believed():
    told = judge(*forecast(), seed=1) | {
        name: {"value": value, "low": value / 2, "high": value * 2, "why_empty": None}
        for name, value in (("expected_profit", 3.0), ("targeted_share", 0.1), ("log_loss", 0.2))
    }

    measures = read_promise(card({"1m": told}), profit=TERMS).horizons[1].measures

    assert measures["expected_profit"].value == 3.0
    assert measures["log_loss"].high == 0.4


@pytest.mark.parametrize(
    "stored, reason",
    [
        (None, "no_card"),
        ({"training": {}}, "no_backtest"),
        ({"training": {"backtest": {"why_empty": "history_too_short"}}}, "history_too_short"),
    ],
)
def test_a_card_without_a_backtest_says_why(stored, reason):
    promise = read_promise(stored)

    assert promise.horizons == {}
    assert promise.why_empty == reason


def test_one_class_in_the_backtest_is_a_reason_for_each_measure():
    told = judge(np.full(100, 0.1), np.zeros(100), seed=1)

    measures = read_promise(card({"1m": told})).horizons[1].measures

    assert measures["auc"].why_empty == "one_class"
    assert measures["calibration_ratio"].why_empty == "one_class"
    assert measures["log_loss"].why_empty == "one_class"


def test_days_learned_from_are_told_earliest_first():
    assert learned_days(card({})) == [date(2026, 2, 1), date(2026, 3, 1)]
    assert learned_days({}) == []
