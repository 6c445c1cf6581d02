"""Price steps: a plan becomes dearer for its old customers on a first of a month, told a month before."""

import numpy as np

from liuke.world.chance import Array, Chance
from liuke.world.kinds import CLOSED_VOLUNTARY
from liuke.world.months import DAY_SECONDS, Month
from liuke.world.plans import PLANS, PRICE_FEN
from liuke.world.population import NEVER, Population

STEP_RATE = 0.06  # a step of a plan is told in a month
REST_MONTHS = 6  # between two steps of a plan at least
STEP_LEAST, STEP_MOST = 0.05, 0.15  # of the plan's price, to the whole yuan
OLD_DAYS = 365  # whoever has been here so long and has no contract running pays the step
YUAN_FEN = 100


def steps_told(month: Month, *, seed: int) -> Array:
    """By how much each plan's price rises on the next first, in fen; 0: not at all."""
    index = np.arange(len(PLANS))
    is_due = [
        Chance(seed, "price step", month.later(-age).label).happens("told", index, STEP_RATE)
        for age in range(REST_MONTHS + 1)
    ]
    told = is_due[0] & ~np.any(is_due[1:], axis=0)
    luck = Chance(seed, "price step", month.label).uniform("size", index)
    size = PRICE_FEN * (STEP_LEAST + (STEP_MOST - STEP_LEAST) * luck)
    return np.where(told, np.rint(size / YUAN_FEN).astype(np.int64) * YUAN_FEN, 0)


def tell_steps(pop: Population, month: Month, *, seed: int) -> Array:
    """Tell those who will pay more from the next first on; returns their rows."""
    rise = steps_told(month, seed=seed)[pop.plan]
    is_old = month.first - pop.opened_second // DAY_SECONDS >= OLD_DAYS
    is_bound = (pop.contract_end_on != NEVER) & (pop.contract_end_on > month.first)
    told = (rise > 0) & is_old & ~is_bound & (pop.status < CLOSED_VOLUNTARY)
    pop.surcharge_fen = np.where(told, pop.surcharge_fen + pop.step_fen, pop.surcharge_fen)
    pop.step_fen = np.where(told, rise, pop.step_fen)
    pop.step_month = np.where(told, month.number + 1, pop.step_month)
    return np.flatnonzero(told)


def forget_steps(pop: Population, changed: Array) -> None:
    """Whoever takes another plan pays its list price. changed: a mask."""
    pop.surcharge_fen = np.where(changed, 0, pop.surcharge_fen)
    pop.step_fen = np.where(changed, 0, pop.step_fen)
    pop.step_month = np.where(changed, NEVER, pop.step_month)


def price_fen(pop: Population, month: Month) -> Array:
    """What each customer's plan costs in a month."""
    return PRICE_FEN[pop.plan] + pop.surcharge_fen + np.where(pop.step_month <= month.number, pop.step_fen, 0)
