"""Telecom VIP by the spend of 12 months: 6,000, 3,600, 2,400 and 1,200 yuan; the edge belongs to the tier."""

import pandas as pd
import pytest

from liuke.kernel.errors import MissingColumn
from liuke.tier import load
from tests.tables import table

VIP = load("telecom/vip")


def test_both_sides_of_every_edge():
    drawn = table("""
        customer_id | spend_12m | tier    | rank | next_tier | missing
        a           | 1e7       | supreme |    1 |           |
        b           | 6000      | supreme |    1 |           |
        c           | 5999.99   | diamond |    2 | supreme   |    0.01
        d           | 3600      | diamond |    2 | supreme   | 2400
        e           | 3599.99   | gold    |    3 | diamond   |    0.01
        f           | 2400      | gold    |    3 | diamond   | 1200
        g           | 2399.99   | silver  |    4 | gold      |    0.01
        h           | 1200      | silver  |    4 | gold      | 1200
        i           | 1199.99   | none    |    5 | silver    |    0.01
        j           |    0      | none    |    5 | silver    | 1200
        k           |  -10      | none    |    5 | silver    | 1210
        l           |           | unrated |    6 |           |
    """)

    found = VIP.assign(drawn[["customer_id", "spend_12m"]])

    expected = drawn[["customer_id", "tier", "rank", "next_tier", "missing"]]
    pd.testing.assert_frame_equal(found[expected.columns], expected, check_dtype=False)


def test_fen_are_the_same_money():
    found = VIP.assign(pd.DataFrame({"spend_12m_fen": [600_000, 599_999, 120_000, 119_999]}))

    assert found.tier.tolist() == ["supreme", "diamond", "silver", "none"]


@pytest.mark.parametrize("frame, tiers", [({"spend_12m": []}, []), ({"spend_12m": [2400]}, ["gold"])])
def test_one_customer_and_none(frame, tiers):
    assert VIP.assign(pd.DataFrame(frame, dtype="float64")).tier.tolist() == tiers


def test_the_reason():
    found = VIP.assign(pd.DataFrame({"spend_12m": [3600.5, 12.0, None]}))

    assert found.why.tolist() == [
        "spend of 12 months 3,600.50, at least 3,600: diamond; 2,399.50 more for supreme",
        "spend of 12 months 12, which reaches no tier; 1,188 more for silver",
        "spend of 12 months: unknown",
    ]
    assert found.why_zh[0] == "近 12 个月消费 3,600.50，达到 3,600：钻石卡；距至尊卡还差 2,399.50"


def test_the_column_is_named_when_it_lacks():
    with pytest.raises(MissingColumn, match="telecom/vip v1 needs the column 'spend_12m'"):
        VIP.assign(pd.DataFrame({"spend": [1]}))
