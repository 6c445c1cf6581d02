"""Use is split over calls so that sums hold and nobody who uses the account looks silent."""

import numpy as np
import pytest

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


@pytest.mark.parametrize("is_summed", [False, True])
def test_events_of_a_customer_and_kind_sum_to_the_months_use(is_summed):
    here, lived = lived_march()
    usage = usage_of(here, lived, is_summed=is_summed)

    for kind, total in (
        (VOICE, here.pop.used_minutes),
        (TEXT, here.pop.used_texts),
        (DATA, here.pop.used_mb),
    ):
        mine = usage.kinds == kind
        summed = np.bincount(usage.rows[mine], usage.quantities[mine], minlength=len(here.pop))
        assert summed.tolist() == total.tolist()
    assert (usage.quantities >= 1).all()


@pytest.mark.parametrize("is_summed", [False, True])
def test_those_who_use_the_account_call_early_and_late_in_the_month(is_summed):
    here, lived = lived_march(mind=CALM, status=OPEN)
    usage = usage_of(here, lived, is_summed=is_summed)
    whole_month = np.flatnonzero((lived.use_from == MARCH.first) & (lived.use_to == MARCH.next.first))

    day = usage.seconds // DAY_SECONDS - MARCH.first
    for row in whole_month:
        calls = day[(usage.rows == row) & (usage.kinds == VOICE)]
        assert calls.min() < 12
        assert calls.max() >= 31 - 12


def test_a_very_large_operator_keeps_about_half_of_the_events():
    here, lived = lived_march(mind=CALM, status=OPEN)
    single, summed = (len(usage_of(here, lived, is_summed=flag).rows) for flag in (False, True))

    assert 3.5 < summed / len(here.pop) < 4.5
    assert single > 1.5 * summed


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
