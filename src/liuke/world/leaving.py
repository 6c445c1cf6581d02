"""How customers stop, leave and come back within a month."""

import numpy as np

from liuke.world.chance import Array
from liuke.world.hazards import FALL_SILENT, silence_ends
from liuke.world.kinds import (
    ARREARS,
    ASLEEP,
    CALM,
    CLEARED,
    CLOSED_DIVERTED,
    CLOSED_INVOLUNTARY,
    CLOSED_VOLUNTARY,
    DIVERTED,
    DORMANT,
    FADING,
    FADING_USE,
    INVOLUNTARY,
    OPEN,
    REQUESTED,
    SILENT,
    SILENT_DAYS,
    STAYED,
    UNPAID,
    VOLUNTARY,
    WAVERING,
)
from liuke.world.lived import Lived, MonthOfLife
from liuke.world.population import NEVER, Population
from liuke.world.rivals import chosen_competitors

SUSPENDED_AFTER_BILLS = 2
CALM_DOWN = 0.16  # of the wavering, a month
RECOVER = 0.20  # of the fading
RETURN = 0.02  # of the dormant
CLEAR = 0.04  # of the dormant: the operator and the customer close the forgotten account
REQUEST_SUSPENSION = 0.004
USE_ON_WAKING = 0.35
# What the draws are for that decide who leaves; the truth asks the same luck what else might have been.
OWN, CLOSING, SILENCE = "leave", "leave involuntary", "stay silent"
EARLY, MIDDLE, LATE = 4, 15, 27  # days of a month within which things fall


def _set_status(here: MonthOfLife, lived: Lived, mask: Array, second: Array, status: int) -> None:
    rows = np.flatnonzero(mask)
    lived.changes.append((rows, second[rows], status))
    here.pop.status[rows] = status
    here.pop.status_month[rows] = here.month.number


def _leave(lived: Lived, mask: Array, day: Array, kind: int, cause: Array | int, pop: Population) -> None:
    """Leaving is final for those who close; the dormant may come back."""
    lived.left_kind[mask], pop.left_kind[mask] = kind, kind
    lived.left_on[mask] = pop.left_on[mask] = day[mask]
    lived.cause[mask] = np.broadcast_to(cause, mask.shape)[mask]


def end_suspensions(here: MonthOfLife, lived: Lived) -> None:
    """Arrears end in closing or in payment within a month; requested suspensions end by themselves."""
    pop = here.pop
    day = here.day("closing for arrears", EARLY, MIDDLE)
    factor = here.factor(INVOLUNTARY, day)
    closes = here.happens(CLOSING, lived.hazards.involuntary * factor)
    back = ((pop.status == ARREARS) & ~closes) | (pop.status == REQUESTED)
    back_day = here.day("reopening", 2, 13)
    _leave(lived, closes, day, INVOLUNTARY, UNPAID, pop)
    _set_status(here, lived, closes, here.second("closing hour", day, 9, 12), CLOSED_INVOLUNTARY)
    lived.use_from = np.where(back, back_day, lived.use_from)
    lived.use_to = np.where(back, here.month.next.first, lived.use_to)
    # Use begins on the day after, so that no event precedes the reopening on its own day.
    lived.use_from += back
    _set_status(here, lived, back, here.second("reopening hour", back_day, 9, 18), OPEN)


def begin_suspensions(here: MonthOfLife, lived: Lived) -> None:
    pop, month = here.pop, here.month
    eligible = (pop.status == OPEN) & (pop.status_month < month.number) & here.settled
    in_use = eligible & (pop.mind != SILENT) & (pop.mind != ASLEEP)
    for_arrears = in_use & (pop.unpaid >= SUSPENDED_AFTER_BILLS)
    requested = in_use & (pop.mind == CALM) & (pop.unpaid == 0)
    requested &= here.happens("request suspension", REQUEST_SUSPENSION)
    day = np.where(requested, here.day("requested stop", EARLY, 13), here.day("arrears stop", EARLY, 9))
    second = here.second("stop hour", day, 0, 7)
    lived.use_to = np.where(for_arrears | requested, day, lived.use_to)
    lived.hazards.voluntary[for_arrears | requested] = 0.0
    lived.hazards.diverted[for_arrears | requested] = 0.0
    _set_status(here, lived, for_arrears, second, ARREARS)
    _set_status(here, lived, requested, second, REQUESTED)


def leave_on_their_own(here: MonthOfLife, lived: Lived) -> None:
    """Some just close, others carry their number over to a competitor; one draw decides about both."""
    pop = here.pop
    day = here.day("leave day", EARLY, LATE)
    second = here.second("leave hour", day, 9, 18)
    free = (pop.status == OPEN) & (pop.status_month < here.month.number)
    luck = here.chance.uniform(OWN, pop.identity)
    closes_below = lived.hazards.voluntary * here.factor(VOLUNTARY, day)
    leaves_below = closes_below + lived.hazards.diverted * here.factor(DIVERTED, day)
    closes, carries = free & (luck < closes_below), free & (luck >= closes_below) & (luck < leaves_below)
    for mask, kind, status in ((closes, VOLUNTARY, CLOSED_VOLUNTARY), (carries, DIVERTED, CLOSED_DIVERTED)):
        _leave(lived, mask, day, kind, lived.pulls.main_cause, pop)
        lived.use_to = np.where(mask, day, lived.use_to)
        _set_status(here, lived, mask, second, status)
    rows = np.flatnonzero(carries)
    whose = here.troubles.heard_from(pop, here.tree)
    pop.competitor[rows] = chosen_competitors(here.chance, pop, rows, whose)
    lived.account_changes.append((rows, day[rows]))


def move_minds(here: MonthOfLife, lived: Lived) -> None:
    """Calm, wavering, fading, silent: what goes on before somebody leaves."""
    pop, number = here.pop, here.month.number
    awake = (pop.status == OPEN) & (pop.status_month < number) & (lived.left_kind == STAYED)
    settled = awake & (pop.mind_month < number)
    middle = here.month.first + MIDDLE
    calm, wavering, fading = (settled & (pop.mind == mind) for mind in (CALM, WAVERING, FADING))
    dormant_factor = here.factor(DORMANT, middle)
    wavers = calm & here.happens(
        "begin wavering", lived.hazards.begin_wavering * here.factor(VOLUNTARY, middle)
    )
    fades = calm & ~wavers & here.happens("begin fading", lived.hazards.begin_fading * dormant_factor)
    silent_day = here.day("silence day", EARLY + 1, 25)
    silences = fading & here.happens("fall silent", FALL_SILENT * dormant_factor)
    silences |= calm & ~wavers & ~fades & here.happens("drop silent", lived.hazards.drop_silent)
    calms = (wavering & here.happens("calm down", CALM_DOWN)) | (
        fading & ~silences & here.happens("recover", RECOVER)
    )
    for mask, mind in ((wavers, WAVERING), (fades, FADING), (silences, SILENT), (calms, CALM)):
        pop.mind = np.where(mask, mind, pop.mind)
        pop.mind_month = np.where(mask, number, pop.mind_month)
    pop.last_use_on = np.where(silences, silent_day, pop.last_use_on)
    lived.use_to = np.where(silences, silent_day + 1, lived.use_to)
    lived.ends_in_silence |= silences


def end_silences(here: MonthOfLife, lived: Lived) -> None:
    """The silent become dormant on a fixed day, unless they use their card before it."""
    pop, month = here.pop, here.month
    due = silence_ends(pop, month)
    day = pop.last_use_on + SILENT_DAYS
    stays_silent = here.happens(SILENCE, lived.hazards.dormant * here.factor(DORMANT, month.first + 1))
    _leave(lived, due & stays_silent, day, DORMANT, FADING_USE, pop)
    wake = month.first + np.floor(
        here.chance.uniform("wake day", pop.identity) * np.maximum(day - month.first, 1)
    ).astype(np.int64)
    _wake(here, lived, due & ~stays_silent, wake)
    pop.mind = np.where(due & stays_silent, ASLEEP, pop.mind)


def _wake(here: MonthOfLife, lived: Lived, mask: Array, day: Array) -> None:
    pop = here.pop
    lived.use_from = np.where(mask, day, lived.use_from)
    lived.use_to = np.where(mask, here.month.next.first, lived.use_to)
    lived.begins_with_use |= mask
    pop.mind = np.where(mask, CALM, pop.mind)
    pop.mind_month = np.where(mask, here.month.number, pop.mind_month)
    pop.use = np.where(mask, USE_ON_WAKING, pop.use)


def wake_or_clear_the_dormant(here: MonthOfLife, lived: Lived) -> None:
    """They have left already: neither their return nor the closing is a leaving at risk."""
    pop = here.pop
    asleep = (pop.mind == ASLEEP) & (lived.left_kind == STAYED)
    fate = here.chance.uniform("fate of the dormant", pop.identity)
    day = here.day("day of the dormant", EARLY, LATE)
    returns, clears = asleep & (fate < RETURN), asleep & (fate >= RETURN) & (fate < RETURN + CLEAR)
    _wake(here, lived, returns, day)
    _leave(lived, clears, day, VOLUNTARY, CLEARED, pop)
    pop.left_kind = np.where(returns, STAYED, pop.left_kind)
    pop.left_on = np.where(returns, NEVER, pop.left_on)
    pop.mind = np.where(clears, CALM, pop.mind)
    _set_status(here, lived, clears, here.second("clearing hour", day, 9, 18), CLOSED_VOLUNTARY)
