"""The allocator keeps every limit, and its bound holds against exhaustive search and HiGHS."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array, identity, kron, vstack

from liuke.plan.allocate import AllocationRefused, allocate

NAN = float("nan")


def keeps_limits(choice, cost, budget, capacity=None, channel=None, stock=None, places=None):
    chosen = np.flatnonzero(choice >= 0)
    offers = np.bincount(choice[chosen], minlength=cost.shape[1])
    if cost[chosen, choice[chosen]].sum() > budget:
        return False
    if capacity is not None and (np.bincount(channel, offers, minlength=len(capacity)) > capacity).any():
        return False
    return not (stock is not None and (offers > stock).any()) and (places is None or len(chosen) <= places)


def best_by_search(gain, cost, **limits):
    best = 0.0
    for picks in product(range(-1, gain.shape[1]), repeat=len(gain)):
        choice = np.array(picks)
        chosen = np.flatnonzero(choice >= 0)
        gained = gain[chosen, choice[chosen]].sum()
        if gained > best and keeps_limits(choice, cost, **limits):
            best = gained
    return best


@st.composite
def problems(draw):
    customers, offers = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    gains = st.one_of(st.just(NAN), st.integers(-3, 20).map(float))
    cells = customers * offers
    gain = np.array(draw(st.lists(gains, min_size=cells, max_size=cells))).reshape(customers, offers)
    costs = draw(st.lists(st.integers(0, 8), min_size=cells, max_size=cells))
    limits = {"budget": draw(st.integers(0, 20))}
    if draw(st.booleans()):
        limits["capacity"] = np.array(draw(st.lists(st.integers(0, 3), min_size=2, max_size=2)))
        limits["channel"] = np.array(draw(st.lists(st.integers(0, 1), min_size=offers, max_size=offers)))
    if draw(st.booleans()):
        limits["stock"] = np.array(draw(st.lists(st.integers(0, 3), min_size=offers, max_size=offers)))
    if draw(st.booleans()):
        limits["places"] = draw(st.integers(0, 4))
    return gain, np.array(costs, float).reshape(customers, offers), limits


@given(problems())
@settings(max_examples=300, deadline=None, derandomize=True)
def test_small_problems_against_every_possible_choice(problem):
    gain, cost, limits = problem
    found = allocate(gain, cost, **limits)
    best = best_by_search(gain, cost, **limits)

    chosen = np.flatnonzero(found.choice >= 0)
    assert keeps_limits(found.choice, cost, **limits)
    assert (gain[chosen, found.choice[chosen]] > 0).all()  # NaN and losses are never chosen
    assert found.objective == gain[chosen, found.choice[chosen]].sum()
    assert found.objective <= best <= found.bound + 1e-6
    largest = max(0.0, np.nanmax(np.nan_to_num(gain, nan=0.0)))
    assert best - found.objective <= largest  # rounding costs at most one customer here


def linear_bound(gain, cost, budget, capacity, channel, places):
    """The bound of the same problem with customers that may be split, by HiGHS."""
    customers, offers = gain.shape
    one_offer = kron(identity(customers), np.ones((1, offers)))
    in_channel = [np.tile(channel == number, customers) for number in range(len(capacity))]
    rows = vstack([one_offer, csr_array([cost.ravel(), *in_channel, np.ones(gain.size)])])
    worth = np.nan_to_num(gain, nan=-1.0)
    found = linprog(-worth.ravel(), rows, np.r_[np.ones(customers), budget, capacity, places], method="highs")
    return -found.fun


@pytest.mark.parametrize("places", [10_000, 90])
def test_a_medium_problem_against_the_linear_bound(places):
    draw = np.random.default_rng(5)
    value, risk = draw.lognormal(6, 1, (600, 1)), draw.beta(1, 6, (600, 1))
    cost = np.round(draw.uniform(5, 40, 6) + draw.exponential(2, (600, 6)))
    gain = value * risk * draw.uniform(0.1, 0.5, (600, 6)) - cost
    gain[draw.random(gain.shape) < 0.1] = NAN
    capacity, channel = np.array([40, 30, 80]), np.array([0, 1, 2, 0, 1, 2])

    found = allocate(gain, cost, 2000, capacity, channel, places=places)

    bound = linear_bound(gain, cost, 2000, capacity, channel, places)
    assert found.bound == pytest.approx(bound, rel=1e-6)
    assert found.objective >= 0.99 * bound
    assert keeps_limits(found.choice, cost, 2000, capacity, channel, places=places)


def test_many_equal_customers_fill_the_budget_to_the_end():
    found = allocate(np.full((1000, 2), [5.0, 8.0]), np.full((1000, 2), [1.0, 2.0]), budget=300)

    assert (found.objective, found.spent, found.gap) == (1500, 300, 0)
    assert found.budget_price == pytest.approx(5)


def test_prices_say_which_limit_binds():
    gain = np.tile([[9.0, 3.0]], (10, 1))
    free = allocate(gain, np.ones_like(gain), budget=100)
    scarce = allocate(gain, np.ones_like(gain), budget=100, stock=[4, np.inf])
    narrow = allocate(gain, np.ones_like(gain), budget=100, places=5)

    assert free.budget_price == 0
    assert not free.stock_prices.any()
    assert (free.choice == 0).all()
    assert scarce.stock_prices == pytest.approx([6, 0])  # one more piece turns a 3 into a 9
    assert np.bincount(scarce.choice).tolist() == [4, 6]
    assert narrow.place_price == pytest.approx(9)


def test_costs_may_be_given_by_offer():
    found = allocate([[5, 8], [4, 9]], [1, 4], budget=5)

    assert (found.choice.tolist(), found.objective) == ([0, 1], 14)


@pytest.mark.parametrize(
    "gain", [np.empty((0, 3)), np.full((4, 3), NAN), np.full((4, 3), -1.0), np.empty((4, 0))]
)
def test_nobody_to_offer_anything_to(gain):
    found = allocate(gain, np.ones_like(gain), budget=10)

    assert found.choice.tolist() == [-1] * len(gain)
    assert (found.objective, found.bound, found.gap) == (0, 0, 0)


def test_free_offers_need_no_budget():
    found = allocate([[5.0], [4.0]], [[0.0], [1.0]], budget=0)

    assert found.choice.tolist() == [0, -1]


def test_a_budget_of_fractions_is_not_exceeded_by_a_hair():
    cost = np.full((10, 1), 0.1)  # ten times 0.1 sums to less or more than 1 by the order of the sum
    found = allocate(np.ones((10, 1)), cost, budget=0.3)

    assert found.spent <= 0.3


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"gain": [1, 2]}, "customers x offers"),
        ({"cost": [[1, 2, 3]]}, "give a cost for each gain"),
        ({"cost": [[1, -2]]}, "customer 0, offer 1: gain 3.0 and cost -2.0"),
        ({"cost": [[NAN, 2]]}, "customer 0, offer 0"),
        ({"gain": [[np.inf, 2]]}, "customer 0, offer 0"),
        ({"budget": -1}, "budget is 0 or more"),
        ({"budget": NAN}, "budget is 0 or more"),
        ({"channel": [0, 0]}, "channel is given without capacity"),
        ({"capacity": [3], "channel": [0, 1]}, "0 to 0"),
        ({"stock": [1]}, "stock needs 2 numbers"),
    ],
)
def test_what_makes_no_problem_is_refused(arguments, message):
    with pytest.raises(AllocationRefused, match=message):
        allocate(**{"gain": [[2, 3]], "cost": [[1, 2]], "budget": 5} | arguments)
