"""A window sees [start, as_of), and only what was known by then."""

import pytest

from tests.spec.view.viewing import measured, seen
from tests.tables import company

CALLS = company(
    customers="""
        customer_id
        ann
        bob
        cid
        dee
    """,
    events="""
        customer_id | kind  | happened_at         | known_at            | quantity
        ann         | voice | 2026-03-01 00:00    | 2026-03-01          |      100
        ann         | voice | 2026-03-30 23:59:59 | 2026-03-30 23:59:59 |       50
        bob         | voice | 2026-03-31 00:00    | 2026-03-31          |       70
        cid         | voice | 2026-03-30 12:00    | 2026-03-31 00:00    |       90
        dee         | voice | 2026-03-31 09:00    | 2026-03-15          |       60
    """,
)


@pytest.mark.parametrize(
    "days, expected",
    [
        (1, 50),  # not cid, whose call of the 30th reached us on the 31st
        (29, 50),
        (30, 150),  # the first instant of 1 March is seen
    ],
)
def test_days_as_of_31_march(days, expected):
    minutes = measured("events", "sum", of="quantity", days=days)

    found = seen(CALLS, minutes, as_of="2026-03-31")

    assert found == {"ann": expected, "bob": None, "cid": None, "dee": None}


def test_a_day_later_the_late_and_the_booked_are_seen():
    minutes = measured("events", "sum", of="quantity", days=2)

    found = seen(CALLS, minutes, as_of="2026-04-01")

    assert found == {"ann": 50, "bob": 70, "cid": 90, "dee": 60}


BILLS = company(
    customers="customer_id\nann",
    bills="""
        customer_id | happened_at         | period_start | period_end | billed_fen
        ann         | 2023-11-30 23:59:59 | 2023-11-01   | 2023-12-01 |          1
        ann         | 2023-12-01          | 2023-11-01   | 2023-12-01 |         10
        ann         | 2023-12-31 23:59:59 | 2023-12-01   | 2024-01-01 |        100
        ann         | 2024-01-01          | 2023-12-01   | 2024-01-01 |       1000
        ann         | 2024-01-31 23:59:59 | 2024-01-01   | 2024-02-01 |      10000
        ann         | 2024-02-29 12:00    | 2024-02-01   | 2024-03-01 |     100000
        ann         | 2024-03-01          | 2024-02-01   | 2024-03-01 |    1000000
    """,
)


@pytest.mark.parametrize(
    "as_of, months, skip, expected",
    [
        ("2024-03-01", 1, 0, 100000),  # February has a 29th, and 1 March is not in it
        ("2024-02-29", 1, 0, 11000),  # February is not over on its last day: January is the last month
        ("2024-02-01", 1, 0, 11000),
        ("2024-03-15", 1, 0, 100000),  # the running month is seen when it is over
        ("2024-03-01", 3, 0, 111110),
        ("2024-03-01", 1, 1, 11000),
        ("2024-03-01", 2, 1, 11110),
        ("2024-01-01", 1, 0, 110),  # across the year's end
    ],
)
def test_full_calendar_months_before_the_day(as_of, months, skip, expected):
    billed = measured("bills", "sum", of="billed_fen", months=months, skip=skip)

    assert seen(BILLS, billed, as_of=as_of) == {"ann": expected}


def test_without_a_window_everything_before_the_day_is_seen():
    billed = measured("bills", "sum", of="billed_fen")

    assert seen(BILLS, billed, as_of="2024-03-01") == {"ann": 111111}


def test_thirty_days_and_a_month_differ():
    assert seen(BILLS, measured("bills", "count", days=29), as_of="2024-03-01") == {"ann": 2 - 1}
    assert seen(BILLS, measured("bills", "count", days=30), as_of="2024-03-01") == {"ann": 2}
