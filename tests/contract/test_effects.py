"""An interval of 95 % covers the truth in 94 to 96 of 100 experiments, where it is given at all.

Every number is seeded, so these tests cannot fail by bad luck; the bounds leave room for the Monte
Carlo error of the number of experiments (0.69 points at 1,000, 0.11 at 40,000).
"""

import numpy as np
import pytest

from liuke.learn import effect
from liuke.learn.rates import score, score_interval

Z95 = 1.959964
ERROR = 0.007


@pytest.mark.parametrize(
    "treated, held_out, rate, rate_0",
    [
        (900, 100, 0.10, 0.10),  # A/A with the usual share
        (900, 100, 0.07, 0.10),
        (450, 50, 0.20, 0.30),
        (180, 20, 0.30, 0.30),
        (100, 100, 0.10, 0.07),
        (2700, 300, 0.03, 0.05),
    ],
)
def test_rates(treated, held_out, rate, rate_0):
    draw = np.random.default_rng([7, treated, held_out])
    events, events_0 = draw.binomial(treated, rate, 40_000), draw.binomial(held_out, rate_0, 40_000)
    low, high = score_interval(events, treated, events_0, held_out, z=Z95)
    covers = (low <= rate - rate_0) & (rate - rate_0 <= high)

    assert 0.94 <= covers.mean() <= 0.96
    if rate == rate_0:
        alarms = np.abs(score(events, treated, events_0, held_out, difference=0.0)) > Z95
        assert 0.04 <= alarms.mean() <= 0.06


def contacts(draw, *, treated, held_out):
    """20 contacts with each customer; how often a customer says yes is the customer's own."""
    customers = treated + held_out
    yes = draw.beta(2, 8, customers)
    customer = np.repeat(np.arange(customers), 20)
    return draw.random(len(customer)) < yes[customer], customer < treated, customer


def households(draw, *, treated, held_out):
    """Amounts of 1 to 5 members of a household, drawn into an arm as a whole, effect 1."""
    sizes = draw.integers(1, 6, treated + held_out)
    household = np.repeat(np.arange(len(sizes)), sizes)
    shared = draw.normal(size=len(sizes))[household]
    spent = np.exp(0.5 * shared + 0.5 * draw.normal(size=len(household)))
    return spent + (household < treated), household < treated, household


def members(draw, *, treated, held_out):
    """The same households, but members drawn one by one: arms lie within households."""
    spent, _, household = households(draw, treated=0, held_out=(treated + held_out) // 3)
    share = treated / (treated + held_out)
    arm = np.zeros(len(spent), bool)
    arm[draw.choice(len(spent), round(share * len(spent)), replace=False)] = True
    return spent + arm, arm, household


@pytest.mark.parametrize(
    "experiment, truth, treated, held_out",
    [
        (contacts, 0.0, 180, 20),
        (contacts, 0.0, 60, 60),
        (households, 1.0, 900, 100),
        (households, 1.0, 100, 100),
        (members, 1.0, 900, 300),
    ],
)
def test_clusters(experiment, truth, treated, held_out):
    draw = np.random.default_rng([11, treated, held_out])
    found = [effect(*experiment(draw, treated=treated, held_out=held_out)) for _ in range(1000)]
    given = [one for one in found if one.why_empty is None]
    covers = np.mean([one.low <= truth <= one.high for one in given])
    alarms = np.mean([one.p_value < 0.05 for one in given])

    assert len(given) > 900
    assert 0.94 - ERROR <= covers <= 0.96 + ERROR
    if truth == 0:
        assert 0.04 <= alarms <= 0.06


def test_taking_contacts_for_customers_fails():
    """The positive control: the same experiment, read as if every contact were a stranger's."""
    draw = np.random.default_rng([11, 180, 20])
    found = []
    for _ in range(100):
        yes, arm, _ = contacts(draw, treated=180, held_out=20)
        found.append(effect(yes, arm))

    assert np.mean([one.low <= 0 <= one.high for one in found]) < 0.80


def test_amounts_with_a_small_hold_out():
    """Zero-inflated, skewed spending; the interval is withheld while the hold-out is too small for it."""
    draw = np.random.default_rng(13)
    arm = np.arange(2000) < 1800
    found = [effect(draw.lognormal(4, 0.7, 2000) * (draw.random(2000) < 0.5), arm) for _ in range(1000)]
    given = [one for one in found if one.why_empty is None]

    assert len(given) > 950
    assert 0.94 - ERROR <= np.mean([one.low <= 0 <= one.high for one in given]) <= 0.96 + ERROR


def test_with_a_covariate():
    draw = np.random.default_rng(14)

    def experiment():
        risk = draw.beta(2, 8, 400)
        return effect(draw.random(400) < risk, draw.permutation(400) < 340, covariate=risk)

    found = [experiment() for _ in range(1000)]
    given = [one for one in found if one.why_empty is None]

    assert len(given) > 950
    assert 0.94 - ERROR <= np.mean([one.low <= 0 <= one.high for one in given]) <= 0.96 + ERROR
    assert 0.04 <= np.mean([one.p_value < 0.05 for one in given]) <= 0.06


def test_the_order_of_rows_and_a_second_run_change_nothing():
    draw = np.random.default_rng(15)
    outcome, arm, cluster = contacts(draw, treated=60, held_out=30)
    shuffled = draw.permutation(len(outcome))

    first, again = effect(outcome, arm, cluster), effect(outcome, arm, cluster)
    turned = effect(outcome[shuffled], arm[shuffled], cluster[shuffled])

    assert first == again
    assert (turned.estimate, turned.low, turned.high) == pytest.approx(
        (first.estimate, first.low, first.high)
    )
