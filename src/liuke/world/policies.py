"""What an offer does to those who are reached: the known effect, which everybody else has to measure."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from liuke.world.chance import Array, Chance
from liuke.world.kinds import DIVERTED, DORMANT, INVOLUNTARY, VOLUNTARY
from liuke.world.months import month_numbers
from liuke.world.population import Population

EFFECT_MONTHS = 3  # the month of the contact and the two after it
MOST_DAYS = EFFECT_MONTHS * 31
SLEEPING_DOG_FACTOR = 2.0  # on leaving on their own, of those whom a contact reminds that they may leave


@dataclass(frozen=True)
class PolicyEffect:
    """Factors on the hazards of the kinds it aims at, for a customer of response 1.

    cost_fen: what one accepted offer costs the operator, as its own records show.
    """

    name: str
    factors: Mapping[int, float]
    cost_fen: int


POLICIES: Mapping[str, PolicyEffect] = MappingProxyType(
    {
        effect.name: effect
        for effect in (
            PolicyEffect("bill-credit", {VOLUNTARY: 0.50, INVOLUNTARY: 0.85, DIVERTED: 0.55}, 6000),
            PolicyEffect("data-gift", {DORMANT: 0.50, VOLUNTARY: 0.80}, 2000),
            PolicyEffect("contract-renewal", {VOLUNTARY: 0.45, DIVERTED: 0.35}, 9000),
            PolicyEffect("arrears-instalment", {INVOLUNTARY: 0.40}, 1000),
            PolicyEffect("service-call", {VOLUNTARY: 0.75, DORMANT: 0.70, DIVERTED: 0.80}, 500),
        )
    }
)
POLICY_NAMES = tuple(POLICIES)
PLAIN_CONTACT = len(POLICY_NAMES)  # a policy of the user's own making: a call, with no effect of its own
CONTACTS = len(POLICY_NAMES) + 1


def place_of(policy: str) -> int:
    """The column of a policy in `Population.reached_on`; one of the user's own is a plain contact."""
    return POLICY_NAMES.index(policy) if policy in POLICIES else PLAIN_CONTACT


def responses(pop: Population, policy: str, *, seed: int) -> Array:
    """How strongly each customer answers to the policy: 0 not at all, 1 as declared."""
    return pop.response * (0.5 + Chance(seed, "taste").uniform(policy, pop.place))


def factor_of_policy(pop: Population, kind: int, policy: str, *, seed: int) -> Array:
    """The factor on the hazard of one kind of leaving for each customer, were they reached."""
    base = POLICIES[policy].factors.get(kind, 1.0)
    return base ** responses(pop, policy, seed=seed) * factor_of_contact(pop, kind)


def factor_of_contact(pop: Population, kind: int) -> Array:
    """What being reached does by itself, whatever is offered."""
    if kind not in (VOLUNTARY, DIVERTED):
        return np.ones(len(pop))
    return np.where(pop.is_sleeping_dog, SLEEPING_DOG_FACTOR, 1.0)


def factor_now(pop: Population, kind: int, on: Array | int, *, seed: int) -> Array:
    """The factor on the hazard of one kind of all contacts that still work on a day.

    Several offers multiply; the contact by itself counts once.
    """
    factor = np.ones(len(pop))
    days = np.broadcast_to(np.asarray(on), (len(pop),))
    rows = np.flatnonzero(pop.reached_on.max(axis=1) > days - MOST_DAYS)
    some = pop.take(rows)
    touched = working(some, days[rows])
    product = np.where(touched.any(axis=1), factor_of_contact(some, kind), 1.0)
    for place, policy in enumerate(POLICY_NAMES):
        base = POLICIES[policy].factors.get(kind)
        if base is not None:
            power = responses(some, policy, seed=seed) * touched[:, place]
            product = product * base**power
    factor[rows] = product
    return factor


def working(pop: Population, on: Array | int) -> Array:
    """For each customer and policy, whether a contact by that day still works."""
    days = np.broadcast_to(np.asarray(on), (len(pop),))
    age_months = month_numbers(days)[:, None] - month_numbers(pop.reached_on)
    return (pop.reached_on <= days[:, None]) & (age_months >= 0) & (age_months < EFFECT_MONTHS)
