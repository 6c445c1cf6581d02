"""What is at stake: the mean month of the last full bills; what is not known stays empty with its reason."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from liuke.predict.churn import ChurnDefinition
from liuke.predict.values import value_bills
from liuke.store import Engine
from tests.tables import company

AS_OF = date(2026, 4, 1)
CUSTOMERS = """
    customer_id | opened_at
    ann         | 2020-01-01
    bob         | 2026-02-10
    cai         | 2026-03-20
    dai         | 2020-01-01
    eve         | 2020-01-01
    fay         | 2020-01-01
    gus         |
"""
BILLS = """
    customer_id | account_id | period_start | period_end | billed_fen | known_at
    bob         | b1         | 2026-02-10   | 2026-03-01 |       3000 | 2026-03-01
    bob         | b1         | 2026-03-01   | 2026-04-01 |      10000 | 2026-03-31
    cai         | c1         | 2026-03-20   | 2026-04-01 |       2000 | 2026-03-31
    dai         | d1         | 2026-03-01   | 2026-04-01 |      10000 | 2026-04-01
    dai         | d1         | 2026-02-01   | 2026-03-01 |       6000 | 2026-03-01
    eve         | e1         | 2025-10-01   | 2025-11-01 |      10000 | 2025-11-01
    fay         | f1         | 2026-03-01   | 2026-04-01 |      10000 | 2026-03-31
    fay         | f1         | 2020-01-01   | 2026-03-01 |     900000 | 2026-03-01
    gus         | g1         | 2026-01-01   | 2026-04-01 |      30000 | 2026-03-31
"""
EVERY_MONTH = "\n".join(
    f"    ann | {account} | {start} | {end} | {fen} | {end}"
    for account, fen in (("a1", 10000), ("a2", 5000))
    for start, end in [
        (
            f"{2025 + (month - 1) // 12}-{(month - 1) % 12 + 1:02}-01",
            f"{2025 + month // 12}-{month % 12 + 1:02}-01",
        )
        for month in range(4, 15)
    ]
)


def valued(
    bills=BILLS + EVERY_MONTH, customers=CUSTOMERS, who=("ann", "bob", "cai", "dai", "eve", "fay", "gus")
):
    dated = "\n".join(
        line + (" | happened_at" if place == 0 else " | " + line.split("|")[-1])
        for place, line in enumerate(bills.strip().splitlines())
    )
    inputs = SimpleNamespace(
        tables=company(customers=customers, bills=dated),
        engine=Engine(threads=1),
        definition=ChurnDefinition.model_validate(
            {"method": "rolling", "voluntary": {"statuses": ["closed_voluntary"]}}
        ),
        as_of=AS_OF,
        margin_rate=0.5,
    )
    return dict(zip(who, rows(value_bills(inputs, np.array(who, dtype=object))), strict=True))


def rows(values):
    for at_stake, margin, why in zip(values.at_stake, values.margin_12m, values.why_empty, strict=True):
        yield (None if np.isnan(at_stake) else at_stake, None if np.isnan(margin) else margin, why)


@pytest.fixture(scope="module")
def found():
    return valued()


@pytest.mark.parametrize(
    "customer, at_stake_fen",
    [
        ("ann", 15000 * 0.5 * 12),  # both accounts, eleven months of bills
        ("bob", 10000 * 0.5 * 12),  # the first bill was for a part of February
        ("cai", None),  # no full bill yet
        ("dai", 6000 * 0.5 * 12),  # March's bill was told on the as-of day: too late
        ("eve", None),  # the last bill is five months old
        ("gus", 10000 * 0.5 * 12),  # one bill for a quarter is three months
    ],
)
def test_at_stake_is_the_mean_month_of_the_last_full_bills(found, customer, at_stake_fen):
    assert found[customer][0] == (None if at_stake_fen is None else pytest.approx(at_stake_fen))


@pytest.mark.parametrize(
    "customer, margin_fen, why",
    [
        ("ann", 11 * 15000 * 0.5, "lifetime_beyond_horizon"),  # March's bill is not out: one late is let pass
        ("bob", 13000 * 0.5, "lifetime_beyond_horizon"),  # a customer for seven weeks, billed for all of them
        ("cai", 2000 * 0.5, "no_full_bill"),
        ("dai", None, "bills_incomplete"),
        ("eve", None, "no_full_bill"),
        ("fay", None, "bills_incomplete"),  # a bill over six years tells nothing of the last twelve months
        ("gus", None, "bills_incomplete"),  # opened nobody knows when, billed for three months
    ],
)
def test_the_margin_behind_needs_the_bills_of_the_whole_year(found, customer, margin_fen, why):
    assert found[customer][1:] == (None if margin_fen is None else pytest.approx(margin_fen), why)


def test_two_missing_months_are_too_many():
    ten_months = "\n".join(line for line in EVERY_MONTH.splitlines() if "2025-06-01 | 2025-07-01" not in line)

    assert valued(bills=BILLS + ten_months)["ann"][1:] == (None, "bills_incomplete")
