"""An offer changes the hazards of the kinds it aims at, for three months, for those whom it reached."""

from datetime import date

import numpy as np
import pytest

from liuke.world.kinds import DORMANT, INVOLUNTARY, KINDS, LEAVINGS, VOLUNTARY
from liuke.world.months import day_number
from liuke.world.policies import (
    PLAIN_CONTACT,
    POLICIES,
    POLICY_NAMES,
    SLEEPING_DOG_FACTOR,
    factor_now,
    factor_of_policy,
    place_of,
)
from tests.unit.world.populations import SEED, customers

TENTH_OF_MARCH = day_number(date(2026, 3, 10))


def reached(policy: str, *, response: float = 1.0, is_sleeping_dog: bool = False):
    pop = customers(50, response=response, is_sleeping_dog=is_sleeping_dog)
    pop.reached_on[:, place_of(policy)] = TENTH_OF_MARCH
    return pop


@pytest.mark.parametrize("policy", POLICY_NAMES)
@pytest.mark.parametrize("kind", LEAVINGS, ids=lambda kind: KINDS[kind])
def test_only_the_kinds_aimed_at_become_rarer(policy, kind):
    factors = factor_now(reached(policy), kind, TENTH_OF_MARCH, seed=SEED)

    if kind in POLICIES[policy].factors:
        assert (factors < 1).all()
    else:
        assert (factors == 1).all()


@pytest.mark.parametrize(
    "day, works",
    [
        (date(2026, 3, 9), False),  # not before the contact
        (date(2026, 3, 10), True),
        (date(2026, 5, 31), True),  # the last day of the second month after it
        (date(2026, 6, 1), False),
    ],
)
def test_an_offer_works_from_its_day_to_the_end_of_the_second_month_after(day, works):
    factors = factor_now(reached("bill-credit"), VOLUNTARY, day_number(day), seed=SEED)

    assert (factors < 1).all() == works
    assert works or (factors == 1).all()


def test_who_does_not_care_for_offers_is_not_changed_by_any():
    for policy in POLICY_NAMES:
        assert (factor_now(reached(policy, response=0), VOLUNTARY, TENTH_OF_MARCH, seed=SEED) == 1).all()


def test_a_contact_wakes_sleeping_dogs_whatever_is_offered():
    dogs = reached("arrears-instalment", response=0, is_sleeping_dog=True)

    assert (factor_now(dogs, VOLUNTARY, TENTH_OF_MARCH, seed=SEED) == SLEEPING_DOG_FACTOR).all()
    assert (factor_now(dogs, DORMANT, TENTH_OF_MARCH, seed=SEED) == 1).all()


def test_a_policy_of_the_users_own_is_a_contact_without_effect_of_its_own():
    assert place_of("spring-festival-gift") == PLAIN_CONTACT
    calm, dogs = reached("spring-festival-gift"), reached("spring-festival-gift", is_sleeping_dog=True)

    assert (factor_now(calm, VOLUNTARY, TENTH_OF_MARCH, seed=SEED) == 1).all()
    assert (factor_now(dogs, VOLUNTARY, TENTH_OF_MARCH, seed=SEED) == SLEEPING_DOG_FACTOR).all()


def test_two_offers_multiply_and_the_contact_counts_once():
    pop = reached("bill-credit", is_sleeping_dog=True)
    pop.reached_on[:, place_of("service-call")] = TENTH_OF_MARCH
    alone = [factor_of_policy(pop, VOLUNTARY, name, seed=SEED) for name in ("bill-credit", "service-call")]

    together = factor_now(pop, VOLUNTARY, TENTH_OF_MARCH, seed=SEED)

    assert together == pytest.approx(alone[0] * alone[1] / SLEEPING_DOG_FACTOR)


def test_customers_answer_each_in_their_own_way():
    factors = factor_now(reached("contract-renewal"), VOLUNTARY, TENTH_OF_MARCH, seed=SEED)

    assert len(np.unique(factors)) == len(factors)
    assert (factor_now(reached("contract-renewal"), INVOLUNTARY, TENTH_OF_MARCH, seed=SEED) == 1).all()
