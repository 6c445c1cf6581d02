"""Contacts that sell nothing, and answers to surveys."""

from dataclasses import dataclass

import numpy as np

from liuke.world.chance import Array
from liuke.world.kinds import CLOSED_VOLUNTARY, WAVERING
from liuke.world.lived import Lived, MonthOfLife
from liuke.world.units import AGENTS_PER_BRANCH

PURPOSES = ("服务", "关怀")
CHANNELS = ("电话", "营业厅", "APP")
OUTCOMES = ("接通", "未接通")
SURVEYS = ("满意度", "推荐度")
SERVICE, CARE = range(2)


@dataclass(frozen=True)
class Services:
    """Service and care contacts: rows of the population, instants, codes, the agent's place in the branch."""

    rows: Array
    seconds: Array
    purposes: Array
    channels: Array
    outcomes: Array
    agents: Array


@dataclass(frozen=True)
class Answers:
    """Answers to surveys: rows of the population, instants, kinds (places in SURVEYS), scores."""

    rows: Array
    seconds: Array
    kinds: Array
    scores: Array


def services_of(here: MonthOfLife, lived: Lived) -> Services:
    """The angry come more often; those with an account manager are greeted now and then."""
    pop, chance = here.pop, here.chance
    present = _present(here, lived)
    calls_in = present & here.happens("service contact", 0.03 + 0.06 * np.minimum(pop.grievance, 1.0))
    greeted = present & ~calls_in & (pop.manager >= 0) & ~pop.do_not_disturb & here.happens("care", 0.06)
    rows = np.flatnonzero(calls_in | greeted)
    second = here.second("service hour", _day(here, lived, "service day"), 9, 18)
    reached = calls_in | here.happens("care reaches", pop.reachable)
    return Services(
        rows=rows,
        seconds=second[rows],
        purposes=np.where(calls_in, SERVICE, CARE)[rows],
        channels=np.where(calls_in, chance.whole("service channel", pop.identity, 0, 3), 0)[rows],
        outcomes=np.where(reached, 0, 1)[rows],
        agents=chance.whole("service agent", pop.identity, 0, AGENTS_PER_BRANCH)[rows],
    )


def answers_of(here: MonthOfLife, lived: Lived) -> Answers:
    """Scores fall with grievances and with the wish to leave; csat 1 to 5, nps 0 to 10."""
    pop = here.pop
    kind = (here.chance.uniform("survey kind", pop.identity) < 0.5).astype(np.int64)
    mood = 0.9 * (pop.grievance + pop.network_grievance) + 0.5 * (pop.mind == WAVERING)
    score = 0.78 - 0.16 * mood + 0.16 * here.chance.normal("survey score", pop.identity)
    scale = np.where(kind == 0, 1.0 + 4.0 * score, 10.0 * score)
    scores = np.clip(np.rint(scale), np.where(kind == 0, 1, 0), np.where(kind == 0, 5, 10)).astype(np.int64)
    rows = np.flatnonzero(_present(here, lived) & here.happens("survey", 0.03))
    second = here.second("survey hour", _day(here, lived, "survey day"), 9, 21)
    return Answers(rows, second[rows], kind[rows], scores[rows])


def _present(here: MonthOfLife, lived: Lived) -> Array:
    """Those with an account for the whole month, or until they left later than its first days."""
    pop = here.pop
    return here.settled & ((pop.status < CLOSED_VOLUNTARY) | (lived.left_on > here.month.first + 3))


def _day(here: MonthOfLife, lived: Lived, purpose: str) -> Array:
    day = here.day(purpose, 1, 29)
    return np.where(lived.left_on > 0, np.clip(day, here.month.first, lived.left_on - 1), day)
