"""One month of everybody's life: who leaves, stops, returns, pays, uses; no file is touched."""

import numpy as np

from liuke.world.billing import issue_bills, settle_bills
from liuke.world.contacting import Contacts, take_contacts
from liuke.world.grievances import complain
from liuke.world.habits import change_contracts, use_account
from liuke.world.hazards import BEGIN_HARDSHIP, hazards_of
from liuke.world.kinds import ASLEEP, CLOSED_VOLUNTARY, INVOLUNTARY, NO_CAUSE, OPEN, SILENT, STAYED
from liuke.world.leaving import (
    MIDDLE,
    begin_suspensions,
    end_silences,
    end_suspensions,
    leave_on_their_own,
    move_minds,
    wake_or_clear_the_dormant,
)
from liuke.world.lived import Lived, MonthOfLife
from liuke.world.months import DAY_SECONDS
from liuke.world.pilot import pilot_of
from liuke.world.population import NEVER
from liuke.world.pulls import pulls_on
from liuke.world.tariffs import tell_steps
from liuke.world.troubles import dishonest_dealers

END_HARDSHIP = 0.22


def live(here: MonthOfLife, contacts: Contacts) -> Lived:
    """Let everybody live one month; the population is changed in place.

    Those who join in the month must already be in the population.
    """
    pop, month, seed = here.pop, here.month, here.seed
    told = tell_steps(pop, month, seed=seed)
    lived = _untouched(here)
    lived.told_steps = told
    lived.pilot = pilot_of(here, lived.pulls)
    if lived.pilot is not None:
        contacts += lived.pilot.contacts
    take_contacts(pop, contacts, month, lived.account_changes, seed=seed)
    billing = issue_bills(pop, month)
    end_suspensions(here, lived)
    begin_suspensions(here, lived)
    leave_on_their_own(here, lived)
    move_minds(here, lived)
    end_silences(here, lived)
    wake_or_clear_the_dormant(here, lived)
    lived.billing = settle_bills(here, lived, billing)
    change_contracts(here, lived)
    use_account(here, lived)
    lived.complaints = complain(here, lived)
    _fall_into_hardship(here)
    return lived


def _untouched(here: MonthOfLife) -> Lived:
    """The month before anything happens in it."""
    pop, month = here.pop, here.month
    pulls = pulls_on(pop, month, here.troubles, here.tree, dishonest_dealers(here.tree, seed=here.seed))
    has_account = pop.status < CLOSED_VOLUNTARY
    at_risk = has_account & here.settled & (pop.mind != ASLEEP)
    opened_on = pop.opened_second // DAY_SECONDS
    use_from = np.maximum(month.first, opened_on + 1)
    can_use = has_account & (pop.status == OPEN) & (pop.mind != SILENT) & (pop.mind != ASLEEP)
    return Lived(
        month=month,
        at_risk=at_risk,
        hazards=hazards_of(pop, month, pulls, here.troubles.heard_by(pop, here.tree)),
        pulls=pulls,
        left_kind=np.full(len(pop), STAYED),
        left_on=np.full(len(pop), NEVER),
        cause=np.full(len(pop), NO_CAUSE),
        use_from=use_from,
        use_to=np.where(can_use, month.next.first, use_from),
        ends_in_silence=np.zeros(len(pop), bool),
        begins_with_use=np.zeros(len(pop), bool),
    )


def _fall_into_hardship(here: MonthOfLife) -> None:
    pop = here.pop
    factor = here.factor(INVOLUNTARY, here.month.first + MIDDLE)
    rate = BEGIN_HARDSHIP * np.exp(-0.25 * (pop.plan - 2.0) + 0.8 * (pop.care == 3)) * factor
    begins = ~pop.hardship & here.happens("begin hardship", rate)
    ends = pop.hardship & here.happens("end hardship", END_HARDSHIP)
    pop.hardship = (pop.hardship | begins) & ~ends
