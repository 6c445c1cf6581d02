"""What pulls customers away on their own, cause by cause."""

from dataclasses import dataclass

import numpy as np

from liuke.world.chance import Array
from liuke.world.kinds import (
    CAUSES,
    COMPETITOR,
    CONTRACT_END,
    DEALER,
    LOOSE,
    NETWORK,
    NEWCOMER,
    PRICE,
    PRICE_STEP,
    SERVICE,
    UNPROVOKED,
)
from liuke.world.months import DAY_SECONDS, Month
from liuke.world.plans import DATA_MB, MINUTES, PRICE_FEN
from liuke.world.population import NEVER, Population
from liuke.world.troubles import Troubles
from liuke.world.units import Tree

# Logarithms of factors on the hazards of wavering and leaving.
CONTRACT_END_PULL = 1.15  # from 60 days before the end to 45 days after it
UNUSED_PULL = 1.1  # of a plan wholly unused
PRICE_SENSE_PULL = 0.35  # for each standard deviation
SHOCK_PULL = 0.8  # of a bill twice the usual
STEP_PULL = 5.0  # for each doubling of the price by a step: 0.5 for 10 %
STEP_PULL_ON_PRICE = 0.5  # more of it, for each standard deviation of being sensitive to prices
STEP_FADES = (1.0, 1.0, 0.6, 0.3)  # in the month when it is told, when it is charged, and after
NETWORK_GRIEVANCE_PULL, NETWORK_PULL = 0.9, 0.3
SERVICE_PULL = 0.8
COMPETITOR_PULL, COMPETITOR_PULL_ON_PRICE = 1.1, 0.7  # of an offer of full strength
DEALER_PULL = 1.5  # from 2.5 to 7 months after being signed up by a dishonest dealer
NEWCOMER_PULL = 0.35  # in the first half year
LOOSE_PULL = 0.9  # on those who leave easily, at any age
CONTRACT_HOLD, BROADBAND_HOLD, USUAL_HOLD = 1.0, 0.5, 0.4
WEAK_PULL = 0.25  # below this no cause is named
TENURE_MONTH_DAYS = 30.4


@dataclass(frozen=True)
class Pulls:
    """What pulls each customer away: logarithms of factors, one row per cause, and their whole factor."""

    by_cause: Array
    factor: Array

    @property
    def main_cause(self) -> Array:
        """The strongest cause, or UNPROVOKED where all are weak."""
        return np.where(self.by_cause.max(axis=0) < WEAK_PULL, UNPROVOKED, self.by_cause.argmax(axis=0))

    def of(self, rows: Array) -> "Pulls":
        return Pulls(self.by_cause[:, rows], self.factor[rows])


def pulls_on(pop: Population, month: Month, troubles: Troubles, tree: Tree, dishonest: Array) -> Pulls:
    """Every cause of leaving on one's own, for each customer."""
    days_left = np.where(pop.contract_end_on == NEVER, 10_000, pop.contract_end_on - month.first)
    is_bound = (days_left > 60) & (pop.contract_end_on != NEVER)
    tenure_months = (month.first - pop.opened_second // DAY_SECONDS) / TENURE_MONTH_DAYS
    after_commission = (tenure_months > 2.5) & (tenure_months < 7.0)
    heard = troubles.heard_by(pop, tree)
    sense, dear = pop.price_sense, np.maximum(pop.price_sense, 0.0)
    by_cause = np.zeros((len(CAUSES), len(pop)))
    by_cause[CONTRACT_END] = np.where((days_left > -45) & (days_left <= 60), CONTRACT_END_PULL, 0.0)
    by_cause[PRICE] = PRICE_SENSE_PULL * sense + UNUSED_PULL * unused_share(pop) + SHOCK_PULL * pop.shock
    by_cause[PRICE_STEP] = _step(pop, month) * (1.0 + STEP_PULL_ON_PRICE * dear)
    by_cause[NETWORK] = NETWORK_GRIEVANCE_PULL * pop.network_grievance
    by_cause[NETWORK] += NETWORK_PULL * troubles.network[pop.branch]
    by_cause[SERVICE] = SERVICE_PULL * pop.grievance
    by_cause[COMPETITOR] = heard * (COMPETITOR_PULL + COMPETITOR_PULL_ON_PRICE * dear)
    by_cause[DEALER] = np.where(dishonest[pop.dealer] & after_commission, DEALER_PULL, 0.0)
    by_cause[NEWCOMER] = np.where(tenure_months < 6.0, NEWCOMER_PULL, 0.0)
    by_cause[NEWCOMER] += LOOSE_PULL * (pop.signed == LOOSE)
    held = CONTRACT_HOLD * is_bound + BROADBAND_HOLD * pop.broadband + USUAL_HOLD
    return Pulls(by_cause, np.exp(by_cause.sum(axis=0) - held))


def _step(pop: Population, month: Month) -> Array:
    age = np.clip(month.number + 1 - pop.step_month, 0, len(STEP_FADES))
    return STEP_PULL * pop.step_fen / PRICE_FEN[pop.plan] * np.array([*STEP_FADES, 0.0])[age]


def unused_share(pop: Population) -> Array:
    """How much of what the plan includes a usual month leaves unused: 0 to 1."""
    minutes = np.minimum(pop.minutes / MINUTES[pop.plan], 1.0)
    data = np.minimum(pop.data_mb / DATA_MB[pop.plan], 1.0)
    return np.clip(0.9 - np.maximum(minutes, data), 0.0, 1.0)
