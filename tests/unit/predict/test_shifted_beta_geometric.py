"""Shifted beta-geometric gives the published numbers; its intervals hold the truth as often as they say."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import beta as beta_function
from sklearn.base import clone

from liuke.kernel.errors import LiukeError
from liuke.predict import ShiftedBetaGeometric
from liuke.predict.shifted_beta_geometric import expand_likelihood, likelihood_at
from liuke.predict.survivors import Renewals
from liuke.predict.worth_of_renewals import worth

# Fader and Hardie (2007), table 1: of 1,000 customers, those left after each year.
HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491]
REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241]


@pytest.fixture(scope="module")
def high_end():
    return ShiftedBetaGeometric().fit(HIGH_END)


@pytest.mark.parametrize(
    "survivors, alpha, beta, log_likelihood",
    [(HIGH_END, 0.668, 3.806, -1611.2), (REGULAR, 0.704, 1.182, -1680.3)],
)
def test_the_published_parameters(survivors, alpha, beta, log_likelihood):
    model = ShiftedBetaGeometric().fit(survivors)

    assert (round(model.params_.alpha, 3), round(model.params_.beta, 3)) == (alpha, beta)
    assert round(model.log_likelihood_, 1) == log_likelihood
    assert dict(model.params_) == {"alpha": model.params_.alpha, "beta": model.params_["beta"]}


def test_the_projection_five_years_beyond_what_was_seen(high_end):
    """The paper's point: the years that were not shown are foretold, within a point or two."""
    later = [0.468, 0.445, 0.427, 0.409, 0.394]

    assert high_end.probability_alive(range(8, 13)) == pytest.approx(later, abs=0.02)


def test_the_likelihood_is_that_of_times_to_leave():
    alpha, beta, counts = 0.7, 1.9, np.array([50.0, 30.0, 22.0, 20.0])
    left = [beta_function(alpha + 1, beta + t - 1) / beta_function(alpha, beta) for t in (1, 2, 3)]
    stays = beta_function(alpha, beta + 3) / beta_function(alpha, beta)
    expected = -np.diff(counts) @ np.log(left) + counts[-1] * np.log(stays)
    renewals = Renewals.read(counts)

    assert expand_likelihood(renewals, alpha, beta)[0] == pytest.approx(expected, rel=1e-12)
    assert likelihood_at(renewals, np.array([alpha]), np.array([beta])) == pytest.approx([expected])


def test_slope_and_curvature_are_what_they_say():
    renewals, theta = Renewals.read(REGULAR), np.array([0.9, 1.4])

    for i, step in enumerate(np.eye(2) * 1e-5):
        up, down = (expand_likelihood(renewals, *(theta + sign * step)) for sign in (1, -1))
        here = expand_likelihood(renewals, *theta)
        assert here[1][i] == pytest.approx((up[0] - down[0]) / 2e-5, rel=1e-6)
        assert here[2][i] == pytest.approx((up[1] - down[1]) / 2e-5, rel=1e-5)


def test_survival_is_the_ratio_of_beta_functions_and_the_product_of_retentions(high_end):
    alpha, beta = high_end.params_.alpha, high_end.params_.beta
    ratio = beta_function(alpha, beta + np.arange(6)) / beta_function(alpha, beta)

    assert high_end.probability_alive(range(6)) == pytest.approx(ratio)
    assert high_end.probability_alive(5) == pytest.approx(np.prod(high_end.retention_rate([1, 2, 3, 4, 5])))
    assert high_end.probability_alive(2, renewals=3) == pytest.approx(ratio[5] / ratio[3])
    assert (np.diff(high_end.retention_rate(range(1, 9))) > 0).all()


@pytest.mark.parametrize("first_included", [True, False])
@pytest.mark.parametrize("periods", [1, 4, np.inf])
def test_worth_is_its_sum(first_included, periods):
    alpha, beta, d = 0.668, 3.806, 0.1
    t = np.arange(1000) + (0 if first_included else 1)
    survival = np.concatenate(
        [[1.0], np.cumprod((beta + np.arange(1001)) / (alpha + beta + np.arange(1001)))]
    )
    terms = (survival[t] / (1 + d) ** t)[: 1000 if np.isinf(periods) else int(periods)]

    found = worth(np.array([alpha]), np.array([beta]), d, periods, first_included=first_included)

    assert found[0] == pytest.approx(terms.sum(), rel=1e-12)


def test_a_lifetime_without_end_has_an_average_only_where_few_stay_for_ever(high_end):
    seldom = ShiftedBetaGeometric().fit([1000, 500, 300, 200, 140])

    assert high_end.params_.alpha < 1
    assert high_end.expected_lifetime(np.inf).expected == np.inf
    assert high_end.expected_lifetime(13).expected < 13
    assert seldom.expected_lifetime(1).expected == 1.0


def test_value_grows_with_tenure_and_shrinks_with_discount(high_end):
    new, loyal = (high_end.lifetime_value(100, 0.1, renewals=made) for made in (0, 5))

    assert new.low < new.expected < new.high < loyal.high
    assert new.expected < loyal.expected
    assert high_end.lifetime_value(100, 0.2).expected < new.expected
    assert high_end.lifetime_value(50, 0.1).high == pytest.approx(new.high / 2)
    without_first = high_end.lifetime_value(100, 0.1, first_included=False)
    assert without_first.expected == pytest.approx(new.expected - 100)


def test_more_customers_or_less_confidence_make_an_interval_narrower(high_end):
    many = ShiftedBetaGeometric().fit([100 * count for count in HIGH_END])

    def width(model, confidence):
        found = model.lifetime_value(1, 0.1, confidence=confidence)
        return found.high - found.low

    assert width(many, 0.95) == pytest.approx(width(high_end, 0.95) / 10, rel=0.02)
    assert width(high_end, 0.8) < width(high_end, 0.95)


@pytest.mark.parametrize("alpha, beta", [(0.7, 1.2), (2.0, 8.0)])
def test_intervals_hold_the_truth_as_often_as_they_say(alpha, beta):
    """150 cohorts of 400 customers, seen for six renewals: 90 % intervals, ± three standard errors."""
    draw, cohorts = np.random.default_rng(3), 150
    truth = worth(np.array([alpha]), np.array([beta]), 0.1, np.inf, first_included=True)[0]
    held = 0
    for _ in range(cohorts):
        leaves = draw.geometric(np.maximum(draw.beta(alpha, beta, 400), 1e-12))
        found = ShiftedBetaGeometric().fit([(leaves > t).sum() for t in range(7)])
        value = found.lifetime_value(1.0, 0.1, confidence=0.9)
        held += value.low <= truth <= value.high

    assert held / cohorts == pytest.approx(0.9, abs=3 * np.sqrt(0.09 / cohorts))


@pytest.mark.parametrize("counts", [[100, 50, 20], [10, 5, 2], [300, 125, 45, 16, 4]])
def test_where_retention_falls_the_interval_reaches_below_the_expectation_too(counts):
    """The top lies at the limit of both parameters; any chance the data allow is between the ends."""
    model = ShiftedBetaGeometric().fit(counts)
    size, gone = np.meshgrid(np.exp(np.linspace(-4, 14, 200)), np.linspace(0.01, 0.99, 2000))
    alpha, beta = (size * gone).ravel(), (size * (1 - gone)).ravel()
    allowed = likelihood_at(model.renewals_, alpha, beta) > model.log_likelihood_ - 1.353  # 90 %
    lives = worth(alpha[allowed], beta[allowed], 0.0, 12, first_included=True)

    found = model.expected_lifetime(12, confidence=0.9)

    assert found.low == pytest.approx(lives.min(), rel=0.01)
    assert found.high == pytest.approx(lives.max(), rel=0.05)


@pytest.mark.parametrize(
    "several",
    [
        [HIGH_END, HIGH_END[:4]],
        np.array([HIGH_END, HIGH_END[:4] + [np.nan] * 4]),
        pd.DataFrame([HIGH_END, HIGH_END[:4] + [np.nan] * 4]),
    ],
)
def test_cohorts_seen_for_different_times_share_their_parameters(several):
    found = ShiftedBetaGeometric().fit(several)

    assert found.renewals_.could[:4].tolist() == [2000, 1738, 1486, 653]
    assert found.log_likelihood_ == pytest.approx(
        expand_likelihood(found.renewals_, found.params_.alpha, found.params_.beta)[0]
    )


def cohort_of(losses):
    counts = [sum(losses) + 5]
    for lost in losses:
        counts.append(counts[-1] - lost)
    return counts


cohorts = st.lists(st.integers(0, 60), min_size=2, max_size=7).map(cohort_of)


def tells_something(counts):
    return counts[0] != counts[-1]


@settings(deadline=None, max_examples=25)
@given(cohorts.filter(tells_something), st.integers(2, 5))
def test_a_cohort_told_several_times_is_a_cohort_so_many_times_as_large(counts, times):
    repeated = ShiftedBetaGeometric().fit([counts] * times)
    scaled = ShiftedBetaGeometric().fit([count * times for count in counts])
    once = ShiftedBetaGeometric().fit(counts)

    assert repeated.params_ == scaled.params_
    assert once.log_likelihood_ * times == pytest.approx(scaled.log_likelihood_, rel=1e-6)


@settings(deadline=None, max_examples=15)
@given(cohorts.filter(tells_something), cohorts)
def test_the_order_of_cohorts_does_not_matter(one, other):
    assert (
        ShiftedBetaGeometric().fit([one, other]).params_ == ShiftedBetaGeometric().fit([other, one]).params_
    )


@settings(deadline=None, max_examples=25)
@given(cohorts.filter(tells_something))
def test_nothing_near_is_more_likely_and_survival_falls(counts):
    model = ShiftedBetaGeometric().fit(counts)
    around = np.exp(np.random.default_rng(0).normal(0, 0.3, (2, 50)))
    near = likelihood_at(
        model.renewals_,
        *np.clip(around * np.array([[model.params_.alpha], [model.params_.beta]]), 1e-6, 1.2e6),
    )

    assert (near <= model.log_likelihood_ + 1e-6 * abs(model.log_likelihood_)).all()
    assert (np.diff(model.probability_alive(range(20))) <= 0).all()


def test_equal_customers_are_taken_to_be_alike():
    """Every period a tenth leaves: the chances do not differ, the answers are those of one chance."""
    model = ShiftedBetaGeometric().fit([1000, 900, 810, 729])

    assert model.retention_rate([1, 9]) == pytest.approx([0.9, 0.9], abs=1e-3)
    assert model.lifetime_value(1, 0.1).expected == pytest.approx(1 / (1 - 0.9 / 1.1), rel=1e-3)


def test_one_customer_is_enough_for_an_answer_though_for_a_wide_one():
    value = ShiftedBetaGeometric().fit([1, 1, 1, 0]).lifetime_value(1.0, 0.1)

    assert 1.0 <= value.low < value.expected < value.high <= 11.0
    assert value.high - value.low > 3


@pytest.mark.parametrize(
    "survivors, says",
    [
        ([], "no cohort"),
        (5, "no cohort"),
        ([1000, 900], "at least two renewals"),
        ([10, 0, 0], "at least two renewals"),
        ([10, 10, 10], "Nobody has left"),
        ([[10, 0], [10, 0, 0]], "at least two renewals"),
        ([10, 11, 9], "11 survive period 1, more than the 10 before"),
        ([[9, 8, 7], [10, 9, np.nan, 4]], "Cohort 1: a count is missing"),
        ([0, 0, 0], "its size, which is over 0"),
        ([5, 4, -1], "at least one count"),
        (["a", "b", "c"], "counts by period"),
        ([[[1, 2], [3, 4]]], "one dimension"),
    ],
)
def test_survivors_that_tell_nothing_are_refused_by_name(survivors, says):
    with pytest.raises(LiukeError, match=says):
        ShiftedBetaGeometric().fit(survivors)


def test_nobody_renewing_even_once_is_refused():
    with pytest.raises(LiukeError, match=r"at least two renewals|Nobody has renewed"):
        ShiftedBetaGeometric().fit([[10, 0, 0], [7, 0]])


@pytest.mark.parametrize(
    "terms, says",
    [
        ({"margin": np.nan}, "margin"),
        ({"discount_rate": -0.1}, "discount_rate"),
        ({"discount_rate": 1e-9}, "endless sum"),
        ({"periods": 0}, "periods"),
        ({"periods": 1e9}, "at most 100,000"),
        ({"periods": 2.5}, "periods counts"),
        ({"renewals": -1}, "renewals counts"),
        ({"confidence": 1.0}, "confidence"),
        ({"confidence": "most"}, "confidence is one number"),
        ({"margin": "12"}, "margin is one number"),
        ({"renewals": "few"}, "renewals counts"),
        ({"renewals": 10**9}, "at most 100,000"),
    ],
)
def test_terms_that_make_no_sense_are_refused(high_end, terms, says):
    with pytest.raises(LiukeError, match=says):
        high_end.lifetime_value(**{"margin": 1.0, "discount_rate": 0.1} | terms)


@pytest.mark.parametrize("ask", [lambda m: m.probability_alive(-1), lambda m: m.retention_rate(0)])
def test_periods_are_counted_from_the_start(high_end, ask):
    with pytest.raises(LiukeError, match="counts"):
        ask(high_end)


def test_it_is_a_scikit_learn_estimator():
    assert clone(ShiftedBetaGeometric()).get_params() == {}
