"""Faults of the network: in which branch, from when to when, how bad, and what customers there suffer."""

from dataclasses import dataclass

import numpy as np

from liuke.world.chance import Array, Chance
from liuke.world.months import DAY_SECONDS, Month
from liuke.world.units import Tree

FAULT_RATE = 0.06  # a fault begins in a branch in a month
SHORTEST_DAYS, LONGEST_DAYS = 5, 75
LOOK_BACK_MONTHS = 3  # a fault that began earlier is over
USE_LOST = 0.35  # of a month's use, through a fault of full strength that lasts all month
DROPPED_CALLS = 2.5  # in a month of such a fault
DROPPED_ALWAYS = 0.04  # without any fault


@dataclass(frozen=True)
class Faults:
    """Faults running in a month: branch, instants [begins, ends), strength 0.4 to 1."""

    branches: Array
    begins: Array
    ends: Array
    strength: Array

    def strength_in(self, branches: int, month: Month) -> Array:
        """How bad each branch's network is in the month: the worst fault by its share of the month."""
        first, last = month.first * DAY_SECONDS, month.next.first * DAY_SECONDS
        share = (np.minimum(self.ends, last) - np.maximum(self.begins, first)) / (last - first)
        worst = np.zeros(branches)
        np.maximum.at(worst, self.branches, self.strength * share)
        return worst


def faults_of(tree: Tree, month: Month, *, seed: int) -> Faults:
    """Faults begin by chance and end by themselves, those of a month and of the months before it."""
    branches = np.arange(tree.branches)
    parts = []
    for age in range(LOOK_BACK_MONTHS + 1):
        began = month.later(-age)
        chance = Chance(seed, "fault", began.label)
        struck = np.flatnonzero(chance.happens("begins", branches, FAULT_RATE))
        begins = began.first * DAY_SECONDS + chance.whole("second", struck, 0, began.days * DAY_SECONDS)
        days = chance.whole("days", struck, SHORTEST_DAYS, LONGEST_DAYS + 1)
        ends = begins + days * DAY_SECONDS + chance.whole("rest", struck, 0, DAY_SECONDS)
        strength = 0.4 + 0.6 * chance.uniform("strength", struck)
        runs = ends > month.first * DAY_SECONDS
        parts.append([values[runs] for values in (struck, begins, ends, strength)])
    return Faults(*(np.concatenate(values) for values in zip(*parts, strict=True)))
