"""Bills for the month before, and whether they are paid."""

from dataclasses import dataclass

import numpy as np

from liuke.world.chance import Array
from liuke.world.kinds import (
    ASLEEP,
    CLOSED_DIVERTED,
    CLOSED_INVOLUNTARY,
    CLOSED_VOLUNTARY,
    HIGH_SPEND,
    OPEN,
    SILENT,
    STAYED,
)
from liuke.world.lived import Lived, MonthOfLife
from liuke.world.months import DAY_SECONDS, Month
from liuke.world.plans import DATA_FEN_PER_GB, DATA_MB, MB_PER_GB, MINUTE_FEN, MINUTES, PRICE_FEN, TEXT_FEN
from liuke.world.population import Population
from liuke.world.tariffs import price_fen

CREDIT_FEN = 2000  # of a bill credit, a month
DUE_DAY = 15
MISS_IN_HARDSHIP = 0.8
MEAN_WEIGHT = 0.3  # of the latest bill in the usual one
HIGH_SPEND_OVERAGE = 0.6  # of the plan's price
STOP_HIGH_SPENDER = 0.12


@dataclass
class Billing:
    """Bills of a month and their payment, by row of the population.

    pays: how many bills, the latest first, the customer pays in this month; paid_second: when.
    """

    is_billed: Array
    billed_fen: Array
    overage_fen: Array
    pays: Array
    paid_second: Array
    owed_fen: Array


def issue_bills(pop: Population, month: Month) -> Billing:
    """Bill on the first of the month what was used in the month before.

    Those who closed their account settled then: their last part of a month is not billed.
    """
    is_billed = (pop.used_share > 0) & (pop.status < CLOSED_VOLUNTARY)
    price = np.rint(price_fen(pop, month.later(-1)) * pop.used_share).astype(np.int64)
    overage = overage_fen(pop)
    credit = np.where(pop.credit_months > 0, CREDIT_FEN, 0)
    billed = np.where(is_billed, np.maximum(price + overage - credit, 0), 0)
    _remember_bills(pop, is_billed, billed)
    pop.credit_months = np.maximum(pop.credit_months - is_billed, 0)
    nothing = np.zeros(len(pop), np.int64)
    return Billing(is_billed, billed, np.where(is_billed, overage, 0), nothing, nothing.copy(), pop.owed_fen)


def overage_fen(pop: Population) -> Array:
    """What was used beyond the plan in the month to be billed; data by the whole GB begun."""
    share = np.maximum(pop.used_share, 0.0)
    minutes = np.maximum(pop.used_minutes - np.floor(MINUTES[pop.plan] * share), 0).astype(np.int64)
    over_mb = np.maximum(pop.used_mb - np.floor(DATA_MB[pop.plan] * share), 0)
    gigabytes = np.ceil(over_mb / MB_PER_GB).astype(np.int64)
    return minutes * MINUTE_FEN + pop.used_texts * TEXT_FEN + gigabytes * DATA_FEN_PER_GB


def _remember_bills(pop: Population, is_billed: Array, billed: Array) -> None:
    whole = is_billed & (pop.used_share >= 1.0)
    usual = np.where(pop.bill_mean_fen > 0, pop.bill_mean_fen, billed)
    rise = (billed - usual) / np.maximum(usual, 1.0)
    pop.shock = np.where(whole, np.clip(rise, 0.0, 1.5), 0.0)
    moved = usual + MEAN_WEIGHT * (billed - usual)
    pop.bill_mean_fen = np.where(whole, moved, pop.bill_mean_fen)
    shifted = np.column_stack([billed, pop.owed_fen[:, :-1]])
    pop.owed_fen = np.where(is_billed[:, None], shifted, pop.owed_fen)


def settle_bills(here: MonthOfLife, lived: Lived, billing: Billing) -> Billing:
    """Pay in time, late or not at all; whoever pays, pays everything that is open.

    Those who close their account themselves, and those who are opened again after arrears, pay then.
    """
    pop, month = here.pop, here.month
    open_bills = pop.unpaid + billing.is_billed
    reopened = (pop.status == OPEN) & (pop.status_month == month.number) & (pop.unpaid > 0)
    leaves = (lived.left_kind != STAYED) & np.isin(pop.status, (CLOSED_VOLUNTARY, CLOSED_DIVERTED))
    forgets_nothing = (pop.mind == SILENT) | (pop.mind == ASLEEP)
    miss = np.where(pop.hardship, MISS_IN_HARDSHIP, pop.miss_rate)
    misses = here.happens("miss a bill", miss) & ~forgets_nothing & ~reopened & ~leaves
    misses |= (pop.status != OPEN) & ~leaves
    late = here.happens("pay late", pop.late_rate)
    day = np.where(late, here.day("late payment", DUE_DAY + 1, 29), here.day("payment", 2, DUE_DAY + 1))
    second = _before_other_turns(here, lived, here.second("payment hour", day, 7, 22), reopened)
    billing.pays = np.where(misses, 0, open_bills)
    billing.paid_second = second
    billing.owed_fen = pop.owed_fen
    pop.unpaid = np.where(misses, open_bills, 0)
    _stop_high_spenders(here, lived, billing)
    return billing


def _before_other_turns(here: MonthOfLife, lived: Lived, second: Array, reopened: Array) -> Array:
    """Payments move to shortly before the reopening or closing that they belong to."""
    for rows, seconds, status in lived.changes:
        if status == OPEN:
            paying = reopened[rows]
            second[rows[paying]] = seconds[paying] - 900
        elif status in (CLOSED_VOLUNTARY, CLOSED_INVOLUNTARY, CLOSED_DIVERTED):
            second[rows] = np.minimum(second[rows], seconds - 900)
    return second


def _stop_high_spenders(here: MonthOfLife, lived: Lived, billing: Billing) -> None:
    """A stop over night until the customer confirms that the use is theirs."""
    pop, month = here.pop, here.month
    heavy = billing.overage_fen > HIGH_SPEND_OVERAGE * PRICE_FEN[pop.plan]
    stops = heavy & (lived.use_to == month.next.first) & (pop.status_month < month.number)
    stops &= (lived.left_kind == STAYED) & here.happens("high-spend stop", STOP_HIGH_SPENDER)
    rows = np.flatnonzero(stops)
    evening = (here.day("high-spend day", 3, 28)[rows] * DAY_SECONDS) + 23 * 3600
    lived.changes += [(rows, evening, HIGH_SPEND), (rows, evening + 8 * 3600 + 1800, OPEN)]
