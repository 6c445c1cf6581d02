"""Competitors' offers run in counties for some months; who may carry a number over is a matter of rules."""

from datetime import date

import numpy as np
import pytest

from liuke.world.chance import Chance
from liuke.world.kinds import ARREARS, DIVERTED, HOLLOW, OPEN, ORDINARY
from liuke.world.months import DAY_SECONDS, Month
from liuke.world.policies import factor_now, place_of
from liuke.world.population import NEVER
from liuke.world.rivals import (
    CARRY_AFTER_DAYS,
    CARRY_PULLED,
    CARRY_USUAL,
    COMPETITORS,
    LIKED,
    OFFER_MONTHS,
    RivalOffers,
    carrying_share,
    chosen_competitors,
    offers_of_rivals,
)
from liuke.world.units import tree_for
from tests.unit.world.populations import MARCH, SEED, customers

LARGE = tree_for(100_000)
FREE = {
    "status": OPEN,
    "unpaid": 0,
    "signed": ORDINARY,
    "contract_end_on": NEVER,
    "opened_second": (MARCH.first - CARRY_AFTER_DAYS) * DAY_SECONDS,
}


def running(month: Month) -> set[tuple]:
    offers = offers_of_rivals(LARGE, month, seed=SEED)
    return set(zip(*(getattr(offers, name).tolist() for name in RivalOffers.__annotations__), strict=True))


def test_an_offer_is_the_same_in_every_month_that_it_runs():
    months = [Month(date(2026, 1, 1)).later(age) for age in range(24)]
    seen = {month.number: running(month) for month in months}

    for number, offers in seen.items():
        for whose, county, begins, ends, strength in offers:
            assert begins <= number < ends <= begins + OFFER_MONTHS
            assert 0 <= whose < len(COMPETITORS)
            assert 0 <= county < LARGE.counties
            assert 0.4 <= strength <= 1
            if number + 1 < ends and number + 1 in seen:
                assert (whose, county, begins, ends, strength) in seen[number + 1]
    assert sum(map(len, seen.values())) > 50


def test_some_offers_hold_in_a_whole_region():
    offers = [offers_of_rivals(LARGE, MARCH.later(age), seed=SEED) for age in range(24)]
    held = [
        set(each.counties[(each.competitors == whose) & (each.strength == strength)].tolist())
        for each in offers
        for whose, strength in zip(each.competitors, each.strength, strict=True)
    ]

    assert {len(counties) for counties in held} == {1, LARGE.counties_each}


def test_the_strongest_offer_of_a_county_is_heard():
    offers = RivalOffers(*np.array([[0, 2, 1], [3, 3, 5], [0, 0, 0], [9, 9, 9]]), np.array([0.5, 0.8, 0.4]))

    strength, whose = offers.strongest(6)

    assert strength.tolist() == [0, 0, 0, 0.8, 0, 0.4]
    assert whose.tolist() == [-1, -1, -1, 2, -1, 1]


@pytest.mark.parametrize(
    "changed, may",
    [
        ({}, True),
        ({"opened_second": (MARCH.first - CARRY_AFTER_DAYS + 1) * DAY_SECONDS}, False),
        ({"contract_end_on": MARCH.first}, True),  # it ends today
        ({"contract_end_on": MARCH.first + 1}, False),
        ({"unpaid": 1}, False),
        ({"status": ARREARS}, False),
        ({"signed": HOLLOW}, False),
    ],
)
def test_the_rules_of_portability(changed, may):
    pop = customers(1, **(FREE | changed))

    assert carrying_share(pop, MARCH, np.zeros(1)).tolist() == [CARRY_USUAL if may else 0.0]


def test_an_offer_that_is_heard_makes_more_carry_their_number_over():
    pop = customers(2, **FREE)

    share = carrying_share(pop, MARCH, np.array([0.0, 1.0]))

    assert share.tolist() == [CARRY_USUAL, CARRY_USUAL + CARRY_PULLED]


def test_most_go_to_the_competitor_whose_offer_they_heard_and_the_others_as_they_like():
    pop = customers(4000, **FREE)
    rows = np.arange(len(pop))
    chance = Chance(SEED, "test")

    pulled = chosen_competitors(chance, pop, rows, np.full(len(pop), 2))
    free = chosen_competitors(chance, pop, rows, np.full(len(pop), -1))

    assert np.mean(pulled == 2) > 0.8
    assert np.bincount(free) / len(pop) == pytest.approx(LIKED, abs=0.03)


@pytest.mark.parametrize("policy", ["bill-credit", "contract-renewal", "service-call"])
def test_offers_that_keep_whoever_would_close_also_keep_whoever_would_carry_over(policy):
    pop = customers(20, response=1.0, is_sleeping_dog=False)
    pop.reached_on[:, place_of(policy)] = MARCH.first

    assert (factor_now(pop, DIVERTED, MARCH.first, seed=SEED) < 1).all()
