"""The value pyramid: top 1 % important, next 19 % major, next 30 % ordinary, last 50 % small.

Equal values stand together at the middle of their places, so ties have one tier whatever their order.
"""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from liuke.tier import load
from tests.tables import table

PYRAMID = load("pyramid")


def sizes(values):
    found = PYRAMID.assign(pd.DataFrame({"value": values})).tier.value_counts()
    return tuple(int(found.get(tier, 0)) for tier in ("important", "major", "ordinary", "small", "unrated"))


@pytest.mark.parametrize(
    "customers, expected",
    [
        (0, (0, 0, 0, 0, 0)),
        (1, (0, 0, 0, 1, 0)),
        (2, (0, 0, 1, 1, 0)),
        (3, (0, 1, 0, 2, 0)),  # 0.6 rounds to 1, 1.5 to 1
        (10, (0, 2, 3, 5, 0)),
        (50, (0, 10, 15, 25, 0)),  # half a customer is not one
        (51, (1, 9, 15, 26, 0)),
        (100, (1, 19, 30, 50, 0)),
        (1000, (10, 190, 300, 500, 0)),
        (7043, (70, 1339, 2112, 3522, 0)),
    ],
)
def test_sizes_without_ties(customers, expected):
    assert sizes([float(value) for value in range(customers)]) == expected


@pytest.mark.parametrize(
    "values, expected",
    [
        ([5.0] * 100, (0, 0, 0, 100, 0)),  # everybody in the middle, which is not above it
        ([0.0] * 60 + list(range(1, 41)), (1, 19, 20, 60, 0)),  # those who bought nothing are small
        ([9.0] * 2 + [1.0] * 98, (0, 2, 0, 98, 0)),  # the middle of the best two is 1 %, not under it
        ([9.0] + [1.0] * 99, (1, 0, 0, 99, 0)),
        ([9.0] * 39 + [1.0] * 61, (0, 39, 0, 61, 0)),  # their middle is 19.5 %
        ([9.0] * 40 + [1.0] * 60, (0, 0, 40, 60, 0)),  # and now 20 %
        ([7.0, None, None], (0, 0, 0, 1, 2)),  # the unknown are not counted
        ([-5.0, 0.0, 5.0, -7.0], (0, 1, 1, 2, 0)),  # a loss is a value too
    ],
)
def test_ties_go_where_most_of_them_lies(values, expected):
    assert sizes(values) == expected


def test_what_is_missing_is_what_the_least_of_the_next_tier_has_more():
    found = PYRAMID.assign(pd.DataFrame({"value": [float(value) for value in range(100)]}))
    told = found.set_index("measure")[["tier", "rank", "next_tier", "missing"]]

    assert told.loc[99].tolist()[:2] == ["important", 1]
    assert told.loc[99, ["next_tier", "missing"]].isna().all()
    assert told.loc[80].tolist() == ["major", 2, "important", 19]
    assert told.loc[50].tolist() == ["ordinary", 3, "major", 30]
    assert told.loc[49].tolist() == ["small", 4, "ordinary", 1]
    assert told.loc[0].tolist() == ["small", 4, "ordinary", 50]


def test_an_empty_better_tier_is_passed_over():
    found = PYRAMID.assign(pd.DataFrame({"value": [1.0, 2.0, 3.0]}))

    assert found.tier.tolist() == ["small", "small", "major"]
    assert found.next_tier.tolist()[:2] == ["major", "major"]  # nobody is ordinary
    assert found.missing.tolist()[:2] == [2.0, 1.0]
    assert pd.isna(found.next_tier[2])  # nobody is important


def test_money_in_fen_in_yuan_and_in_decimals_is_the_same_money():
    fen = [5, 10, 1234567, 99, 1000000001, -300, None]
    frames = {
        "fen": pd.DataFrame({"value_fen": pd.array(fen, "Int64")}),
        "decimal": pd.DataFrame({"value": [None if f is None else Decimal(f).scaleb(-2) for f in fen]}),
        "float": pd.DataFrame({"value": [None if f is None else f / 100 for f in fen]}),
    }

    found = {name: PYRAMID.assign(frame) for name, frame in frames.items()}

    pd.testing.assert_frame_equal(found["fen"], found["decimal"])
    pd.testing.assert_frame_equal(found["fen"], found["float"])
    assert found["fen"].measure.tolist()[:3] == [0.05, 0.1, 12345.67]


def test_fen_are_taken_when_both_are_there():
    found = PYRAMID.assign(pd.DataFrame({"value": [1.0, 2.0], "value_fen": [500, 300]}))

    assert found.measure.tolist() == [5.0, 3.0]


def test_the_reason():
    drawn = table("value\n1234.5\n10\n").reset_index(drop=True)
    crowd = pd.DataFrame({"value": [1234.5, 10.0] + [1.0] * 98})

    found = PYRAMID.assign(crowd).head(3)

    assert len(drawn) == 2
    assert found.why.tolist() == [
        "value 1,234.50, among the top 1% (from 1,234.50): important",
        "value 10, among the top 20% (from 10): major; 1,224.50 more for the next tier",
        "value 1, among the last 50%: small; 9 more for the next tier",
    ]
    assert found.why_zh.tolist() == [
        "价值 1,234.50，居前 1%（1,234.50 起）：重要客户",
        "价值 10，居前 20%（10 起）：主要客户；距上一级还差 1,224.50",
        "价值 1，居后 50%：小客户；距上一级还差 9",
    ]


def test_a_large_company_has_the_same_shares():
    value = np.random.default_rng(3).lognormal(5, 1, 100_000)

    assert sizes(value) == (1000, 19_000, 30_000, 50_000, 0)
