"""Refunds take money from purchases: they are no purchases, no sign of life, and nothing to pass over.

All amounts are in fen; the as-of day is 1 April 2026.
"""

from datetime import date

import numpy as np
import pytest

from liuke.predict.purchase_histories import read_histories
from liuke.store import Engine
from tests.tables import company

AS_OF = date(2026, 4, 1)
EVENTS = """
    customer_id | happened_at      | kind     | amount_fen | known_at
    ann         | 2025-06-01       | purchase |      10000 | 2025-06-01
    ann         | 2025-07-01       | purchase |       6000 | 2025-07-01
    ann         | 2025-08-01       | purchase |       8000 | 2025-08-01
    bob         | 2025-06-01       | purchase |      10000 | 2025-06-01
    bob         | 2025-06-20       | refund   |      -4000 | 2025-06-20
    bob         | 2025-07-01 09:00 | purchase |       6000 | 2025-07-01
    bob         | 2025-07-01 15:00 | refund   |      -1000 | 2025-07-01
    bob         | 2025-08-01       | purchase |       8000 | 2025-08-01
    bob         | 2026-03-31       | refund   |      -3000 | 2026-03-31
    cai         | 2025-03-31       | refund   |      -9000 | 2025-03-31
    cai         | 2025-04-01       | refund   |       -500 | 2025-04-01
    cai         | 2025-06-01       | purchase |      10000 | 2025-06-01
    dai         | 2025-06-01       | purchase |      10000 | 2025-06-01
    dai         | 2025-07-01       | purchase |       2000 | 2025-07-01
    dai         | 2025-07-02       | refund   |     -12000 | 2025-07-02
    eve         | 2025-06-01       | refund   |      -1000 | 2025-06-01
    fay         | 2025-06-01       | purchase |      10000 | 2025-06-01
    fay         | 2025-07-01       | purchase |       2000 | 2025-07-01
    fay         | 2026-04-01       | refund   |      -2000 | 2026-04-01
    gus         | 2025-06-01       | purchase |      10000 | 2025-06-01
    gus         | 2025-07-01       | purchase |       2000 | 2025-07-01
    gus         | 2025-07-02       | refund   |            | 2025-07-02
"""


@pytest.fixture(scope="module")
def told():
    people = "\n".join(["customer_id", *("ann", "bob", "cai", "dai", "eve", "fay", "gus")])
    found = read_histories(
        company(customers=people, events=EVENTS),
        Engine(threads=1),
        ("purchase",),
        refunds=("refund",),
        as_of=AS_OF,
    )
    return {who: (found, place) for place, who in enumerate(found.customers)}


def tell(told, who, name):
    found, place = told[who]
    value = getattr(found, name)[place]
    return None if np.isnan(value) else value


@pytest.mark.parametrize(
    "who, mean_fen, spent_12m_fen",
    [
        ("ann", 7000, 24000),  # (60.00 + 80.00) / 2
        ("bob", 5000, 16000),  # 10.00 off the second purchase, 30.00 off the third; 40.00 off the first
        ("cai", None, 9500),  # the 5.00 of a year ago on the day are in, the day before is out
        ("dai", 0, 0),  # more came back than the last purchase brought
        ("fay", 2000, 12000),  # what happens on the as-of day is not seen
        ("gus", None, None),  # nobody knows how much came back
    ],
)
def test_a_refund_comes_off_the_last_purchase_before_it(told, who, mean_fen, spent_12m_fen):
    assert (tell(told, who, "mean_fen"), tell(told, who, "spent_12m_fen")) == (mean_fen, spent_12m_fen)


def test_a_refund_is_no_purchase_and_no_sign_of_life(told):
    for name in ("repeats", "recency_days", "age_days", "days_silent"):
        assert tell(told, "bob", name) == tell(told, "ann", name)


def test_who_only_brought_back_never_bought(told):
    assert "eve" not in told
