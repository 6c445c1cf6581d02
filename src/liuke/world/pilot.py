"""The operator's own trial of offers, early in its history: a random few, and as random a hold-out."""

from dataclasses import dataclass

import numpy as np

from liuke.world.answering import KEPT, Answers, answers_to
from liuke.world.chance import Array
from liuke.world.contacting import Contacts
from liuke.world.lived import MonthOfLife
from liuke.world.months import DAY_SECONDS
from liuke.world.policies import POLICY_NAMES
from liuke.world.pulls import Pulls
from liuke.world.units import AGENTS_PER_BRANCH

PILOT_MONTHS = (3, 4, 5)  # of the history, counted from 0
TREATED_SHARE = 0.04
HELD_OUT_SHARE = 0.01


@dataclass(frozen=True)
class Pilot:
    """One month of the trial, by row of the population that was drawn.

    places: of the policy in POLICY_NAMES; for those held out, the one they would have had.
    """

    campaign: str
    rows: Array
    places: Array
    is_treated: Array
    seconds: Array
    outcomes: Array
    feedback: Array
    agents: Array

    @property
    def contacts(self) -> Contacts:
        """Those who were reached."""
        reached = self.is_treated & (self.outcomes >= KEPT)
        return Contacts(self.rows[reached], self.places[reached], self.seconds[reached] // DAY_SECONDS)


def pilot_of(here: MonthOfLife, pulls: Pulls) -> Pilot | None:
    """The trial of this month, or None in a month without one."""
    if here.months_lived not in PILOT_MONTHS:
        return None
    pop = here.pop
    draw = here.chance.uniform("pilot", pop.identity)
    eligible = here.settled & (pop.status == 0) & ~pop.do_not_disturb
    rows = np.flatnonzero(eligible & (draw < TREATED_SHARE + HELD_OUT_SHARE))
    some = pop.take(rows)
    places = here.chance.whole("pilot policy", some.identity, 0, len(POLICY_NAMES))
    outcomes, feedback = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
    for place, policy in enumerate(POLICY_NAMES):
        mine = np.flatnonzero(places == place)
        answers: Answers = answers_to(
            some.take(mine), policy, pulls.of(rows[mine]), here.chance, seed=here.seed
        )
        outcomes[mine], feedback[mine] = answers.outcomes, answers.feedback
    return Pilot(
        campaign=f"pilot-{here.month.label}",
        rows=rows,
        places=places,
        is_treated=draw[rows] < TREATED_SHARE,
        seconds=here.second("pilot hour", here.day("pilot day", 2, 4), 9, 18)[rows],
        outcomes=outcomes,
        feedback=feedback,
        agents=here.chance.whole("pilot agent", some.identity, 0, AGENTS_PER_BRANCH),
    )
