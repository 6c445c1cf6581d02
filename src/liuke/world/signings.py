"""A company's newcomers by dealer and nothing else, simulated in milliseconds, to judge audits of dealers.

What makes an audit hard is all
there: plans and regions with different churn, dealers with theirs, careless dealers whose customers leave
easily at any age, uneven sizes, watching that ends on a day. Only dishonest dealers have customers who
wait for the assessment day.
"""

from dataclasses import dataclass

import numpy as np

from liuke.kernel.seeds import generator
from liuke.world.chance import Array

MONTHS, PLANS, REGIONS = 18, 6, 3
MONTH_DAYS = 30
MONTHLY_CHURN = 0.022
YOUNG_DAYS, YOUNG_FACTOR = 180, 1.4  # the young leave more easily, whoever signed them up
ASSESSED = np.array([60, 90, 90, 90, 120])


@dataclass(frozen=True)
class SigningTerms:
    """What a simulated company is like. *_share: of dealers; hollow: of a dishonest dealer's customers."""

    dealers: int = 40
    halls: int = 10
    customers_each: float = 60.0
    dishonest_share: float = 0.12
    careless_share: float = 0.2
    careless_factor: float = 2.5
    dealer_spread: float = 0.3  # standard deviation of the logarithm of a dealer's own churn
    hollow: float = 0.45
    hollow_churn: float = 0.6  # a month, from the assessment day on


@dataclass(frozen=True)
class Signings:
    """One row for each customer: dealer, activation month, plan, region; ages in days.

    leaves: age at which the customer was gone, or last watched. dishonest, careless: by dealer.
    """

    dealer: Array
    month: Array
    plan: Array
    region: Array
    leaves: Array
    is_gone: Array
    assessed: Array
    dishonest: Array
    careless: Array


def simulate_signings(terms: SigningTerms, *, seed: int) -> Signings:
    """Newcomers of eighteen months, all watched until the end of the last one."""
    draw = generator("signings", seed)
    halls = np.arange(terms.dealers) < terms.halls
    dishonest = ~halls & (draw.random(terms.dealers) < terms.dishonest_share)
    careless = ~halls & ~dishonest & (draw.random(terms.dealers) < terms.careless_share)
    own = np.exp(terms.dealer_spread * draw.standard_normal(terms.dealers))
    own = own * np.where(careless, terms.careless_factor, 1.0)
    assessed = np.where(halls, 0, draw.choice(ASSESSED, terms.dealers))
    sizes = draw.poisson(terms.customers_each * np.exp(0.5 * draw.standard_normal(terms.dealers)))
    dealer = np.repeat(np.arange(terms.dealers), sizes)
    count = len(dealer)
    region = (np.arange(terms.dealers) % REGIONS)[dealer]
    plan, opened = draw.integers(0, PLANS, count), draw.integers(0, MONTHS * MONTH_DAYS, count)
    by_plan = np.linspace(0.6, 1.6, PLANS)
    by_region = np.exp(0.2 * draw.standard_normal(REGIONS))
    daily = MONTHLY_CHURN / MONTH_DAYS * by_plan[plan] * by_region[region] * own[dealer]
    life = _ages_at(draw.exponential(1.0, count), daily)
    hollow = dishonest[dealer] & (draw.random(count) < terms.hollow)
    after = assessed[dealer] + draw.exponential(MONTH_DAYS / terms.hollow_churn, count)
    life = np.floor(np.where(hollow, after, life)).astype(np.int64)
    watched = MONTHS * MONTH_DAYS - opened
    return Signings(
        dealer=dealer,
        month=opened // MONTH_DAYS,
        plan=plan,
        region=region,
        leaves=np.minimum(life, watched),
        is_gone=life < watched,
        assessed=assessed[dealer],
        dishonest=dishonest,
        careless=careless,
    )


def _ages_at(hazard: Array, daily: Array) -> Array:
    """The age at which each has lived through a cumulated hazard."""
    when_young = daily * YOUNG_FACTOR * YOUNG_DAYS
    return np.where(
        hazard < when_young, hazard / (daily * YOUNG_FACTOR), YOUNG_DAYS + (hazard - when_young) / daily
    )
