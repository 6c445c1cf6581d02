"""The hidden monthly hazards of leaving, before any offer's effect."""

from dataclasses import dataclass

import numpy as np

from liuke.world.chance import Array
from liuke.world.kinds import ARREARS, CALM, FADING, HOLLOW, OPEN, SILENT, SILENT_DAYS, WAVERING
from liuke.world.months import DAY_SECONDS, Month, month_numbers
from liuke.world.population import Population
from liuke.world.pulls import Pulls
from liuke.world.rivals import carrying_share
from liuke.world.seasons import LEAVING, factor_in

# Monthly hazards of a customer whom nothing pulls or holds.
BEGIN_WAVERING = 0.015
LEAVE_CALM = 0.0022
LEAVE_WAVERING = 0.24
BEGIN_FADING = 0.0085
# Logarithms of factors on it: light users, second cards, broadband against the usual customer.
LIGHT_USER, LIGHT_MINUTES, SECOND_CARD, BROADBAND, USUAL_LIGHT = 1.6, 60.0, 0.8, 0.4, 0.35
FALL_SILENT = 0.36
STAY_SILENT = 0.72  # until SILENT_DAYS have passed
BEGIN_HARDSHIP = 0.009
CLOSE_FOR_ARREARS = 0.56
# Of those whom a dishonest dealer signed up, in the months after the commission is safe.
LEAVE_HOLLOW, DROP_HOLLOW, HOLLOW_DAYS = 0.35, 0.30, 75
# How strongly the causes act on those who already waver, against on those who are calm.
PULL_ON_WAVERING = 0.3
MOST_BEGIN = 0.35
MOST_LEAVE = 0.6


@dataclass(frozen=True)
class Hazards:
    """Probabilities of leaving in the month, by kind, without any offer's effect.

    voluntary and diverted exclude each other: one draw decides about both.
    """

    voluntary: Array
    diverted: Array
    involuntary: Array
    dormant: Array
    begin_wavering: Array
    begin_fading: Array
    drop_silent: Array  # without fading first


def hazards_of(pop: Population, month: Month, pulls: Pulls, heard: Array) -> Hazards:
    """Hazards of everybody who lives the whole month with an account; nought for the others.

    heard: strength of the competitors' offers that come to each customer's ears.
    """
    may_choose = (pop.status == OPEN) & has_lived_a_month(pop, month)
    calm = may_choose & (pop.mind == CALM)
    wavering = may_choose & (pop.mind == WAVERING) & (pop.mind_month < month.number)
    leave_calm = np.minimum(LEAVE_CALM * pulls.factor, MOST_LEAVE)
    leave_wavering = np.minimum(LEAVE_WAVERING * pulls.factor**PULL_ON_WAVERING, MOST_LEAVE)
    leaves = np.select(
        [wavering, calm | (may_choose & (pop.mind == FADING))], [leave_wavering, leave_calm], 0.0
    )
    waits, is_paid = _hollow(pop, month)
    leaves = leaves * factor_in(LEAVING, month)
    leaves = np.select([waits, is_paid & may_choose], [0.0, LEAVE_HOLLOW], leaves)
    carrying = leaves * carrying_share(pop, month, heard)
    light = LIGHT_USER * (pop.minutes < LIGHT_MINUTES) + SECOND_CARD * pop.second_card
    light -= BROADBAND * pop.broadband
    return Hazards(
        voluntary=leaves - carrying,
        diverted=carrying,
        involuntary=np.where(pop.status == ARREARS, CLOSE_FOR_ARREARS, 0.0),
        dormant=np.where(silence_ends(pop, month), STAY_SILENT, 0.0),
        begin_wavering=np.where(calm & ~waits, np.minimum(BEGIN_WAVERING * pulls.factor, MOST_BEGIN), 0.0),
        begin_fading=np.where(calm, BEGIN_FADING * np.exp(light - USUAL_LIGHT), 0.0),
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
