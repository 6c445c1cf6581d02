"""Competitors, invented: their offers in counties and regions, and who carries a number over to them."""

from dataclasses import dataclass

import numpy as np

from liuke.world.chance import Array, Chance
from liuke.world.kinds import HOLLOW, OPEN
from liuke.world.months import DAY_SECONDS, Month
from liuke.world.names import Place
from liuke.world.population import NEVER, Population
from liuke.world.units import Tree

COMPETITORS = (
    Place("汐岸移动", "Tideshore Mobile"),
    Place("榕桥电信", "Banyan Bridge Telecom"),
    Place("翎羽通信", "Plume Communications"),
)
COMPETITOR_NAMES = tuple(rival.zh for rival in COMPETITORS)
LIKED = np.array([0.5, 0.3, 0.2])  # which of them is chosen where none makes an offer
COUNTY_OFFER = 0.018  # a competitor begins an offer in a county in a month
REGION_OFFER = 0.008  # or in all counties of a region
OFFER_MONTHS = 4  # an offer lasts one to so many months
HEARS_OFFERS = 0.6  # of customers: offers of competitors come to their ears
TAKES_OFFER = 0.8  # of those who hear of an offer and carry their number over: to the one who makes it
# The share of those leaving on their own that carry the number over, where the rules let them.
CARRY_USUAL, CARRY_PULLED = 0.20, 0.55
CARRY_AFTER_DAYS = 120  # in the network; also no bill unpaid and no contract running


@dataclass(frozen=True)
class RivalOffers:
    """Offers running in a month: competitor, county, months [begins, ends), strength 0.4 to 1."""

    competitors: Array
    counties: Array
    begins: Array
    ends: Array
    strength: Array

    def strongest(self, counties: int) -> tuple[Array, Array]:
        """For each county the greatest strength (0: no offer), and whose offer that is (-1: nobody's)."""
        strength, whose = np.zeros(counties), np.full(counties, -1)
        for row in np.argsort(self.strength, kind="stable"):
            strength[self.counties[row]] = self.strength[row]
            whose[self.counties[row]] = self.competitors[row]
        return strength, whose


def offers_of_rivals(tree: Tree, month: Month, *, seed: int) -> RivalOffers:
    """Each competitor's offers in a county or a whole region; both begin by chance and end by themselves."""
    areas = len(COMPETITORS) * np.array([tree.counties, tree.regions])
    rate = np.repeat([COUNTY_OFFER, REGION_OFFER], areas)
    index = np.arange(len(rate))
    found = []
    for age in range(OFFER_MONTHS):
        chance = Chance(seed, "rivals", month.later(-age).label)
        lasts = chance.whole("length", index, 1, OFFER_MONTHS + 1)
        strength = 0.4 + 0.6 * chance.uniform("strength", index)
        for row in np.flatnonzero(chance.happens("begins", index, rate) & (lasts > age)):
            begins = month.number - age
            for county in _counties_of(int(row), tree):
                whose = row % len(COMPETITORS)
                found.append((whose, county, begins, begins + lasts[row], strength[row]))
    columns = np.array(found, np.float64).reshape(-1, 5).T
    whose_offer, where, begins_in, ends_in = columns[:4].astype(np.int64)
    return RivalOffers(whose_offer, where, begins_in, ends_in, columns[4])


def _counties_of(row: int, tree: Tree) -> range:
    """Areas are numbered area by area: first every county, then every region."""
    area = row // len(COMPETITORS)
    if area < tree.counties:
        return range(area, area + 1)
    first = (area - tree.counties) * tree.counties_each
    return range(first, first + tree.counties_each)


def carrying_share(pop: Population, month: Month, heard: Array) -> Array:
    """Of each customer's hazard to leave on their own, the part that takes the number to a competitor.

    heard: strength of the offers that come to the customer's ears. Nought for those whom the rules of
    number portability forbid it: newcomers, debtors, and those bound by a contract.
    """
    settled = month.first - pop.opened_second // DAY_SECONDS >= CARRY_AFTER_DAYS
    free = (pop.contract_end_on == NEVER) | (pop.contract_end_on <= month.first)
    may = settled & free & (pop.unpaid == 0) & (pop.status == OPEN) & (pop.signed != HOLLOW)
    return np.where(may, CARRY_USUAL + CARRY_PULLED * heard, 0.0)


def chosen_competitors(chance: Chance, pop: Population, rows: Array, whose: Array) -> Array:
    """To whom those rows go. whose: the competitor whose offer each customer of `pop` hears of; -1: none."""
    identity = pop.identity[rows]
    liked = chance.pick("competitor", identity, LIKED)
    takes = (whose[rows] >= 0) & chance.happens("takes the offer", identity, TAKES_OFFER)
    return np.where(takes, whose[rows], liked)
