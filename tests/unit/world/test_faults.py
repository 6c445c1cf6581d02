"""A fault has a branch, a beginning and an end; a month feels it by the share it takes."""

from datetime import date

import numpy as np
import pytest

from liuke.world.contacting import Contacts
from liuke.world.faults import LONGEST_DAYS, SHORTEST_DAYS, USE_LOST, Faults, faults_of
from liuke.world.kinds import CALM, OPEN
from liuke.world.life import live
from liuke.world.lived import MonthOfLife
from liuke.world.months import DAY_SECONDS, Month
from liuke.world.units import tree_for
from tests.unit.world.populations import MARCH, SEED, TREE, customers

LARGE = tree_for(100_000)
FIRST = MARCH.first * DAY_SECONDS
DAY = DAY_SECONDS


def fault(begins: int, ends: int, strength: float = 1.0, branch: int = 1) -> Faults:
    return Faults(np.array([branch]), np.array([begins]), np.array([ends]), np.array([strength]))


@pytest.mark.parametrize(
    "begins, ends, share",
    [
        (FIRST, FIRST + 31 * DAY, 1.0),
        (FIRST - 40 * DAY, FIRST + 90 * DAY, 1.0),
        (FIRST + 10 * DAY, FIRST + 41 * DAY, 21 / 31),
        (FIRST - DAY, FIRST + DAY, 1 / 31),
    ],
)
def test_a_month_feels_a_fault_by_the_share_it_takes(begins, ends, share):
    felt = fault(begins, ends, 0.5).strength_in(3, MARCH)

    assert felt == pytest.approx([0, 0.5 * share, 0])


def test_a_fault_is_the_same_in_every_month_that_it_runs():
    months = [Month(date(2026, 1, 1)).later(age) for age in range(12)]
    seen = {}
    for month in months:
        faults = faults_of(LARGE, month, seed=SEED)
        for begins, ends in zip(faults.begins, faults.ends, strict=True):
            assert ends > month.first * DAY
            assert begins < month.next.first * DAY
            assert SHORTEST_DAYS <= (ends - begins) / DAY < LONGEST_DAYS + 1
        seen[month.number] = set(
            zip(faults.branches, faults.begins, faults.ends, faults.strength, strict=True)
        )
    for number, faults in seen.items():
        lasting = {
            each for each in faults if each[2] > Month(date(2026, 1, 1)).later(number - 671).first * DAY
        }
        assert lasting <= seen.get(number + 1, lasting)
    assert sum(map(len, seen.values())) > 50


def test_a_fault_costs_use():
    here = MonthOfLife(customers(300, mind=CALM, status=OPEN), MARCH, TREE, seed=SEED, months_lived=12)
    there = MonthOfLife(customers(300, mind=CALM, status=OPEN), MARCH, TREE, seed=SEED, months_lived=12)
    here.troubles.network[:] = 0.0
    there.troubles.network[:] = 1.0
    live(here, Contacts.none())
    live(there, Contacts.none())

    used = there.pop.used_mb.sum() / here.pop.used_mb.sum()
    assert used == pytest.approx(1 - USE_LOST, abs=0.03)
    assert there.pop.network_grievance.sum() > here.pop.network_grievance.sum()
