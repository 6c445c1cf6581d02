"""Who talks with whom: each subscriber's circle of numbers and the calls of a month, summed by number.

A circle has sixteen places: friends who are customers too, private numbers of other networks that few
people know, shops and couriers of the county, and hotlines that everybody knows. It stays the same
as long as a person lives; those who come back under a new number keep a part of it.
"""

import numpy as np
import pyarrow as pa

from liuke.world.chance import Array, Chance
from liuke.world.ledger import KNOWN, PHONE_PREFIX, PHONE_STEP, PHONES, customer_ids
from liuke.world.lived import MonthOfLife
from liuke.world.months import DAY_SECONDS
from liuke.world.population import Population
from liuke.world.returning import contacts_kept
from liuke.world.texts import instants, numbered
from liuke.world.units import Tree

FRIEND, PRIVATE, LOCAL, PUBLIC, STRAY = range(5)
# What stands in each place of a circle, and how likely it is called in a month of usual use.
PLACES = np.array([FRIEND] * 4 + [PRIVATE] * 5 + [LOCAL] * 4 + [PUBLIC] * 3)
LIKELY = np.array([0.7, 0.5, 0.4, 0.3, 0.7, 0.5, 0.4, 0.3, 0.2, 0.25, 0.2, 0.1, 0.1, 0.15, 0.1, 0.05])
STRAYS = 0.4  # a wrong number or a stranger, in a month
FRIENDS_AROUND = 30  # friends joined at about the same time
COMMUNITY = 40  # people who share private numbers
NUMBERS_OF_COMMUNITY, NUMBERS_OF_COUNTY, NUMBERS_OF_ALL = 120, 150, 40
MOST_TIMES = 6.0
LEAST_TIMES = 4  # calls in a month from which on a very large operator keeps a number
PREFIXES = (PHONE_PREFIX, "142", "143", "99", "141")  # none of them was ever given to an operator
WIDTHS = (8, 8, 8, 3, 8)
KIND = 10**12  # numbers of one kind are counted below this
ACTIVE_LEAST = 0.35
BATCH_SECONDS = 1800  # the month's calls are summed half an hour before it ends


def circle_rows(here: MonthOfLife, *, founded: int, least: int = 1) -> pa.Table:
    """How often each subscriber in use spoke with each number in the month.

    founded: first customers of the company. least: calls below which a number is not kept.
    """
    pop, month = here.pop, here.month
    rows = np.flatnonzero(pop.used_minutes > 0)
    numbers, times = _calls(here, rows, founded=founded)
    rows, numbers, times = _summed(rows, numbers, np.where(times >= least, times, 0))
    first = np.full(len(rows), month.first * DAY_SECONDS)
    return pa.table(
        {
            "客户编号": customer_ids(pop, rows),
            "对端号码": number_texts(numbers),
            "月份": instants(first),
            "通话次数": pa.array(times.astype(np.int32)),
            KNOWN: instants(np.full(len(rows), month.next.first * DAY_SECONDS - BATCH_SECONDS)),
        }
    )


def circles_of(pop: Population, rows: Array, tree: Tree, *, founded: int, seed: int) -> Array:
    """The number in every place of each circle, rows by places, as codes."""
    place, person, kin = pop.place[rows], pop.person[rows], pop.kin[rows]
    kept = contacts_kept(place, person != place, kin != place, seed=seed)
    former = np.where(person != place, person, kin)
    now = _present_place(pop)
    chance = Chance(seed, "circle")
    columns = []
    for slot, kind in enumerate(PLACES):
        keeps = Chance(seed, "return").uniform(f"keeps contact {slot}", place) < kept
        owner = np.where(keeps, former, place)
        draw = chance.uniform(f"place {slot}", owner)
        columns.append(_number(kind, draw, owner, pop, now, chance, tree, founded))
    return np.column_stack(columns)


def number_texts(codes: Array) -> pa.Array:
    """Codes as telephone numbers."""
    unique, back = np.unique(codes, return_inverse=True)
    texts = [
        numbered(PREFIXES[kind], unique[unique // KIND == kind] % KIND, WIDTHS[kind])
        for kind in range(len(PREFIXES))
    ]
    return pa.concat_arrays(texts).take(pa.array(back))


def _number(
    kind: int,
    draw: Array,
    owner: Array,
    pop: Population,
    now: Array,
    chance: Chance,
    tree: Tree,
    founded: int,
) -> Array:
    branch = pop.branch[owner]
    if kind == FRIEND:
        step = 1 + np.floor(draw * 2 * FRIENDS_AROUND).astype(np.int64)
        friend = np.abs(owner + step - FRIENDS_AROUND - (step <= FRIENDS_AROUND))
        known = friend < len(now)
        friend = np.where(known, now[np.minimum(friend, len(now) - 1)], friend)
        return friend * PHONE_STEP % PHONES
    if kind == PRIVATE:
        communities = max(founded // (tree.branches * COMMUNITY), 1)
        community = branch * communities + chance.whole("community", owner, 0, communities)
        return kind * KIND + community * NUMBERS_OF_COMMUNITY + _skewed(draw, NUMBERS_OF_COMMUNITY, 1.5)
    if kind == LOCAL:
        return (
            kind * KIND + tree.county_of(branch) * NUMBERS_OF_COUNTY + _skewed(draw, NUMBERS_OF_COUNTY, 2.5)
        )
    return kind * KIND + _skewed(draw, NUMBERS_OF_ALL, 2.0)


def _skewed(draw: Array, count: int, power: float) -> Array:
    """One of so many numbers, the first ones much more often."""
    return np.floor(count * draw**power).astype(np.int64)


def _present_place(pop: Population) -> Array:
    """Under which customer's number each person is called now."""
    now = pop.place.copy()
    back = np.flatnonzero(pop.person != pop.place)
    now[pop.person[back]] = pop.place[back]
    return now


def _calls(here: MonthOfLife, rows: Array, *, founded: int) -> tuple[Array, Array]:
    """Numbers and times, rows by places; times 0 where nobody called."""
    pop, place = here.pop, here.pop.place[rows]
    circles = circles_of(pop, rows, here.tree, founded=founded, seed=here.seed)
    activity = np.clip(ACTIVE_LEAST + (1 - ACTIVE_LEAST) * pop.use[rows], 0.0, 1.0)
    stray = STRAY * KIND + here.chance.whole("stray number", place, 0, PHONES)
    times = [_times(here.chance.uniform("stray", place), np.full(len(rows), STRAYS / 3))]
    for slot, likely in enumerate(LIKELY):
        times.append(_times(here.chance.uniform(f"circle {slot}", place), likely * activity))
    return np.column_stack([stray, circles]), np.column_stack(times)


def _times(draw: Array, likely: Array) -> Array:
    left = (likely - draw) / likely
    return np.where(draw < likely, 1 + np.floor(MOST_TIMES * left), 0).astype(np.int64)


def _summed(rows: Array, numbers: Array, times: Array) -> tuple[Array, Array, Array]:
    """One line for each subscriber and number called."""
    at, slot = np.nonzero(times)
    codes, calls = numbers[at, slot], times[at, slot]
    order = np.lexsort((codes, at))
    at, codes, calls = at[order], codes[order], calls[order]
    begins = np.flatnonzero(np.r_[True, (np.diff(at) != 0) | (np.diff(codes) != 0)][: len(at)])
    summed = np.add.reduceat(calls, begins) if len(begins) else calls
    return rows[at[begins]], codes[begins], summed
