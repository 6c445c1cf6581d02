"""Seven stars by grade points: the lower bound belongs to the star, 0 is unrated, so is the unknown."""

from decimal import Decimal

import pandas as pd
import pytest

from liuke.kernel.errors import MissingColumn
from liuke.tier import load
from tests.tables import table

STARS = load("bank/stars")


def test_both_sides_of_every_edge():
    drawn = table("""
        customer_id | points    | tier       | rank | next_tier  | missing
        a           | 1e9       | star-7     |    1 |            |
        b           | 80000     | star-7     |    1 |            |
        c           | 79999.99  | star-6     |    2 | star-7     |  0.01
        d           | 10000     | star-6     |    2 | star-7     | 70000
        e           |  9999.99  | star-5     |    3 | star-6     |  0.01
        f           |  2000     | star-5     |    3 | star-6     |  8000
        g           |  1999.99  | star-4     |    4 | star-5     |  0.01
        h           |   500     | star-4     |    4 | star-5     |  1500
        i           |   499.99  | star-3     |    5 | star-4     |  0.01
        j           |    50     | star-3     |    5 | star-4     |   450
        k           |    49.99  | star-quasi |    6 | star-3     |  0.01
        l           |     0.01  | star-quasi |    6 | star-3     | 49.99
        m           |     0     | unrated    |    7 | star-quasi |     0
        n           |    -5     | unrated    |    7 | star-quasi |     5
        o           |           | unrated    |    7 |            |
    """)

    found = STARS.assign(drawn[["customer_id", "points"]])

    expected = drawn[["customer_id", "tier", "rank", "next_tier", "missing"]]
    pd.testing.assert_frame_equal(found[expected.columns], expected, check_dtype=False)


def test_the_reason_tells_number_edge_and_what_is_missing():
    drawn = table("points\n80000\n12345.5\n0.5\n0\n")
    found = STARS.assign(pd.concat([drawn, table("points\n").astype(float)]))

    assert found.why.tolist() == [
        "points 80,000, at least 80,000: 7 stars",
        "points 12,345.5, at least 10,000: 6 stars; 67,654.5 more for 7 stars",
        "points 0.5, over 0: quasi-star; 49.5 more for 3 stars",
        "points 0, which reaches no tier; anything over 0 is quasi-star",
    ]
    assert found.why_zh.tolist() == [
        "星点值 80,000，达到 80,000：七星",
        "星点值 12,345.5，达到 10,000：六星；距七星还差 67,654.5",
        "星点值 0.5，高于 0：准星级；距三星还差 49.5",
        "星点值 0，未达到任何等级；超过 0 即为准星级",
    ]


def test_the_unknown_says_so():
    found = STARS.assign(pd.DataFrame({"points": [None, float("nan"), float("inf")]}, dtype="float64"))

    assert found.tier.tolist() == ["unrated"] * 3
    assert found.why.tolist() == ["points: unknown"] * 3
    assert found.why_zh.tolist() == ["星点值未知"] * 3
    assert found[["measure", "missing", "next_tier"]].isna().all().all()


def test_a_frame_without_points_is_told_what_is_missing():
    with pytest.raises(MissingColumn, match="bank/stars v1 needs the column 'points'.*did you mean 'point'"):
        STARS.assign(pd.DataFrame({"point": [1]}))


def test_the_levels_are_the_tiers_best_first():
    assert [level.name for level in STARS.levels] == [
        *["star-7", "star-6", "star-5", "star-4", "star-3", "star-quasi", "unrated"]
    ]
    assert [level.rank for level in STARS.levels] == [1, 2, 3, 4, 5, 6, 7]


def test_a_star_may_carry_a_base_credit_line():
    tiers = [
        tier.model_copy(update={"base_credit_line": Decimal("50000.50") if tier.name == "star-6" else None})
        for tier in STARS.tiers
    ]
    found = STARS.model_copy(update={"tiers": tuple(tiers)}).assign(
        pd.DataFrame({"points": [80_000.0, 79_999.99, 10_000, 9_999.99, None]})
    )

    assert found.base_credit_line_fen.astype("Int64").tolist() == [pd.NA, 5_000_050, 5_000_050, pd.NA, pd.NA]
    assert "base_credit_line_fen" not in STARS.assign(pd.DataFrame({"points": [1.0]}))
