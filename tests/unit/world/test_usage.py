"""Use is split over calls so that sums hold and nobody who uses the account looks silent."""

import numpy as np

from liuke.world.contacting import Contacts
from liuke.world.kinds import CALM, OPEN, SILENT
from liuke.world.life import live
from liuke.world.lived import MonthOfLife
from liuke.world.months import DAY_SECONDS
from liuke.world.usage import DATA, TEXT, VOICE, usage_of
from tests.unit.world.populations import MARCH, SEED, TREE, customers


def lived_march(**columns: object):
    here = MonthOfLife(customers(300, **columns), MARCH, TREE, seed=SEED, months_lived=12)
    return here, live(here, Contacts.none())


def test_events_of_a_customer_and_kind_sum_to_the_months_use():
    here, lived = lived_march()
    usage = usage_of(here, lived)

    for kind, total in (
        (VOICE, here.pop.used_minutes),
        (TEXT, here.pop.used_texts),
        (DATA, here.pop.used_mb),
    ):
        mine = usage.kinds == kind
        summed = np.bincount(usage.rows[mine], usage.quantities[mine], minlength=len(here.pop))
        assert summed.tolist() == total.tolist()
    assert (usage.quantities >= 1).all()


def test_those_who_use_the_account_call_early_and_late_in_the_month():
    here, lived = lived_march(mind=CALM, status=OPEN)
    usage = usage_of(here, lived)
    whole_month = np.flatnonzero((lived.use_from == MARCH.first) & (lived.use_to == MARCH.next.first))

    day = usage.seconds // DAY_SECONDS - MARCH.first
    for row in whole_month:
        calls = day[(usage.rows == row) & (usage.kinds == VOICE)]
        assert calls.min() < 12
        assert calls.max() >= 31 - 12


def test_the_silent_use_nothing():
    here, lived = lived_march(mind=SILENT, last_use_on=MARCH.first - 10)  # sixty days end in April

    assert len(usage_of(here, lived).rows) == 0
    assert here.pop.used_minutes.sum() == 0


def test_events_lie_in_the_month():
    here, lived = lived_march()
    seconds = usage_of(here, lived).seconds

    assert seconds.min() >= MARCH.first * DAY_SECONDS
    assert seconds.max() < MARCH.next.first * DAY_SECONDS
    assert (np.diff(seconds) >= 0).all()
