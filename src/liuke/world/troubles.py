"""What happens to places and not to one customer: network trouble and competitors' pushes."""

from dataclasses import dataclass

import numpy as np

from liuke.world.chance import Array, Chance
from liuke.world.months import Month
from liuke.world.units import Tree

TROUBLE_RATE = 0.045  # a branch's network gets into trouble in a month
PUSH_RATE = 0.07  # a competitor begins a push in a county in a month
LONGEST_MONTHS = 3
DISHONEST_DEALERS = 0.12  # of those that are not the operator's own halls


@dataclass(frozen=True)
class Troubles:
    """How bad the network is in each branch and how strong the competitors' push in each county: 0 to 1."""

    network: Array
    push: Array


def troubles_of(tree: Tree, month: Month, *, seed: int) -> Troubles:
    """Trouble begins in some month, lasts one to three months and then ends."""
    return Troubles(
        network=_running("network", tree.branches, TROUBLE_RATE, month, seed=seed),
        push=_running("push", tree.counties, PUSH_RATE, month, seed=seed),
    )


def dishonest_dealers(tree: Tree, *, seed: int) -> Array:
    """Dealers who sign up people that leave once the commission is safe."""
    dealers = np.arange(tree.dealers)
    own_halls = dealers % (tree.dealers // tree.counties) == 0
    return Chance(seed, "dealer").happens("dishonest", dealers, DISHONEST_DEALERS) & ~own_halls


def _running(purpose: str, count: int, rate: float, month: Month, *, seed: int) -> Array:
    index = np.arange(count)
    worst = np.zeros(count)
    for age in range(LONGEST_MONTHS):
        chance = Chance(seed, "trouble", month.later(-age).label)
        begins = chance.happens(purpose, index, rate)
        lasts = chance.whole(purpose + ".length", index, 1, LONGEST_MONTHS + 1) > age
        strength = 0.4 + 0.6 * chance.uniform(purpose + ".strength", index)
        worst = np.maximum(worst, np.where(begins & lasts, strength, 0.0))
    return worst
