"""The calendar month moves use, joining and leaving, and the year keeps its mean."""

from datetime import date

import numpy as np
import pytest

from liuke.world import seasons
from liuke.world.contacting import Contacts
from liuke.world.hazards import hazards_of
from liuke.world.kinds import CALM, OPEN
from liuke.world.life import live
from liuke.world.lived import MonthOfLife
from liuke.world.months import Month
from liuke.world.newcomers import newcomers
from liuke.world.pulls import Pulls
from tests.unit.world.populations import MARCH, SEED, TREE, customers

ROWS = ("VOICE", "TEXTS", "DATA", "JOINING", "LEAVING")
FEBRUARY, APRIL = Month(date(2026, 2, 1)), Month(date(2026, 4, 1))


@pytest.mark.parametrize("name", ROWS)
def test_each_row_has_twelve_months_and_the_mean_one(name):
    row = getattr(seasons, name)

    assert len(row) == 12
    assert np.mean(row) == pytest.approx(1.0)


def used_texts(month: Month) -> int:
    here = MonthOfLife(customers(2000, mind=CALM, status=OPEN), month, TREE, seed=SEED, months_lived=12)
    here.troubles.network[:] = 0.0
    lived = live(here, Contacts.none())
    whole = lived.use_to - lived.use_from == month.days
    return int(here.pop.used_texts[whole].sum()) / whole.sum()


def test_greetings_are_sent_at_spring_festival():
    factor = seasons.TEXTS[1] / seasons.TEXTS[3]

    assert used_texts(FEBRUARY) / used_texts(APRIL) == pytest.approx(factor, rel=0.08)


def test_students_join_in_september_and_few_at_the_festival():
    count = {
        month: len(newcomers(0, TREE, founded=100_000, seed=SEED, month=Month(date(2026, month, 1))))
        for month in (2, 9)
    }

    assert count[9] / count[2] == pytest.approx(seasons.JOINING[8] / seasons.JOINING[1], rel=0.22)


def test_people_leave_after_the_festival_rather_than_at_it():
    pop = customers(50, status=OPEN, mind=CALM)
    nothing = np.zeros(len(pop))
    pulls = Pulls(np.zeros((1, len(pop))), np.ones(len(pop)))
    leave = {month: hazards_of(pop, month, pulls, nothing).voluntary.mean() for month in (FEBRUARY, MARCH)}

    assert leave[MARCH] / leave[FEBRUARY] == pytest.approx(seasons.LEAVING[2] / seasons.LEAVING[1], rel=0.2)
