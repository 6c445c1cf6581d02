"""Customers who were moved one way and back."""

from datetime import date

import ibis
import pandas as pd
import pytest

from liuke.tier.flapping import measure_flapping

DAYS = [date(2026, month, 1) for month in range(1, 5)]
RANKS = {"A": 1, "B": 2, "C": 3}


def measure(until=DAYS[-1], window_days=365, **histories: str):
    """Customer -> a letter for each month; `.` is unrated, a blank that they were not there."""
    rows = [
        {"customer_id": name, "as_of": day, "tier": "unrated" if tier == "." else tier}
        for name, tiers in histories.items()
        for day, tier in zip(DAYS, tiers, strict=False)
        if tier != " "
    ]
    return measure_flapping(
        ibis.memtable(pd.DataFrame(rows)), until=until, window_days=window_days, ranks=RANKS
    )


@pytest.mark.parametrize(
    "history, flapped",
    [
        ("ABAA", 1),
        ("BABB", 1),
        ("AABB", 0),
        ("ABCC", 0),  # one way only
        ("AAAA", 0),
        ("A.BA", 1),  # days without a tier are passed over
        ("CBCA", 1),
    ],
)
def test_one_way_and_back(history, flapped):
    found = measure(ann=history)

    assert (found.customers, found.flapped) == (1, flapped)


def test_two_days_cannot_show_it():
    found = measure(ann="  AB", bob="A..B")

    assert found.customers == 0
    assert found.rate is None


def test_only_days_of_the_window_count():
    assert measure(ann="ABAA", window_days=365).flapped == 1
    assert measure(ann="ABAA", until=date(2026, 4, 1), window_days=60).days == 3  # 1 February
    assert measure(ann="ABAA", until=date(2026, 4, 1), window_days=59).customers == 0


def test_the_rate_has_an_interval():
    found = measure(**{f"c{at}": "ABAA" if at < 2 else "AAAA" for at in range(10)})

    assert found.rate == 0.2
    assert found.low == pytest.approx(0.0567, abs=1e-4)
    assert found.high == pytest.approx(0.5098, abs=1e-4)
