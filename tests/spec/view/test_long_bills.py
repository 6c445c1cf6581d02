"""A bill for many months reaches over a window's edge: what belongs to the window is then unknown."""

import pytest

from tests.spec.view.viewing import measured, seen
from tests.tables import company

COMPANY = company(
    customers="customer_id\nann\nbob\ncid",
    bills="""
        customer_id | period_start | period_end | billed_fen | happened_at
        ann         | 2025-11-01   | 2026-03-01 |       4000 | 2026-02-28
        ann         | 2026-03-01   | 2026-04-01 |       1200 | 2026-03-31
        bob         | 2026-02-01   | 2026-03-01 |        900 | 2026-03-01
        bob         | 2026-03-01   | 2026-04-01 |        800 | 2026-03-31
    """,
)


@pytest.mark.parametrize(
    "measure, months, skip, ann, bob",
    [
        ("sum", 1, 0, 1200, 1700),  # monthly bills belong to the window they are issued in
        ("sum", 3, 0, None, 1700),
        ("sum", 5, 0, 5200, 1700),  # November to March: the long bill lies in it whole
        ("sum", 4, 0, None, 1700),  # it begins a month before
        ("sum", 1, 1, None, 0),  # February is a part of it
        ("sum", 2, 5, 0, 0),  # September and October are not
        ("max", 5, 0, None, 900),  # four months are not one bill of a month
        ("mean", 5, 0, None, 850.0),
        ("slope", 2, 0, None, 1700.0),
    ],
)
def test_windows_over_a_bill_for_four_months(measure, months, skip, ann, bob):
    billed = measured("bills", measure, of="billed_fen", months=months, skip=skip, missing="unknown")
    zeroed = billed.model_copy(update={"missing": "zero"})

    found = seen(COMPANY, billed if measure != "sum" else zeroed, as_of="2026-04-01")

    assert found == {"ann": ann, "bob": bob, "cid": 0 if measure == "sum" else None}


def test_counts_and_everything_so_far_are_not_in_doubt():
    assert seen(COMPANY, measured("bills", "count", months=3), as_of="2026-04-01")["ann"] == 2
    assert seen(COMPANY, measured("bills", "sum", of="billed_fen"), as_of="2026-04-01")["ann"] == 5200


def test_the_latest_monthly_bill():
    monthly = measured("bills", "latest", of="billed_fen", where={"period_days": {"at_most": 31}})

    assert seen(COMPANY, monthly, as_of="2026-04-01") == {"ann": 1200, "bob": 800, "cid": None}
    assert seen(COMPANY, monthly, as_of="2026-03-31") == {"ann": None, "bob": 900, "cid": None}
