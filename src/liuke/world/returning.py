"""Leavers who come back as new customers under a new number, and newcomers who only look like them.

Who joins, when and how they live is settled elsewhere and stays as it is. Here some of those who join
turn out to be somebody who left in the last two months; it shows in what they bring along, never in
how they live.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from liuke.world.chance import Array, Chance
from liuke.world.kinds import CLOSED_INVOLUNTARY, CLOSED_VOLUNTARY, SILENT
from liuke.world.months import Month, month_numbers
from liuke.world.population import Population
from liuke.world.units import Tree

# Shares of those who left that come back, as far as somebody of their county joins in time.
RETURN_VOLUNTARY, RETURN_INVOLUNTARY, RETURN_SILENT = 0.26, 0.18, 0.22
RETURN_LATE = 0.25  # of them in the second month after leaving, the others in the first
# What they bring along, each by a draw of its own.
KEEPS: Mapping[str, float] = MappingProxyType(
    {"device": 0.45, "identity": 0.65, "address": 0.60, "payer": 0.50}
)
CONTACTS_KEPT_LEAST, CONTACTS_KEPT_MOST = 0.3, 0.8
# Newcomers who are somebody else: family of a leaver, or buyers of a leaver's device.
RELATIVES, RELATIVES_CONTACTS, SECOND_HAND = 0.03, 0.2, 0.04


def recognise_returns(pop: Population, joining: Population, month: Month, tree: Tree, *, seed: int) -> None:
    """Settle who of those who join in a month has been here before; changes `joining` in place.

    Nobody comes back twice. One who finds nobody of the own county to be moves elsewhere.
    """
    joining.device = month.number * 10**8 + joining.place
    chance = Chance(seed, "return")
    gone, comes_back = _recent_leavers(pop, month, chance)
    free = _Free(tree.county_of(joining.branch))
    for place in gone[comes_back]:
        county = int(tree.county_of(pop.branch[place]))
        row = free.take(county, or_any=True)
        if row is not None:
            joining.person[row] = place
    others = gone[~comes_back]
    for place in others[chance.happens("relative joins", others, _relative_rate(others, joining))]:
        row = free.take(int(tree.county_of(pop.branch[place])), or_any=False)
        if row is not None:
            joining.kin[row] = place
    _hand_on_devices(pop, joining, gone, free, chance)


def keeps(pop: Population, rows: Array, what: str, *, seed: int) -> Array:
    """Whether rows of the population have something of the person that they were before."""
    place, person = pop.place[rows], pop.person[rows]
    return (place != person) & Chance(seed, "return").happens(f"keeps {what}", place, KEEPS[what])


def contacts_kept(place: Array, is_back: Array, is_kin: Array, *, seed: int) -> Array:
    """The share of the former (or a relative's) circle that each keeps; 0 for the others."""
    width = CONTACTS_KEPT_MOST - CONTACTS_KEPT_LEAST
    share = CONTACTS_KEPT_LEAST + width * Chance(seed, "return").uniform("contacts kept", place)
    return np.select([is_back, is_kin], [share, RELATIVES_CONTACTS], 0.0)


def _recent_leavers(pop: Population, month: Month, chance: Chance) -> tuple[Array, Array]:
    """Those who left one or two months ago, and which of them come back in this month."""
    silent = pop.mind == SILENT
    left_on = np.where(silent, pop.last_use_on, pop.left_on)
    age_months = month.number - month_numbers(left_on)
    closed = (pop.status == CLOSED_VOLUNTARY) | (pop.status == CLOSED_INVOLUNTARY)
    is_new_here = (pop.person == pop.place) & (pop.kin == pop.place)
    is_new_here[pop.person[pop.person != pop.place]] = False
    gone = np.flatnonzero((closed | silent) & is_new_here & (age_months >= 1) & (age_months <= 2))
    share = np.select(
        [silent[gone], pop.status[gone] == CLOSED_VOLUNTARY],
        [RETURN_SILENT, RETURN_VOLUNTARY],
        RETURN_INVOLUNTARY,
    )
    waits = 1 + chance.happens("waits", gone, RETURN_LATE)
    return gone, chance.happens("comes back", gone, share) & (waits == age_months[gone])


def _relative_rate(others: Array, joining: Population) -> float:
    return RELATIVES * len(joining) / max(len(others), 1)


def _hand_on_devices(
    pop: Population, joining: Population, gone: Array, free: "_Free", chance: Chance
) -> None:
    back = np.flatnonzero(joining.person != joining.place)
    held = keeps_device(joining.place[back], chance)
    joining.device[back[held]] = pop.device[joining.person[back[held]]]
    rows = free.rows
    rows = rows[chance.happens("second hand", joining.place[rows], SECOND_HAND)]
    if len(gone) and len(rows):
        sellers = gone[chance.whole("seller", joining.place[rows], 0, len(gone))]
        joining.device[rows] = pop.device[sellers]


def keeps_device(place: Array, chance: Chance) -> Array:
    return chance.happens("keeps device", place, KEEPS["device"])


class _Free:
    """Those who join and are nobody else yet, by county."""

    def __init__(self, counties: Array):
        self._rows: dict[int, list[int]] = {}
        for row in range(len(counties) - 1, -1, -1):
            self._rows.setdefault(int(counties[row]), []).append(row)

    def take(self, county: int, *, or_any: bool) -> int | None:
        if self._rows.get(county):
            return self._rows[county].pop()
        if or_any:
            fullest = max(self._rows, key=lambda each: (len(self._rows[each]), -each), default=None)
            if fullest is not None and self._rows[fullest]:
                return self._rows[fullest].pop()
        return None

    @property
    def rows(self) -> Array:
        return np.array(sorted(row for rows in self._rows.values() for row in rows), np.int64)
