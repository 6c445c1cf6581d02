"""How much the account is used in a month, and how contracts, plans and addresses change."""

import numpy as np

from liuke.world.faults import USE_LOST
from liuke.world.kinds import CALM, CLOSED_VOLUNTARY, FADING, OPEN, STAYED, WAVERING
from liuke.world.lived import Lived, MonthOfLife
from liuke.world.months import DAY_SECONDS
from liuke.world.plans import CONTRACT_MONTHS, PLANS
from liuke.world.population import NEVER
from liuke.world.pulls import unused_share
from liuke.world.seasons import DATA, TEXTS, VOICE, factor_in
from liuke.world.tariffs import forget_steps

FADES_TO = 0.5  # of use that is left after each month of fading
LEAST_USE = 0.06
COMES_BACK = 0.5  # of lost use that a calm customer takes up again each month
QUIET_MONTH = 0.07  # a holiday, an illness: half the use for one month, without meaning
RENEWS = 0.5  # of those whose contract has just ended, by themselves
MOVES_HOME = 0.003
SMALLER = np.array([0, 1, 0, 2, 3, 4])  # the plan below each plan
LARGER = np.array([2, 3, 3, 4, 5, 5])


def use_account(here: MonthOfLife, lived: Lived) -> None:
    """Use of the month: minutes, texts and MB as whole numbers, to be billed on the next first."""
    pop, month = here.pop, here.month
    factor = np.select([pop.mind == WAVERING, pop.mind == FADING], [pop.decline, FADES_TO], 1.0)
    pop.use = np.maximum(
        np.where(pop.mind == CALM, pop.use + COMES_BACK * (1.0 - pop.use), pop.use * factor), LEAST_USE
    )
    quiet = np.where(here.happens("quiet month", QUIET_MONTH), 0.5, 1.0)
    days = np.maximum(lived.use_to - lived.use_from, 0)
    share = days / month.days
    level = pop.use * quiet * share * (1.0 - USE_LOST * here.troubles.network[pop.branch])
    noise = {
        name: np.exp(0.25 * here.chance.normal(name, pop.identity)) for name in ("minutes", "texts", "data")
    }
    voice, texts, data = (factor_in(row, month) for row in (VOICE, TEXTS, DATA))
    used = days > 0
    # Two calls at least, so that nobody who uses the account looks silent.
    pop.used_minutes = np.where(
        used, np.maximum(np.rint(pop.minutes * level * voice * noise["minutes"]), 2), 0
    ).astype(np.int64)
    pop.used_texts = np.rint(pop.texts * level * texts * noise["texts"]).astype(np.int64)
    pop.used_mb = np.rint(pop.data_mb * level * data * noise["data"]).astype(np.int64)
    opened_on = pop.opened_second // DAY_SECONDS
    with_account = (month.next.first - np.maximum(opened_on, month.first)) / month.days
    pop.used_share = np.where(pop.status < CLOSED_VOLUNTARY, with_account, 0.0)


def change_contracts(here: MonthOfLife, lived: Lived) -> None:
    """Renewals, smaller and larger plans, new addresses, among those who stay."""
    pop, month = here.pop, here.month
    steady = here.settled & (pop.status == OPEN) & (pop.mind == CALM) & (lived.left_kind == STAYED)
    ended = (pop.contract_end_on < month.first) & (pop.contract_end_on >= month.later(-1).first)
    renews = steady & ended & (pop.contract_end_on != NEVER) & here.happens("renew", RENEWS)
    day = here.day("renewal day", 2, 26)
    length = CONTRACT_MONTHS[pop.plan] * 365 // 12
    pop.contract_end_on = np.where(renews, day + length, pop.contract_end_on)
    unused = unused_share(pop)
    smaller = steady & ~renews & (SMALLER[pop.plan] != pop.plan) & here.happens("smaller plan", 0.03 * unused)
    larger = steady & ~renews & ~smaller & (unused <= 0.0) & here.happens("larger plan", 0.02)
    pop.plan = np.where(smaller, SMALLER[pop.plan], np.where(larger, LARGER[pop.plan], pop.plan))
    forget_steps(pop, smaller | larger)
    changed = np.flatnonzero(renews | smaller | larger)
    lived.account_changes.append((changed, day[changed]))
    moves = np.flatnonzero(steady & here.happens("move home", MOVES_HOME))
    pop.moves[moves] += 1
    lived.customer_changes.append((moves, here.day("moving day", 2, 26)[moves]))


assert len(SMALLER) == len(LARGER) == len(PLANS)
