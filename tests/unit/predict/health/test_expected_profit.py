"""EMPC equals the integral it stands for, published values, and says how many it contacts."""

import numpy as np
import pytest
from scipy.stats import beta as beta_distribution

from liuke.predict.health import expected_maximum_profit
from liuke.predict.health.expected_profit import ProfitRefused

TERMS = {"clv": 200.0, "contact_cost": 1.0, "offer_cost": 10.0}


def forecasts(n=400, rate=0.2, seed=1, levels=None):
    random = np.random.default_rng(seed)
    p = random.beta(1, (1 - rate) / rate, n)
    if levels:
        p = np.round(p * levels) / levels
    return p, (random.random(n) < p).astype(int)


def by_brute_force(p, left, *, clv, contact_cost, offer_cost, accept_alpha=6, accept_beta=14, weights=None):
    """The best of all cut-offs for each acceptance, and the mean over 40,000 acceptances."""
    weights = np.ones(len(p)) if weights is None else weights
    gamma = (np.arange(40_000) + 0.5) / 40_000
    density = beta_distribution.pdf(gamma, accept_alpha, accept_beta) / len(gamma)
    cuts = [np.inf, *np.unique(p)[::-1]]
    taken = np.array([(weights * (p >= cut)).sum() for cut in cuts]) / weights.sum()
    caught = np.array([(weights * left * (p >= cut)).sum() for cut in cuts]) / weights.sum()
    profit = np.outer(caught, gamma * (clv - offer_cost)) - (
        taken * contact_cost + (taken - caught) * offer_cost
    ).reshape(-1, 1)
    best = profit.argmax(axis=0)
    return float(profit.max(axis=0) @ density), float(taken[best] @ density)


@pytest.mark.parametrize("levels", [None, 12, 2])
@pytest.mark.parametrize("terms", [TERMS, TERMS | {"offer_cost": 0.0}, TERMS | {"clv": 30.0}])
def test_it_equals_the_best_cut_off_integrated_over_acceptance(levels, terms):
    p, left = forecasts(levels=levels)

    found = expected_maximum_profit(p, left, **terms)

    profit, targeted = by_brute_force(p, left, **terms)
    assert found.profit == pytest.approx(profit, abs=2e-4)
    assert found.targeted == pytest.approx(targeted, abs=2e-4)


@pytest.mark.parametrize("accept", [(2, 5), (30, 6), (0.7, 0.9)])
def test_it_does_for_any_beta_distribution_and_with_weights(accept):
    p, left = forecasts(seed=4)
    weights = np.random.default_rng(2).integers(0, 4, len(p)).astype(float)
    asked = TERMS | {"accept_alpha": accept[0], "accept_beta": accept[1]}

    found = expected_maximum_profit(p, left, **asked, weights=weights)

    profit, targeted = by_brute_force(p, left, **asked, weights=weights)
    assert found.profit == pytest.approx(profit, abs=5e-3)  # the grid misses some of a U-shaped density
    assert found.targeted == pytest.approx(targeted, abs=5e-3)


def test_published_examples_of_an_independent_implementation():
    left = np.array([0, 1, 0, 1, 0, 1, 0, 1])
    p = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.8, 0.9])

    found = expected_maximum_profit(p, left, clv=200, contact_cost=1, offer_cost=10)

    assert found.profit == pytest.approx(23.875593418348124, abs=1e-10)  # empulse, empc_score
    assert found.targeted == pytest.approx(0.8743700763487141, abs=1e-10)


def test_a_perfect_order_contacts_the_leavers_and_earns_what_a_hand_can_compute():
    left = np.array([1] * 3 + [0] * 7)
    p = np.linspace(1, 0, 10)

    found = expected_maximum_profit(p, left, clv=100, contact_cost=0, offer_cost=0)

    # Every leaver is worth a contact at any acceptance; the mean acceptance of Beta(6, 14) is .3.
    assert found.profit == pytest.approx(0.3 * 0.3 * 100)
    assert found.targeted >= 0.3


def test_an_offer_dearer_than_the_customer_is_made_to_nobody():
    p, left = forecasts()

    found = expected_maximum_profit(p, left, clv=10, contact_cost=1, offer_cost=10)

    assert (found.profit, found.targeted) == (0.0, 0.0)
    assert found.contacts_almost_nobody
    assert found.per_targeted is None


def test_at_a_few_percent_of_churn_the_default_contacts_almost_nobody():
    p, left = forecasts(n=20_000, rate=0.02, seed=9)
    none = np.full(len(p), 0.02)

    weak, blind = (expected_maximum_profit(each, left, **TERMS) for each in (p, none))

    assert weak.targeted < 0.05
    assert blind.contacts_almost_nobody
    assert blind.profit < 0.01


def test_order_of_rows_and_any_rising_change_of_scores_do_not_matter():
    p, left = forecasts(seed=5)
    shuffled = np.random.default_rng(0).permutation(len(p))

    once = expected_maximum_profit(p, left, **TERMS)
    again = expected_maximum_profit(np.sqrt(p[shuffled]), left[shuffled], **TERMS)

    assert again.profit == pytest.approx(once.profit)
    assert again.targeted == pytest.approx(once.targeted)


def test_money_in_another_unit_gives_the_profit_in_that_unit():
    p, left = forecasts(seed=6)

    yuan = expected_maximum_profit(p, left, **TERMS)
    fen = expected_maximum_profit(p, left, **{name: 100 * value for name, value in TERMS.items()})

    assert fen.profit == pytest.approx(100 * yuan.profit)
    assert fen.targeted == pytest.approx(yuan.targeted)


@pytest.mark.parametrize(
    "wrong", [{"clv": -1}, {"contact_cost": np.nan}, {"offer_cost": np.inf}, {"accept_alpha": 0}]
)
def test_terms_that_make_no_sense_are_refused_by_name(wrong):
    p, left = forecasts(n=20)

    with pytest.raises(ProfitRefused, match=next(iter(wrong))):
        expected_maximum_profit(p, left, **TERMS | wrong)


def test_sides_of_unequal_length_are_refused():
    with pytest.raises(ProfitRefused, match="same rows"):
        expected_maximum_profit(np.ones(3), np.ones(2), **TERMS)
