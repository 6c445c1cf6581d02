"""Offers that reached customers, as the month's life takes them in."""

from dataclasses import dataclass

import numpy as np

from liuke.world.chance import Array
from liuke.world.kinds import CLOSED_VOLUNTARY
from liuke.world.months import Month
from liuke.world.plans import CONTRACT_MONTHS
from liuke.world.policies import POLICY_NAMES, responses
from liuke.world.population import Population

ACCEPTS_FROM = 0.7  # response at which an offer is taken
CREDIT_MONTHS = 3
RENEWED_DAYS = 365


@dataclass(frozen=True)
class Contacts:
    """Contacts that reached the customer: rows of the population, places of policies, days."""

    rows: Array
    places: Array
    days: Array

    @classmethod
    def none(cls) -> "Contacts":
        nothing = np.zeros(0, np.int64)
        return cls(nothing, nothing, nothing)

    def of_customers(self, mask: Array) -> "Contacts":
        """Contacts with the customers of a mask over the population."""
        kept = mask[self.rows]
        return Contacts(self.rows[kept], self.places[kept], self.days[kept])

    def __add__(self, others: "Contacts") -> "Contacts":
        return Contacts(
            np.concatenate([self.rows, others.rows]),
            np.concatenate([self.places, others.places]),
            np.concatenate([self.days, others.days]),
        )


def accepts(pop: Population, policy: str, *, seed: int) -> Array:
    """Whether each customer takes the offer when it reaches them; their nature, not their mood."""
    return responses(pop, policy, seed=seed) >= ACCEPTS_FROM


def take_contacts(
    pop: Population,
    contacts: Contacts,
    month: Month,
    account_changes: list[tuple[Array, Array]],
    *,
    seed: int,
) -> None:
    """Remember who was reached when; those who accept get what was offered. Closed accounts get nothing."""
    contacts = contacts.of_customers(pop.status < CLOSED_VOLUNTARY)
    np.maximum.at(pop.reached_on, (contacts.rows, contacts.places), contacts.days)
    for policy in ("bill-credit", "contract-renewal"):
        mine = contacts.places == POLICY_NAMES.index(policy)
        rows = np.unique(contacts.rows[mine])
        rows = rows[accepts(pop.take(rows), policy, seed=seed)]
        if policy == "bill-credit":
            pop.credit_months[rows] = CREDIT_MONTHS
            continue
        rows = rows[CONTRACT_MONTHS[pop.plan[rows]] > 0]
        days = pop.reached_on[rows, POLICY_NAMES.index(policy)]
        pop.contract_end_on[rows] = np.maximum(pop.contract_end_on[rows], month.first) + RENEWED_DAYS
        account_changes.append((rows, days))
