"""What the operator writes down of somebody: whose name, identity number, address and purse it is."""

import numpy as np
import pyarrow as pa

from liuke.world.chance import Array, Chance
from liuke.world.population import Population
from liuke.world.returning import keeps
from liuke.world.texts import numbered
from liuke.world.units import Tree

PAYS_CASH = 0.2
ONE_PURSE = 0.25  # of homes: one of them pays for all
# Area codes from 990000 on were never given to any place.
AREA, AREAS, AREA_STEP = 990_000, 10_000, 7_919
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])  # GB 11643
_CHECKS = np.array(list("10X98765432"))


def identity_of(pop: Population, rows: Array, *, seed: int) -> Array:
    """Whose name, sex, birth and identity number stand in the register: a place.

    Some of those who come back do so under a relative's name; that relative is drawn for their place.
    """
    return np.where(keeps(pop, rows, "identity", seed=seed), pop.person[rows], pop.place[rows])


def family_of(pop: Population, rows: Array) -> Array:
    """Whose surname: those who come back stay in their family, whoever's name they use."""
    return pop.home[pop.person[rows]]


def address_of(pop: Population, rows: Array, tree: Tree, *, seed: int) -> Array:
    """Whose address is given, a place; one's own after moving home, and in another county."""
    former = np.where(keeps(pop, rows, "address", seed=seed), pop.person[rows], pop.kin[rows])
    same_county = tree.county_of(pop.branch[former]) == tree.county_of(pop.branch[rows])
    return np.where(same_county & (pop.moves[rows] == 0), former, pop.place[rows])


def payer_accounts(pop: Population, rows: Array, *, seed: int) -> pa.Array:
    """The account that a payment came from; missing for those who pay cash."""
    place = pop.place[rows]
    former = np.where(keeps(pop, rows, "payer", seed=seed), pop.person[rows], pop.kin[rows])
    chance = Chance(seed, "payer")
    home = pop.home[former]
    payer = np.where(chance.happens("one purse", home, ONE_PURSE), home, former)
    cash = chance.happens("cash", payer, PAYS_CASH) | chance.happens("cash now", place, 0.02)
    texts = numbered("F", payer + 1, 8)
    return pa.compute.if_else(pa.array(cash), pa.scalar(None, pa.string()), texts)


def identity_numbers(place: Array, birth_on: Array, is_male: Array, *, seed: int) -> pa.Array:
    """Numbers with the shape and check digit of resident identity numbers, of places that do not exist."""
    born = birth_on.astype("datetime64[D]")
    years = born.astype("datetime64[Y]")
    months = born.astype("datetime64[M]")
    year = years.astype(np.int64) + 1970
    month = (months - years).astype(np.int64) + 1
    day = (born - months).astype(np.int64) + 1
    order = 2 * Chance(seed, "identity").whole("order", place, 0, 500) + is_male
    head = (AREA + (place * AREA_STEP) % AREAS) * 10**11 + (year * 10_000 + month * 100 + day) * 1000 + order
    digits = (head[:, None] // 10 ** np.arange(16, -1, -1)) % 10
    check = _CHECKS[(digits @ _WEIGHTS) % 11]
    return pa.compute.binary_join_element_wise(
        pa.array(head).cast(pa.string()), pa.array(check.astype(object), pa.string()), ""
    )
