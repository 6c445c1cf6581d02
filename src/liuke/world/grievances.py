"""Complaints of a month and the grievances that stay."""

from dataclasses import dataclass

import numpy as np

from liuke.world.chance import Array
from liuke.world.kinds import CLOSED_VOLUNTARY
from liuke.world.lived import Lived, MonthOfLife
from liuke.world.months import DAY_SECONDS

CATEGORIES = ("网络质量", "计费争议", "服务态度")
SLOW_DAYS = 12  # a complaint settled later than this leaves more anger behind
NETWORK_COMPLAINT, BILL_COMPLAINT, SERVICE_COMPLAINT = 0.004, 0.003, 0.005  # a month
FAULT_COMPLAINT, SHOCK_COMPLAINT, TOLD_COMPLAINT = 0.09, 0.05, 0.02  # more, for those struck
KEEPS = 0.6  # of a grievance from month to month
NETWORK = 0


@dataclass(frozen=True)
class Complaints:
    """Complaints of a month: rows of the population, categories, and when made and settled."""

    rows: Array
    categories: Array
    seconds: Array
    resolved_seconds: Array


def complain(here: MonthOfLife, lived: Lived) -> Complaints:
    """At most one complaint of each category; what is settled slowly is resented longer."""
    pop = here.pop
    trouble = here.troubles.network[pop.branch]
    told = np.zeros(len(pop))
    told[lived.told_steps] = TOLD_COMPLAINT
    rates = (
        NETWORK_COMPLAINT + FAULT_COMPLAINT * trouble,
        BILL_COMPLAINT + SHOCK_COMPLAINT * pop.shock + told,
        np.full(len(pop), SERVICE_COMPLAINT),
    )
    present = lived.at_risk & ((pop.status < CLOSED_VOLUNTARY) | (lived.left_on > here.month.first + 3))
    anger = np.zeros((len(CATEGORIES), len(pop)))
    found = []
    for category, rate in enumerate(rates):
        purpose = f"complaint {category}"
        mask = present & here.happens(purpose, rate)
        day = here.day(purpose + " day", 1, 29)
        day = np.where(lived.left_on > 0, np.clip(day, here.month.first, lived.left_on - 1), day)
        takes = 1 + np.floor(-9.0 * np.log1p(-here.chance.uniform(purpose + " takes", pop.identity)))
        second = here.second(purpose + " hour", day, 8, 21)
        rows = np.flatnonzero(mask)
        settled = second + (takes * DAY_SECONDS).astype(np.int64)
        found.append((rows, np.full(len(rows), category), second[rows], settled[rows]))
        anger[category] = mask * np.where(takes > SLOW_DAYS, 1.1, 0.55)
    _bear_grudges(here, trouble, anger)
    return Complaints(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def _bear_grudges(here: MonthOfLife, trouble: Array, anger: Array) -> None:
    pop = here.pop
    pop.network_grievance = KEEPS * pop.network_grievance + 0.3 * trouble + anger[NETWORK]
    pop.grievance = KEEPS * pop.grievance + anger[1] + anger[2]
