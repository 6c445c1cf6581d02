"""The hidden monthly hazards of leaving, before any offer's effect."""

from dataclasses import dataclass

import numpy as np

from liuke.world.chance import Array
from liuke.world.kinds import (
    ARREARS,
    CALM,
    CAUSES,
    COMPETITOR,
    CONTRACT_END,
    DEALER,
    FADING,
    HOLLOW,
    LOOSE,
    NETWORK,
    NEWCOMER,
    OPEN,
    PRICE,
    SERVICE,
    SILENT,
    SILENT_DAYS,
    UNPROVOKED,
    WAVERING,
)
from liuke.world.months import DAY_SECONDS, Month, month_numbers
from liuke.world.plans import DATA_MB, MINUTES
from liuke.world.population import NEVER, Population
from liuke.world.troubles import Troubles
from liuke.world.units import Tree

# Monthly hazards of a customer whom nothing pulls or holds.
BEGIN_WAVERING = 0.015
LEAVE_CALM = 0.0022
LEAVE_WAVERING = 0.24
BEGIN_FADING = 0.0085
FALL_SILENT = 0.36
STAY_SILENT = 0.72  # until SILENT_DAYS have passed
BEGIN_HARDSHIP = 0.009
CLOSE_FOR_ARREARS = 0.56
# Of those whom a dishonest dealer signed up, in the months after the commission is safe.
LEAVE_HOLLOW, DROP_HOLLOW, HOLLOW_DAYS = 0.35, 0.30, 75
LOOSE_PULL = 0.9  # on those who leave easily, at any age
# How strongly the causes act on those who already waver, against on those who are calm.
PULL_ON_WAVERING = 0.3
MOST_BEGIN = 0.35
MOST_LEAVE = 0.6

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


@dataclass(frozen=True)
class Hazards:
    """Probabilities of leaving in the month, by kind, without any offer's effect."""

    voluntary: Array
    involuntary: Array
    dormant: Array
    begin_wavering: Array
    begin_fading: Array
    drop_silent: Array  # without fading first


def pulls_on(pop: Population, month: Month, troubles: Troubles, tree: Tree, dishonest: Array) -> Pulls:
    """Every cause of leaving on one's own, for each customer."""
    days_left = np.where(pop.contract_end_on == NEVER, 10_000, pop.contract_end_on - month.first)
    is_bound = (days_left > 60) & (pop.contract_end_on != NEVER)
    tenure_months = (month.first - pop.opened_second // DAY_SECONDS) / TENURE_MONTH_DAYS
    after_commission = (tenure_months > 2.5) & (tenure_months < 7.0)
    push = troubles.push[tree.county_of(pop.branch)]
    by_cause = np.zeros((len(CAUSES), len(pop)))
    by_cause[CONTRACT_END] = np.where((days_left > -45) & (days_left <= 60), 1.15, 0.0)
    by_cause[PRICE] = 0.35 * pop.price_sense + 1.1 * unused_share(pop) + 0.8 * pop.shock
    by_cause[NETWORK] = 0.9 * pop.network_grievance + 0.3 * troubles.network[pop.branch]
    by_cause[SERVICE] = 0.8 * pop.grievance
    by_cause[COMPETITOR] = push * (0.8 + 0.5 * np.maximum(pop.price_sense, 0.0))
    by_cause[DEALER] = np.where(dishonest[pop.dealer] & after_commission, 1.5, 0.0)
    by_cause[NEWCOMER] = np.where(tenure_months < 6.0, 0.35, 0.0) + LOOSE_PULL * (pop.signed == LOOSE)
    held = 1.0 * is_bound + 0.5 * pop.broadband
    return Pulls(by_cause, np.exp(by_cause.sum(axis=0) - held - 0.4))


def unused_share(pop: Population) -> Array:
    """How much of what the plan includes a usual month leaves unused: 0 to 1."""
    minutes = np.minimum(pop.minutes / MINUTES[pop.plan], 1.0)
    data = np.minimum(pop.data_mb / DATA_MB[pop.plan], 1.0)
    return np.clip(0.9 - np.maximum(minutes, data), 0.0, 1.0)


def hazards_of(pop: Population, month: Month, pulls: Pulls) -> Hazards:
    """Hazards of everybody who lives the whole month with an account; nought for the others."""
    may_choose = (pop.status == OPEN) & has_lived_a_month(pop, month)
    calm = may_choose & (pop.mind == CALM)
    wavering = may_choose & (pop.mind == WAVERING) & (pop.mind_month < month.number)
    leave_calm = np.minimum(LEAVE_CALM * pulls.factor, MOST_LEAVE)
    leave_wavering = np.minimum(LEAVE_WAVERING * pulls.factor**PULL_ON_WAVERING, MOST_LEAVE)
    leaves = np.select(
        [wavering, calm | (may_choose & (pop.mind == FADING))], [leave_wavering, leave_calm], 0.0
    )
    waits, is_paid = _hollow(pop, month)
    leaves = np.select([waits, is_paid & may_choose], [0.0, LEAVE_HOLLOW], leaves)
    light = 1.6 * (pop.minutes < 60.0) + 0.8 * pop.second_card - 0.4 * pop.broadband
    return Hazards(
        voluntary=leaves,
        involuntary=np.where(pop.status == ARREARS, CLOSE_FOR_ARREARS, 0.0),
        dormant=np.where(silence_ends(pop, month), STAY_SILENT, 0.0),
        begin_wavering=np.where(calm & ~waits, np.minimum(BEGIN_WAVERING * pulls.factor, MOST_BEGIN), 0.0),
        begin_fading=np.where(calm, BEGIN_FADING * np.exp(light - 0.35), 0.0),
        drop_silent=np.where(is_paid & may_choose, DROP_HOLLOW, 0.0),
    )


def _hollow(pop: Population, month: Month) -> tuple[Array, Array]:
    """Of those signed up for the commission alone: who still waits for it, and who need not any more."""
    hollow, since = pop.signed == HOLLOW, month.first - pop.assessed_on
    return hollow & (since < 0), hollow & (since >= 0) & (since < HOLLOW_DAYS)


def has_lived_a_month(pop: Population, month: Month) -> Array:
    return pop.opened_second < month.later(-1).first * DAY_SECONDS


def silence_ends(pop: Population, month: Month) -> Array:
    """Whether a silent customer becomes dormant in this month unless they use their card again."""
    return (pop.mind == SILENT) & (month_numbers(pop.last_use_on + SILENT_DAYS) == month.number)
