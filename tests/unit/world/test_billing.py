"""A bill is the plan's price and what was used beyond it; whoever pays, pays everything that is open."""

import pytest

from liuke.world.billing import CREDIT_FEN, issue_bills, overage_fen
from liuke.world.kinds import CLOSED_VOLUNTARY, OPEN
from tests.unit.world.populations import MARCH, customers

CHEAPEST = 0  # 29 yuan, 100 minutes, 5 GB


def month_of_use(minutes: int = 0, texts: int = 0, mb: int = 0, share: float = 1.0, **columns: object):
    return customers(
        1,
        plan=CHEAPEST,
        used_share=share,
        used_minutes=minutes,
        used_texts=texts,
        used_mb=mb,
        status=OPEN,
        **columns,
    )


@pytest.mark.parametrize(
    "minutes, texts, mb, overage",
    [
        (100, 0, 5 * 1024, 0),  # all that is included
        (101, 0, 0, 15),
        (0, 1, 0, 10),
        (0, 0, 5 * 1024 + 1, 300),  # a GB begun
        (0, 0, 6 * 1024, 300),
        (0, 0, 6 * 1024 + 1, 600),
        (102, 3, 5 * 1024 + 1, 360),
    ],
)
def test_what_is_not_included_is_charged(minutes, texts, mb, overage):
    pop = month_of_use(minutes, texts, mb)

    assert overage_fen(pop).tolist() == [overage]
    assert issue_bills(pop, MARCH).billed_fen.tolist() == [2900 + overage]


def test_the_month_of_joining_is_billed_by_its_share():
    assert issue_bills(month_of_use(minutes=50, share=0.5), MARCH).billed_fen.tolist() == [1450]


@pytest.mark.parametrize("left, billed", [(1, 2900 - CREDIT_FEN), (0, 2900)])
def test_a_bill_credit_is_taken_off_while_months_of_it_are_left(left, billed):
    pop = month_of_use(credit_months=left)

    assert issue_bills(pop, MARCH).billed_fen.tolist() == [billed]
    assert pop.credit_months.tolist() == [0]


def test_nobody_is_billed_without_use_of_the_account_or_after_closing():
    assert not issue_bills(month_of_use(share=0), MARCH).is_billed.any()
    closed = month_of_use()
    closed.status[:] = CLOSED_VOLUNTARY
    assert not issue_bills(closed, MARCH).is_billed.any()


def test_a_bill_above_the_usual_is_a_shock_and_one_below_is_not():
    above, below = month_of_use(texts=290, bill_mean_fen=2900), month_of_use(bill_mean_fen=5800)
    issue_bills(above, MARCH)
    issue_bills(below, MARCH)

    assert above.shock.tolist() == [1.0]  # twice the usual
    assert below.shock.tolist() == [0.0]
