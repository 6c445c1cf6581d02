"""Every figure goes by the unit, plan and bands that a customer had then, not by those of today."""

from datetime import date

import pandas as pd
import pytest

from tests.spec.predict.reporting import stand
from tests.tables import company

CUSTOMERS = """
    customer_id | unit_id | known_at
    ann         | B1      | 2025-01-01
    ann         | B2      | 2026-02-15 10:00
    bob         | B1      | 2026-03-20
    cai         |         | 2025-01-01
"""
ACCOUNTS = """
    customer_id | account_id | plan  | brand | dealer_id | opened_at        | known_at
    ann         | a1         | basic | one   | D1        | 2025-02-02       | 2025-02-02
    ann         | a1         | gold  | one   | D1        | 2025-02-02       | 2026-02-10
    ann         | a2         | extra | two   |           | 2026-02-20       | 2026-02-20
    bob         | b1         | basic | one   |           | 2025-03-01 09:00 | 2026-03-20
"""
STATUSES = """
    customer_id | account_id | happened_at      | status
    ann         | a1         | 2026-03-31 12:00 | closed_voluntary
    ann         | a2         | 2026-03-31 12:00 | closed_voluntary
"""
BILLS = """
    customer_id | bill_id | period_start | period_end | billed_fen | happened_at
    ann         | 1       | 2025-11-01   | 2025-12-01 | 9900       | 2025-12-01
    ann         | 2       | 2025-12-01   | 2026-01-01 | 3000       | 2026-01-01
    ann         | 3       | 2026-01-01   | 2026-02-01 | 4998       | 2026-02-01
    ann         | 4       | 2026-02-01   | 2026-03-01 | 4002       | 2026-03-01
    bob         | 5       | 2026-02-10   | 2026-03-01 | 9000       | 2026-03-01
"""


@pytest.fixture(scope="module")
def rows():
    tables = company(customers=CUSTOMERS, accounts=ACCOUNTS, statuses=STATUSES, bills=BILLS)
    found = stand(tables, as_of=date(2026, 4, 1))
    return found.assign(month=found.month.astype(str).str[:7])


def row_of(rows, measure, customer, month):
    chosen = (rows.measure == measure) & (rows.customer_id == customer) & (rows.month == month)
    return rows[chosen].iloc[0]


@pytest.mark.parametrize(
    "measure, month, unit, plan, brand",
    [
        ("opening", "2026-01", "B1", "basic", "one"),
        ("opening", "2026-02", "B1", "basic", "one"),  # gold from the tenth on
        ("opening", "2026-03", "B2", "extra", "two"),  # of two accounts the one opened last
        ("lost", "2026-03", "B2", "extra", "two"),
    ],
)
def test_ann_stood_where_she_stood_then(rows, measure, month, unit, plan, brand):
    row = row_of(rows, measure, "ann", month)

    assert (row.unit_id, row.plan, row.brand) == (unit, plan, brand)


def test_before_the_first_thing_known_that_first_thing_stands(rows):
    assert row_of(rows, "opening", "bob", "2026-01").unit_id == "B1"


def test_what_is_not_known_is_a_member_of_its_own(rows):
    row = row_of(rows, "opening", "cai", "2026-03")

    assert (row.unit_id, row.plan, row.dealer_id, row.tenure, row.value_band) == ("", "", "", "", "")


@pytest.mark.parametrize(
    "customer, month, tenure",
    [
        ("ann", "2026-02", "under a year"),  # one day short of the anniversary
        ("ann", "2026-03", "a year"),
        ("bob", "2026-03", "a year"),  # on the very day
    ],
)
def test_a_year_is_reached_on_the_anniversary(rows, customer, month, tenure):
    assert row_of(rows, "opening", customer, month).tenure == tenure


@pytest.mark.parametrize(
    "month, value_fen, band",
    [
        ("2026-01", 3225, "high"),  # half of the mean of 99 and 30
        ("2026-02", 2983, "high"),  # of three bills
        ("2026-03", 2000, "high"),  # November is four months back; 20 yuan is in the upper band
    ],
)
def test_value_is_half_the_mean_of_three_billed_months_before(rows, month, value_fen, band):
    row = row_of(rows, "opening", "ann", month)

    assert (row.value_fen, row.value_band) == (value_fen, band)


def test_a_bill_for_a_part_of_a_month_tells_no_value(rows):
    row = row_of(rows, "opening", "bob", "2026-03")

    assert pd.isna(row.value_fen)
    assert row.value_band == ""
