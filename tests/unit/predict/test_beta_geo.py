"""BG/NBD gives the published CDNOW numbers, and its closed forms are what their integrals say."""

from importlib.resources import files

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy.integrate import quad
from scipy.stats import beta as beta_law
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from liuke.kernel.errors import LiukeError
from liuke.predict import BetaGeo
from liuke.predict.beta_geo import BetaGeoParameters
from liuke.predict.beta_geo_likelihood import Histories

CDNOW = files("lifetimes") / "datasets"
HISTORIES = [(0, 0, 30), (1, 4, 30), (2, 28, 30), (9, 29, 30), (60, 29.5, 30), (60, 10, 30)]


def model_of(r, alpha, a, b):
    model = BetaGeo()
    model.params_ = BetaGeoParameters(r=r, alpha=alpha, a=a, b=b)
    return model


@pytest.fixture(scope="module")
def cdnow():
    return pd.read_csv(CDNOW / "cdnow_customers_summary.csv")


@pytest.fixture(scope="module")
def fitted(cdnow):
    return BetaGeo().fit(cdnow.frequency, cdnow.recency, cdnow["T"])


def test_cdnow_parameters_are_the_published_ones(fitted):
    found = fitted.params_

    assert round(found.r, 4) == 0.2426
    assert found.alpha == pytest.approx(4.4136, abs=1e-4)
    assert (round(found.a, 4), found.b) == (0.7929, pytest.approx(2.4259, abs=2e-4))
    assert round(fitted.log_likelihood_, 2) == -9582.43


def test_cdnow_hold_out_weeks_are_the_published_ones(cdnow, fitted):
    bought = held_out_purchases(cdnow)

    expected = fitted.expected_purchases(39, cdnow.frequency, cdnow.recency, cdnow["T"])

    assert bought.sum() == 1882
    assert round(expected.sum()) == 1653
    assert round(np.corrcoef(bought, expected)[0, 1], 4) == 0.6256
    assert round(np.sqrt(np.mean((bought - expected) ** 2)), 3) == 1.608


def held_out_purchases(cdnow):
    """Days with a purchase from 1 October 1997 on, 39 weeks, per customer of the sample."""
    names = ["master", "customer", "day", "cds", "dollars"]
    rows = pd.read_csv(CDNOW / "CDNOW_sample.txt", sep=r"\s+", names=names)
    later = rows[rows.day > 19970930].drop_duplicates(["customer", "day"])
    return later.groupby("customer").size().reindex(cdnow.ID, fill_value=0).to_numpy()


def test_the_likelihood_is_equation_6_for_every_history():
    """Against the product of gamma and beta functions taken at its word."""
    from scipy.special import beta, gamma

    r, alpha, a, b = 0.7, 3.0, 1.3, 2.2
    for x, t_x, age in HISTORIES[:4]:
        rate = gamma(r + x) * alpha**r / gamma(r)
        active = beta(a, b + x) / beta(a, b) * rate / (alpha + age) ** (r + x)
        gone = beta(a + 1, b + x - 1) / beta(a, b) * rate / (alpha + t_x) ** (r + x) if x else 0.0
        one = Histories.gather(*(np.array([float(value)]) for value in (x, t_x, age, 1)))

        assert one.log_likelihood(np.array([r, alpha, a, b]))[0] == pytest.approx(
            np.log(active + gone), rel=1e-12
        )


def test_the_slope_is_the_slope():
    rows = np.array(HISTORIES, dtype=float).T
    histories = Histories.gather(*rows, np.array([3.0, 1, 2, 1, 1, 1]))
    theta = np.array([0.6, 4.0, 0.9, 2.0])

    for i, step in enumerate(np.eye(4) * 1e-6):
        up, down = histories.log_likelihood(theta + step)[0], histories.log_likelihood(theta - step)[0]
        assert histories.log_likelihood(theta)[1][i] == pytest.approx((up - down) / 2e-6, rel=1e-6)


@pytest.mark.parametrize("a", [0.3, 0.79, 1.0, 1.000001, 2.5])
@pytest.mark.parametrize("x, t_x, age", HISTORIES)
def test_expected_purchases_is_its_integral(a, x, t_x, age):
    """Given active, the rate is Gamma(r+x, alpha+T) and the chance p Beta(a, b+x); then
    E = E_p[(1 - ((alpha+T)/(alpha+T+p t))^(r+x)) / p].
    """
    r, alpha, b, t = 0.6, 5.0, 2.1, 12.0
    model = model_of(r, alpha, a, b)

    def given(p):
        power = (r + x) * np.log1p(p * t / (alpha + age))
        return -np.expm1(-power) / p * beta_law.pdf(p, a, b + x)

    near, _ = quad(given, 0, 0.05, limit=200)
    far, _ = quad(given, 0.05, 1, limit=200)
    alive = model.probability_alive(x, t_x, age)

    assert model.expected_purchases(t, x, t_x, age) == pytest.approx(alive * (near + far), rel=1e-6)


def test_expected_purchases_of_a_heavy_buyer_stays_finite():
    model = model_of(0.24, 4.4, 0.79, 2.43)

    found = model.expected_purchases([1, 30, 365], 3000, 365.0, 365.0)

    assert np.isfinite(found).all()
    assert (np.diff(found) > 0).all()
    assert found[0] == pytest.approx(3000 / 369.4, rel=0.02)


@pytest.mark.parametrize("x, t_x, age", HISTORIES)
def test_silence_is_what_a_simulation_finds(x, t_x, age):
    model = model_of(0.6, 5.0, 0.8, 2.1)
    draw, size = np.random.default_rng(5), 200_000
    alive = draw.random(size) < model.probability_alive(x, t_x, age)
    rates = draw.gamma(0.6 + x, 1 / (5.0 + age), size)
    silent = ~alive | (draw.poisson(rates * 7.0) == 0)

    assert model.probability_silent(7.0, x, t_x, age) == pytest.approx(silent.mean(), abs=0.005)


def test_nobody_leaves_before_a_repeat_purchase():
    model = model_of(0.6, 5.0, 0.8, 2.1)

    assert model.probability_alive(0, 0, 1000) == 1.0
    assert model.probability_alive(1, 0, 1000) < 1.0


def test_silence_runs_from_certain_to_the_chance_of_having_left():
    model = model_of(0.6, 5.0, 0.8, 2.1)

    found = model.probability_silent([0, 10, 1e30], 3, 5, 9)

    assert found[0] == 1.0
    assert found[0] > found[1] > found[2]
    assert found[2] == pytest.approx(1 - model.probability_alive(3, 5, 9))


def test_order_of_rows_and_weights_for_repeated_rows_do_not_matter(cdnow, fitted):
    shuffled = cdnow.sample(frac=1.0, random_state=3)
    counted = cdnow.groupby(["frequency", "recency", "T"]).size().reset_index(name="customers")

    by_order = BetaGeo().fit(shuffled.frequency, shuffled.recency, shuffled["T"])
    by_weight = BetaGeo().fit(counted.frequency, counted.recency, counted["T"], weights=counted.customers)

    for other in (by_order, by_weight):
        assert other.log_likelihood_ == pytest.approx(fitted.log_likelihood_, rel=1e-12)
        assert other.params_.alpha == pytest.approx(fitted.params_.alpha, rel=1e-6)


def test_the_order_of_rows_changes_no_bit(cdnow, fitted):
    shuffled = cdnow.sample(frac=1.0, random_state=3)

    assert BetaGeo().fit(shuffled.frequency, shuffled.recency, shuffled["T"]).params_ == fitted.params_


def test_customers_of_no_weight_teach_nothing():
    with pytest.raises(LiukeError, match="No customer has bought again"):
        BetaGeo().fit([0, 3], [0, 4], [9, 9], weights=[1, 0])


def test_some_customers_at_age_0_do_no_harm():
    """First seen today: they tell nothing, and take no part."""
    rows = np.array([[0, 0, 30], [1, 4, 30], [2, 28, 30], [9, 29, 33]], dtype=float)
    with_today = np.vstack([rows, [[0, 0, 0]] * 3])

    alone, together = BetaGeo().fit(*rows.T), BetaGeo().fit(*with_today.T)

    assert together.log_likelihood_ == pytest.approx(alone.log_likelihood_, rel=1e-9)


def test_coarser_histories_are_nearly_as_likely(cdnow):
    told = Histories.gather(*(cdnow[name].to_numpy(float) for name in ("frequency", "recency", "T")), None)
    coarse, theta = told.coarsen(), np.array([0.24, 4.4, 0.8, 2.4])

    assert coarse.customers == told.customers
    assert coarse.log_likelihood(theta)[0] == pytest.approx(told.log_likelihood(theta)[0], rel=0.01)


def test_the_unit_of_time_is_free(cdnow, fitted):
    days = BetaGeo().fit(cdnow.frequency, cdnow.recency * 7, cdnow["T"] * 7)

    assert days.params_.alpha == pytest.approx(fitted.params_.alpha * 7, rel=1e-5)
    assert days.params_.b == pytest.approx(fitted.params_.b, rel=1e-5)


def test_a_long_table_is_started_from_a_sample_and_ends_in_the_same_place(cdnow, fitted):
    many = pd.concat([cdnow] * 50)  # over the length from which a sample is taken

    found = BetaGeo().fit(many.frequency, many.recency, many["T"])

    assert found.log_likelihood_ == pytest.approx(50 * fitted.log_likelihood_, rel=1e-9)


def test_columns_of_any_make_give_the_same(cdnow, fitted):
    few = cdnow.head(40)
    columns = (few.frequency, few.recency, few["T"])
    expected = fitted.expected_purchases(39, *columns)

    for make in (pl.Series, lambda column: pa.array(column), lambda column: column.tolist()):
        assert (fitted.expected_purchases(39, *map(make, columns)) == expected).all()


def test_a_missing_history_is_answered_with_missing(fitted):
    found = fitted.expected_purchases(39, [1, np.nan], [2, 2], [30, 30])

    assert np.isfinite(found).tolist() == [True, False]
    assert np.isnan(fitted.probability_silent(39, [1, 1], [2, np.nan], [30, 30])).tolist() == [False, True]


@pytest.mark.parametrize(
    "history, says",
    [
        (([-1], [0], [9]), "frequency is a count"),
        (([0.5], [0], [9]), "frequency is a count"),
        (([1], [10], [9]), "recency lies between 0"),
        (([1], [-1], [9]), "recency lies between 0"),
        (([0], [3], [9]), "recency is 0 for a customer who has not bought again"),
        (([0], [0], [-1]), "T is the time since the first purchase"),
        (([0, 1], [0], [9, 9, 9]), "one row per customer"),
        (([0, 0], [0, 0], [9, 5]), "No customer has bought again"),
        (([1, 2], [0, 0], [0, 0]), "No time has passed"),
        (([1, np.nan], [1, 1], [9, 9]), "missing in 1 of 2 rows"),
        (([], [], []), "no purchase history"),
        ((["a"], [0], [9]), "must be numbers"),
        (([np.inf], [1], [9]), "frequency is a count.*row 0 has inf"),
        (([1], np.array([3], "m8[D]"), np.array([9], "m8[D]")), "recency holds dates or spans of time"),
    ],
)
def test_impossible_histories_are_refused_by_name(history, says):
    with pytest.raises(LiukeError, match=says):
        BetaGeo().fit(*history)


def test_time_to_come_is_not_past(fitted):
    assert fitted.expected_purchases(0, 1, 2, 30) == 0.0
    with pytest.raises(LiukeError, match="t is a length of time to come"):
        fitted.expected_purchases(-1, 1, 2, 30)


def test_times_to_come_are_one_or_one_for_each(fitted):
    assert fitted.expected_purchases([5, 9], 1, 2, 30).shape == (2,)
    with pytest.raises(LiukeError, match="t has 2 lengths of time for 3 customers"):
        fitted.expected_purchases([5, 9], [1, 1, 1], [2, 2, 2], [30, 30, 30])


def test_before_learning_nothing_is_answered():
    with pytest.raises(NotFittedError, match="Call 'fit'"):
        BetaGeo().expected_purchases(5, 1, 2, 30)


@pytest.mark.parametrize("weights", [[1], [1, -1], [0, 0], [1, np.inf]])
def test_weights_that_count_nobody_are_refused(weights):
    with pytest.raises(LiukeError, match="weights"):
        BetaGeo().fit([0, 1], [0, 3], [9, 9], weights=weights)


def test_it_is_a_scikit_learn_estimator():
    assert clone(BetaGeo()).get_params() == {}
