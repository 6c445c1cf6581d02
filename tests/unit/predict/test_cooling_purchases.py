"""Customers who cool: the likelihood is what it says; answers hold on companies true to the model."""

import doctest

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit
from sklearn.base import clone

from bench.quality.cdnow import ALL_WEEKS, CALIBRATION_WEEKS
from bench.quality.cooled import People, count_made
from bench.quality.lifetime_value import measure
from liuke.kernel.errors import LiukeError
from liuke.predict import CoolingPurchases, cooling_purchases
from liuke.predict.beta_geo_likelihood import Histories
from liuke.predict.cooling_ahead import Outlook, _made, _sum_up, draw_purchases
from liuke.predict.cooling_laws import Form
from liuke.predict.cooling_likelihood import add_up, lose, tell_ways
from liuke.predict.cooling_search import search, settle
from liuke.predict.purchase_times import PurchaseTimes

TRUE = {"r": 0.9, "alpha": 3.0, "a": 0.9, "b": 1.5, "slower": 0.15, "gone": 0.4}
FEW = PurchaseTimes.gather(
    np.array([0, 0, 0, 0, 1, 2, 2, 3, 3, 3]),
    np.array([0, 1, 2, 29, 0, 0, 4, 0, 0.5, 1]),
    np.array([30.0, 33, 31, 12]),
)


def theta_of(first=None, **law):
    r, alpha, a, b, slower, gone = (law[name] for name in ("r", "alpha", "a", "b", "slower", "gone"))
    odds = [] if first is None else [np.log(first / (1 - first))]
    return np.array([*np.log([r, alpha, a, b, slower]), np.log(gone / (1 - gone)), *odds])


def model_of(first=None, **law):
    """One who knows the truth."""
    name = "same" if first is None else "own"
    model = CoolingPurchases(crowds=1, forms=(name,))
    model.centre_, model.spread_ = np.empty(0), np.empty(0)
    model.thetas_ = {name: theta_of(first, **law)}
    return model


def live(customers, law, *, seed, known=39.0, whole=78.0, most=400):
    """What is told of a company true to the model at `known`, purchases from there to `whole`, and states."""
    draw = np.random.default_rng(seed)
    last = draw.geometric(np.maximum(draw.beta(law["a"], law["b"], (customers, 1)), 1e-9))
    if law.get("first") is not None:
        last = np.where(draw.random((customers, 1)) < law["first"], 1, last + 1)
    leaves = draw.random((customers, 1)) < law["gone"]
    gaps = draw.exponential(1 / draw.gamma(law["r"], 1 / law["alpha"], (customers, 1)), (customers, most))
    gaps *= np.where(np.arange(1, most + 1) < last, 1.0, np.where(leaves, np.inf, 1 / law["slower"]))
    begun = draw.uniform(0, 12, customers)
    age = known - begun
    times = np.column_stack([np.zeros(customers), gaps.cumsum(axis=1)])
    customer, number = np.nonzero(times < age[:, None])
    later = ((times >= age[:, None]) & (times < whole - begun[:, None])).sum(axis=1)
    changed = last[:, 0] <= (times < age[:, None]).sum(axis=1)
    told = customer, times[customer, number], np.arange(customers), age
    return told, later, {"full": ~changed, "gone": changed & leaves[:, 0]}


@pytest.mark.parametrize("first", ["same", "own"])
@pytest.mark.parametrize("crowds", [1, 2])
def test_the_slope_is_that_of_the_likelihood(crowds, first):
    form = Form(crowds, first, covariates=2)
    draw = np.random.default_rng(3)
    theta, traits = form.start(20.0) + draw.normal(0, 0.3, len(form.start(20.0))), draw.normal(size=(4, 2))

    _, slope = lose(theta, form, FEW, traits)

    steps = np.eye(len(theta)) * 1e-6
    moved = [
        (lose(theta + step, form, FEW, traits)[0] - lose(theta - step, form, FEW, traits)[0]) / 2e-6
        for step in steps
    ]
    assert slope == pytest.approx(moved, abs=2e-8)


def test_where_all_who_change_leave_it_is_the_modified_bg_nbd():
    law = TRUE | {"slower": 1e-9, "gone": 1 - 1e-12}
    x, last = FEW.repeats, FEW.greatest(FEW.time)
    modified = Histories.gather(x, last, FEW.age, None, leaves_at_first=True)

    found = -lose(theta_of(**law), Form(1, "same", 0), FEW, np.empty((4, 0)))[0] * 4

    theta = np.array([law[name] for name in ("r", "alpha", "a", "b")])
    assert found == pytest.approx(modified.log_likelihood(theta)[0], abs=1e-9)


def test_where_nobody_slows_down_changing_is_not_heard():
    """Cooling to the same rate, nobody leaving: a Poisson process mixed by Gamma, whatever the chances."""
    law = TRUE | {"slower": 1.0, "gone": 1e-12}
    form, r, alpha = Form(1, "own", 0), law["r"], law["alpha"]

    found = add_up(tell_ways(form.read(theta_of(0.3, **law), np.empty((4, 0))), FEW), FEW)

    rising = [np.log(np.arange(int(x)) + r).sum() for x in FEW.repeats]
    assert found == pytest.approx(rising + r * np.log(alpha) - (r + FEW.repeats) * np.log(alpha + FEW.age))


def test_the_likelihood_of_one_customer_is_its_integral():
    """One repeat at 4 of 31: over rates and chances, of staying, cooling or leaving after either purchase."""
    r, alpha, a, b, slower, gone = TRUE.values()
    form, one = (
        Form(1, "same", 0),
        PurchaseTimes.gather(np.array([0, 0]), np.array([0.0, 4]), np.array([31.0])),
    )

    found = np.exp(add_up(tell_ways(form.read(theta_of(**TRUE), np.empty((1, 0))), one), one))[0]

    once, twice = a / (a + b), a * b / (a + b) / (a + b + 1)  # changed after the first, after the second
    never = b * (b + 1) / (a + b) / (a + b + 1)

    def of_rate(rate):
        slow = rate * slower
        ways = once * (1 - gone) * slow * np.exp(-slow * 31)
        ways += twice * rate * np.exp(-rate * 4) * (gone + (1 - gone) * np.exp(-slow * 27))
        ways += never * rate * np.exp(-rate * 31)
        return ways * rate ** (r - 1) * np.exp(-alpha * rate)

    size = quad(lambda rate: rate ** (r - 1) * np.exp(-alpha * rate), 0, 30)[0]
    assert found == pytest.approx(quad(of_rate, 0, 30, limit=300)[0] / size, rel=1e-6)


@pytest.mark.parametrize("first", [None, 0.6])
def test_who_knows_the_truth_is_right_on_average_and_its_ranges_hold(first):
    law = TRUE | {"first": first}
    told, later, states = live(3000, law, seed=5)
    model = model_of(**law)

    expected, found = model.expected_purchases(39, *told), model.states(*told)

    assert expected.sum() == pytest.approx(later.sum(), rel=0.05)
    repeats = np.bincount(told[0]) - 1
    for some in (repeats == 0, (repeats > 0) & (repeats < 4), repeats >= 4):
        assert expected[some].sum() == pytest.approx(later[some].sum(), rel=0.12)
    for name, truly in states.items():
        assert getattr(found, name).mean() == pytest.approx(truly.mean(), abs=0.02)
    assert found.full + found.cooled + found.gone == pytest.approx(np.ones(3000))
    assert model.probability_silent(39, *told).mean() == pytest.approx((later == 0).mean(), abs=0.02)
    ranges = model.purchase_range(39, *told, draws=400)
    assert (later > ranges.high).mean() < 0.11
    assert (later < ranges.low).mean() < 0.11
    assert ((ranges.low <= later) & (later <= ranges.high)).mean() > 0.8
    assert (later > ranges.high).mean() > 0.05  # and it is no wider than it need be


def test_drawn_numbers_agree_with_the_closed_forms():
    model = model_of(0.4, **TRUE)
    _, _, outlooks = model._look((FEW.whose, FEW.time, range(4), FEW.age), 20.0)
    drawn = [
        draw_purchases(outlooks, place, 20.0, size=40_000, draw=np.random.default_rng(place))
        for place in range(4)
    ]

    asked = (FEW.whose, FEW.time, range(4), FEW.age)
    assert [made.mean() for made in drawn] == pytest.approx(
        model.expected_purchases(20, *asked).tolist(), rel=0.03
    )
    assert [(made == 0).mean() for made in drawn] == pytest.approx(
        model.probability_silent(20, *asked).tolist(), abs=0.01
    )


@pytest.mark.parametrize("a", [0.4, 1.0, 1.0 + 1e-7, 2.5])
def test_the_expectation_is_smooth_where_its_form_is_not(a):
    here, near = (model_of(**TRUE | {"a": each}) for each in (a, a + 1e-4))
    asked = (FEW.whose, FEW.time, range(4), FEW.age)

    assert here.expected_purchases(20, *asked) == pytest.approx(near.expected_purchases(20, *asked), rel=1e-3)


def test_a_sum_stands_in_where_the_hypergeometric_function_gives_up():
    outlook = Outlook.of(Form(1, "same", 0).read(theta_of(**TRUE), np.empty((4, 0))), FEW)
    way, b, ahead = outlook.ways[0], outlook.laws.b + outlook.stayed, np.full(4, 20.0)
    alike = model_of(**TRUE | {"r": 1.2e5, "alpha": 5e5, "a": 1.1e5, "b": 1.3e5})

    assert _sum_up(0.9, b, way.p, ahead / way.scale) == pytest.approx(_made(0.9, b, way, ahead), rel=1e-3)
    assert np.isfinite(alike.expected_purchases(20, FEW.whose, FEW.time, range(4), FEW.age)).all()


def test_the_laws_of_a_made_up_company_are_found_again():
    told, _, _ = live(6000, TRUE, seed=11)

    found = CoolingPurchases(crowds=1, forms=("same",)).fit(*told).params_["same"]

    assert found.slower == pytest.approx(0.15, rel=0.25)
    assert found.gone == pytest.approx(0.4, abs=0.12)
    assert found.r[0] / found.alpha[0] == pytest.approx(0.3, rel=0.1)
    assert found.a / (found.a + found.b) == pytest.approx(0.375, abs=0.05)


@pytest.fixture(scope="module")
def small():
    told, _, _ = live(500, TRUE, seed=4)
    draw = np.random.default_rng(9)
    return (*told, draw.normal(size=(500, 1)))


@pytest.fixture(scope="module")
def fitted(small):
    return CoolingPurchases(crowds=1).fit(*small)


def test_the_answer_is_the_mean_of_both_forms(small, fitted):
    alone = [
        CoolingPurchases(crowds=1, forms=(name,)).fit(*small).expected_purchases(10, *small)
        for name in ("same", "own")
    ]

    assert fitted.expected_purchases(10, *small) == pytest.approx(np.mean(alone, axis=0))


def test_order_of_rows_and_of_customers_changes_no_bit(small, fitted):
    customer, time, people, age, traits = small
    draw = np.random.default_rng(6)
    rows, order = draw.permutation(len(time)), draw.permutation(len(people))
    asked = customer[rows], time[rows], people[order], age[order], traits[order]

    found = CoolingPurchases(crowds=1).fit(*asked)

    assert (found.expected_purchases(10, *asked) == fitted.expected_purchases(10, *small)[order]).all()
    assert (
        found.purchase_range(10, *asked, draws=50).high
        == fitted.purchase_range(10, *small, draws=50).high[order]
    ).all()


def test_other_names_and_another_unit_of_time_tell_the_same(small, fitted):
    customer, time, people, age, traits = small
    named = customer[::-1] + 7.0, 7 * time[::-1], people[::-1] + 7.0, 7 * age[::-1], traits[::-1]
    named = (1000 - named[0], named[1], 1000 - named[2], named[3], named[4])

    found = CoolingPurchases(crowds=1).fit(*named)

    assert found.expected_purchases(70, *named)[::-1] == pytest.approx(
        fitted.expected_purchases(10, *small), rel=1e-6
    )


def test_the_top_is_level_wherever_the_search_left_off(small):
    told, form = PurchaseTimes.gather(*small[:2], small[3]), Form(1, "same", 1)
    left = search(form, told, small[4])

    tops = [settle(left + nudge, form, told, small[4]) for nudge in (0.0, 1e-4)]

    assert tops[0] == pytest.approx(tops[1], abs=1e-7)
    assert np.abs(lose(tops[0], form, told, small[4])[1]).max() < 1e-10


def test_of_whom_something_is_missing_the_answer_is_missing(fitted):
    asked = (
        ["ann", "bob"],
        [0, 0],
        ["ann", "bob", "cid", "dee"],
        [9, 9, 9, np.nan],
        [[0], [np.nan], [0], [0]],
    )

    assert np.isfinite(fitted.expected_purchases(5, *asked)).tolist() == [True, False, False, False]
    assert np.isfinite(fitted.states(*asked).gone).tolist() == [True, False, False, False]
    assert np.isfinite(fitted.purchase_range(5, *asked).high).tolist() == [True, False, False, False]
    nobody = (["bob"], [0], ["bob"], [9], [[np.nan]])
    assert np.isnan(fitted.purchase_range(5, *nobody).high).all()
    assert np.isnan(fitted.expected_purchases(5, *nobody)).all()


def test_each_customer_may_have_a_time_ahead_of_their_own(small, fitted):
    ahead = np.linspace(0, 20, 500)

    found = fitted.expected_purchases(ahead, *small)

    assert found[0] == 0
    assert found[499] == pytest.approx(fitted.expected_purchases(20, *small)[499])


@pytest.mark.parametrize(
    "parameters, says",
    [
        ({"crowds": 3}, "crowds is 1 or 2, not 3"),
        ({"forms": ()}, "forms are some of same, own"),
        ({"forms": ("never",)}, "forms are some of same, own"),
        ({"forms": ("same", "same")}, "each once"),
    ],
)
def test_parameters_are_refused_by_name(small, parameters, says):
    with pytest.raises(LiukeError, match=says):
        CoolingPurchases(**parameters).fit(*small)


@pytest.mark.parametrize(
    "ask, says",
    [
        (lambda model, told: model.expected_purchases(-1, *told), "t is a length of time to come"),
        (lambda model, told: model.expected_purchases([1, 2], *told), "one per customer; 2 for 500"),
        (
            lambda model, told: model.expected_purchases(1, *told[:4]),
            "learned 1 covariates; it is asked with 0",
        ),
        (
            lambda model, told: model.purchase_range(1, *told, confidence=1.0),
            "confidence lies between 0 and 1",
        ),
        (lambda model, told: model.purchase_range(1, *told, draws=0), "draws is at least 1"),
    ],
)
def test_questions_that_cannot_be_are_refused_by_name(small, fitted, ask, says):
    with pytest.raises(LiukeError, match=says):
        ask(fitted, small)


def test_the_example_answers_as_it_says():
    tried = doctest.testmod(cooling_purchases)

    assert tried.attempted > 10
    assert not tried.failed


def test_it_is_a_scikit_learn_estimator():
    assert clone(CoolingPurchases(crowds=1)).get_params() == {
        "crowds": 1,
        "forms": ("same", "own"),
        "random_state": 0,
    }


@pytest.mark.slow
def test_on_cdnow_it_says_what_the_page_tells():
    """Learned from weeks 1-39 of everybody, asked of the published sample."""
    sample = People.read("sample")
    model = CoolingPurchases().fit(*People.read("master").asked)

    said = model.expected_purchases(ALL_WEEKS - CALIBRATION_WEEKS, *sample.asked)

    correlation, error, total, off = measure(said, count_made("sample", sample))
    assert error < 1.603
    assert abs(off) < 0.115
    assert (round(correlation, 4), round(error, 4), round(total, 1)) == (0.6313, 1.5981, 1688.0)
    assert expit(model.thetas_["same"][8]) == pytest.approx(0.5079, abs=1e-4)
