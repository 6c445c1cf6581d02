"""What happens to places and not to one customer: network faults and competitors' offers."""

from dataclasses import dataclass

import numpy as np

from liuke.world.chance import Array, Chance
from liuke.world.faults import Faults, faults_of
from liuke.world.months import Month
from liuke.world.plans import DEALERS_PER_COUNTY
from liuke.world.population import Population
from liuke.world.rivals import RivalOffers, offers_of_rivals
from liuke.world.units import Tree

DISHONEST_DEALERS = 0.12  # of those that are not the operator's own halls


@dataclass(frozen=True)
class Troubles:
    """How bad the network is in each branch and how strong competitors push in each county: 0 to 1.

    pushing: whose offer is the strongest in each county; -1 where nobody makes any.
    """

    faults: Faults
    network: Array
    offers: RivalOffers
    push: Array
    pushing: Array

    def heard_by(self, pop: Population, tree: Tree) -> Array:
        """The strength of the offers that come to each customer's ears."""
        return np.where(pop.hears_offers, self.push[tree.county_of(pop.branch)], 0.0)

    def heard_from(self, pop: Population, tree: Tree) -> Array:
        """Whose offer comes to each customer's ears; -1: nobody's."""
        return np.where(pop.hears_offers, self.pushing[tree.county_of(pop.branch)], -1)


def troubles_of(tree: Tree, month: Month, *, seed: int) -> Troubles:
    """All that runs in a month."""
    faults = faults_of(tree, month, seed=seed)
    offers = offers_of_rivals(tree, month, seed=seed)
    push, pushing = offers.strongest(tree.counties)
    return Troubles(faults, faults.strength_in(tree.branches, month), offers, push, pushing)


def dishonest_dealers(tree: Tree, *, seed: int) -> Array:
    """Dealers who sign up people that leave once the commission is safe."""
    dealers = np.arange(tree.dealers)
    own_halls = dealers % DEALERS_PER_COUNTY == 0
    return Chance(seed, "dealer").happens("dishonest", dealers, DISHONEST_DEALERS) & ~own_halls
