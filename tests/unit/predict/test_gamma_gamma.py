"""Gamma-gamma gives the published CDNOW numbers; lifetime value agrees with its own simulation."""

import math
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest
from scipy.special import gamma
from scipy.stats import pearsonr
from sklearn.exceptions import NotFittedError

from liuke.kernel.errors import LiukeError
from liuke.predict import BetaGeo, GammaGamma
from liuke.predict.gamma_gamma import GammaGammaParameters, Spends
from liuke.predict.lifetime_value import Terms, simulate

WEEKS_A_MONTH = 365.25 / 12 / 7


@pytest.fixture(scope="module")
def cdnow():
    return pd.read_csv(files("lifetimes") / "datasets" / "cdnow_customers_summary_with_transactions.csv")


@pytest.fixture(scope="module")
def spend(cdnow):
    return GammaGamma().fit(cdnow.x, cdnow.zbar)


@pytest.fixture(scope="module")
def purchases(cdnow):
    return BetaGeo().fit(cdnow.x, cdnow.t_x, cdnow["T"])


def test_cdnow_parameters_are_the_published_ones(spend):
    found = spend.params_

    assert (round(found.p, 3), round(found.q, 3), round(found.v, 3)) == (6.249, 3.745, 15.448)


def test_the_likelihood_is_equation_1a():
    p, q, v = 2.0, 3.5, 12.0
    for x, mean in [(1, 8.0), (4, 20.0)]:
        density = gamma(p * x + q) / gamma(p * x) / gamma(q) * v**q * mean ** (p * x - 1) * x ** (p * x)
        density /= (v + x * mean) ** (p * x + q)
        one = Spends(np.array([float(x)]), np.array([mean]), np.array([1.0]))

        assert one.log_likelihood(np.array([p, q, v]))[0] == pytest.approx(np.log(density), rel=1e-12)


def test_the_slope_is_the_slope():
    spends = Spends(np.array([1.0, 3.0, 7.0]), np.array([8.0, 20.0, 11.0]), np.array([2.0, 1.0, 1.0]))
    theta = np.array([2.0, 3.5, 12.0])

    for i, step in enumerate(np.eye(3) * 1e-6):
        up, down = spends.log_likelihood(theta + step)[0], spends.log_likelihood(theta - step)[0]
        assert spends.log_likelihood(theta)[1][i] == pytest.approx((up - down) / 2e-6, rel=1e-6)


def test_an_average_lies_between_what_one_showed_and_what_all_show(spend):
    everybody = spend.expected_average(0, 0)[0]

    few, many = spend.expected_average([1, 50], [200.0, 200.0])

    assert everybody < few < many < 200.0


def test_an_average_that_is_not_known_is_missing():
    model = GammaGamma()
    model.params_ = GammaGammaParameters(p=2.0, q=0.9, v=10.0)

    found = model.expected_average([0, 1, 1, np.nan], [0, 10.0, np.nan, 5.0])

    assert np.isnan(found).tolist() == [True, False, True, True]  # q <= 1: no average without a purchase


def test_the_unit_of_money_is_free(cdnow, spend):
    fen = GammaGamma().fit(cdnow.x, cdnow.zbar * 100)

    assert fen.params_.v == pytest.approx(spend.params_.v * 100, rel=1e-4)
    assert fen.expected_average(3, 5000.0) == pytest.approx(100 * spend.expected_average(3, 50.0), rel=1e-5)


def test_weights_stand_for_rows():
    x, mean = [1, 1, 1, 2, 2, 8, 9, 6], [9, 95, 20, 12, 70, 30, 62, 18]

    doubled = GammaGamma().fit(x + x, mean + mean)
    weighted = GammaGamma().fit(x, mean, weights=[2] * 8)

    assert weighted.log_likelihood_ == pytest.approx(doubled.log_likelihood_, rel=1e-9)


def test_lifetime_value_is_the_mean_of_its_simulation(purchases, spend):
    history = [[2, 30.43, 38.86, 22.35], [0, 0.0, 38.86, 0.0], [12, 36.0, 38.0, 40.0], [7, 9.0, 30.0, 15.0]]
    terms = Terms(12, WEEKS_A_MONTH, 0.4, 0.01, 0.8, 400_000, 0)

    found = spend.lifetime_value(
        purchases, *np.array(history).T, month_length=WEEKS_A_MONTH, margin_rate=0.4, draws=50
    )

    for row, expected in zip(history, found.expected, strict=True):
        alive = float(purchases.probability_alive(*row[:3]))
        drawn = simulate(purchases, spend, row, alive, terms)
        assert expected == pytest.approx(drawn.mean(), rel=0.02)


def test_the_interval_covers_what_such_customers_bring(purchases, spend):
    """A population made by the model itself: 80 % of the true sums lie in 80 % intervals, or more where a
    customer brings nothing and the interval starts at 0."""
    draw, size = np.random.default_rng(11), 1500
    x, t_x, age, alive = live_until(draw, size, purchases.params_, 40.0)
    amounts = spend.params_
    scale = draw.gamma(amounts.q, 1 / amounts.v, size)
    mean = np.where(x > 0, draw.gamma(np.maximum(amounts.p * x, 1e-9), 1 / scale) / np.maximum(x, 1), 0.0)
    brought = go_on(draw, alive, 52.0) * 1.0
    brought = np.where(brought > 0, draw.gamma(np.maximum(amounts.p * brought, 1e-9), 1 / scale), 0.0)

    found = spend.lifetime_value(
        purchases, x, t_x, age, mean, month_length=52 / 12, monthly_discount=0.0, confidence=0.8, draws=300
    )

    inside = (found.low <= brought) & (brought <= found.high)
    assert (brought > found.high).mean() == pytest.approx(0.10, abs=0.03)
    assert inside.mean() >= 0.80
    assert found.expected.sum() == pytest.approx(brought.sum(), rel=0.15)


def live_until(draw, size, chance, age):
    """Frequency, recency, age and (rate, p, still active) of customers who follow the model."""
    rates, leaves = draw.gamma(chance.r, 1 / chance.alpha, size), draw.beta(chance.a, chance.b, size)
    x, t_x, active = np.zeros(size), np.zeros(size), np.ones(size, dtype=bool)
    for i in range(size):
        at = 0.0
        while active[i]:
            at += draw.exponential(1 / max(rates[i], 1e-12))
            if at >= age:
                break
            x[i], t_x[i], active[i] = x[i] + 1, at, draw.random() >= leaves[i]
    return x, t_x, np.full(size, age), (rates, leaves, active)


def go_on(draw, alive, horizon):
    rates, leaves, active = alive
    wanted = draw.poisson(rates * horizon)
    return np.where(active, np.minimum(wanted, draw.geometric(np.maximum(leaves, 1e-12))), 0)


def test_an_interval_depends_on_the_customer_and_the_seed_alone(purchases, spend):
    told = {"month_length": WEEKS_A_MONTH, "draws": 50}
    rows = np.array([[2, 30.0, 38.0, 22.0], [5, 20.0, 38.0, 10.0], [2, 30.0, 38.0, 22.0]])

    whole = spend.lifetime_value(purchases, *rows.T, **told)
    alone = spend.lifetime_value(purchases, *rows[:1].T, **told)
    other = spend.lifetime_value(purchases, *rows[:1].T, **told, random_state=1)

    assert whole.high[0] == whole.high[2] == alone.high[0]
    assert other.high[0] != alone.high[0]
    assert other.expected[0] == alone.expected[0]


def test_value_grows_with_the_horizon_and_shrinks_with_discount(purchases, spend):
    def value(**told):
        found = spend.lifetime_value(purchases, 4, 30.0, 38.0, 25.0, month_length=WEEKS_A_MONTH, **told)
        return found.expected[0]

    assert value(months=6) < value(months=12)
    assert value(monthly_discount=0.05) < value(monthly_discount=0.0)
    assert value(margin_rate=0.5) == pytest.approx(value() / 2)


def test_an_unknown_history_has_no_value(purchases, spend):
    found = spend.lifetime_value(purchases, [1, np.nan], [2.0, 2.0], [30.0, 30.0], [9.0, 9.0])

    for part in (found.expected, found.low, found.high):
        assert np.isnan(part).tolist() == [False, True]


@pytest.mark.parametrize(
    "told, says",
    [
        (([1, 2], [10.0, -1.0]), "0 or more"),
        (([1, 2], [10.0]), "one row per customer"),
        (([0, 1], [0.0, 10.0]), "Only 1 customers bought again"),
        (([1, 2], [10.0, np.nan]), "monetary is missing in 1"),
        (([np.nan, 2], [10.0, 3.0]), "frequency is missing in 1"),
        (([np.inf, 2], [10.0, 3.0]), "frequency is a count"),
    ],
)
def test_spend_that_says_nothing_is_refused(told, says):
    with pytest.raises(LiukeError, match=says):
        GammaGamma().fit(*told)


@pytest.mark.parametrize(
    "told",
    [
        {"months": 0},
        {"months": 1.5},
        {"months": "12"},
        {"draws": 0},
        {"month_length": 0},
        {"confidence": 1.0},
        {"monthly_discount": -1},
        {"margin_rate": math.nan},
    ],
)
def test_terms_that_make_no_sense_are_refused(purchases, spend, told):
    with pytest.raises(LiukeError, match=next(iter(told))):
        spend.lifetime_value(purchases, 1, 2.0, 30.0, 9.0, **told)


def test_a_value_needs_what_has_learned(purchases, spend):
    with pytest.raises(LiukeError, match="purchases is a GammaGamma. Give a fitted BetaGeo"):
        spend.lifetime_value(spend, 1, 2.0, 30.0, 9.0)
    with pytest.raises(NotFittedError, match="Call 'fit'"):
        GammaGamma().expected_average(1, 9.0)


def test_frequency_says_little_of_spend_in_cdnow(cdnow):
    """The assumption of the model, checked on the data its numbers are quoted for."""
    again = cdnow[cdnow.x > 0]

    assert abs(pearsonr(again.x, again.zbar).statistic) < 0.15
