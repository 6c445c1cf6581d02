"""Card tiers with a household route: any route is enough, the better one wins and is named.

Black-gold: 1,000,000 in total, or a household average of 800,000; platinum: an average of 300,000, or
250,000; gold: 100,000, or 80,000; silver: any identified customer. Whoever is not identified is unrated.
"""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.kernel.errors import MissingColumn
from liuke.tier import SchemeRefused, load
from liuke.tier.measure import MeasureRefused
from liuke.tier.routes import RoutesScheme
from tests.tables import table

CARDS = load("bank/cards")
COLUMNS = ["personal_total", "personal_daily_avg", "household_daily_avg"]


def customer(total=None, average=None, household=None, identified=True):
    frame = pd.DataFrame([[total, average, household]], columns=COLUMNS, dtype="float64")
    return CARDS.assign(frame.assign(identified=identified)).iloc[0]


def test_both_sides_of_every_edge():
    drawn = table("""
        total     | average   | household | tier       | rank | measure   | next_tier  | missing
          1000000 |         0 |         0 | black-gold |    1 |   1000000 |            |
        999999.99 |         0 |         0 | silver     |    4 |         0 | gold       |   80000
                0 |         0 |    800000 | black-gold |    1 |    800000 |            |
                0 |         0 | 799999.99 | platinum   |    2 | 799999.99 | black-gold |    0.01
                0 |    300000 |         0 | platinum   |    2 |    300000 | black-gold |  800000
                0 | 299999.99 |         0 | gold       |    3 | 299999.99 | platinum   |    0.01
                0 |         0 |    250000 | platinum   |    2 |    250000 | black-gold |  550000
                0 |         0 | 249999.99 | gold       |    3 | 249999.99 | platinum   |    0.01
                0 |    100000 |         0 | gold       |    3 |    100000 | platinum   |  200000
                0 |  99999.99 |         0 | silver     |    4 |  99999.99 | gold       |    0.01
                0 |         0 |     80000 | gold       |    3 |     80000 | platinum   |  170000
                0 |         0 |  79999.99 | silver     |    4 |  79999.99 | gold       |    0.01
                0 |         0 |         0 | silver     |    4 |         0 | gold       |   80000
               -5 |        -5 |        -5 | silver     |    4 |        -5 | gold       |   80005
          9999999 |    999999 |    999999 | black-gold |    1 |   9999999 |            |
    """)

    amounts = drawn[["total", "average", "household"]].set_axis(COLUMNS, axis="columns")

    found = CARDS.assign(amounts.assign(identified=True))

    expected = drawn[["tier", "rank", "measure", "next_tier", "missing"]]
    pd.testing.assert_frame_equal(found[expected.columns], expected, check_dtype=False)


def test_who_is_not_identified_is_unrated_even_with_money():
    drawn = table("""
        personal_total | identified
        5000000        | false
        5000000        |
              0        | false
        5000000        | true
    """).assign(personal_daily_avg=None, household_daily_avg=None)

    found = CARDS.assign(drawn)

    assert found.tier.tolist() == ["unrated", "unrated", "unrated", "black-gold"]
    assert found["rank"].tolist() == [5, 5, 5, 1]
    assert found[["measure", "next_tier", "missing"]].iloc[:3].isna().all().all()
    assert found.why[1] == "not identified: unrated"
    assert found.why_zh[1] == "未实名：未评级"


def test_an_unknown_figure_gives_no_tier_and_takes_none():
    found = customer(average=120_000)

    assert (found.tier, found.measure, found.next_tier, found.missing) == (
        *("gold", 120_000, "platinum", 180_000),
    )
    assert found.why == (
        "personal daily average 120,000 reaches 100,000: gold; "
        "180,000 more of personal daily average for platinum; "
        "personal total unknown, with which it could be up to black-gold; "
        "household daily average unknown, with which it could be up to black-gold"
    )
    assert found.why_zh == (
        "个人日均资产 120,000，达到 100,000：金卡；再有 180,000 的个人日均资产即为白金卡；"
        "个人总资产未知，最高可能为黑金卡；家庭日均资产未知，最高可能为黑金卡"
    )


def test_an_unknown_figure_that_could_change_nothing_is_not_told():
    found = customer(total=1_000_000)

    assert found.why == "personal total 1,000,000 reaches 1,000,000: black-gold"
    assert "personal daily average" not in customer(total=0, household=260_000).why  # it leads to platinum


def test_when_all_routes_to_the_next_tier_are_unknown_nothing_is_missing_for_it():
    found = customer(total=500_000)

    assert (found.tier, found.next_tier) == ("silver", "gold")
    assert pd.isna(found.missing)
    assert pd.isna(found.measure)
    assert found.why == (
        "identified, no better tier reached: silver; "
        "personal daily average unknown, with which it could be up to platinum; "
        "household daily average unknown, with which it could be up to black-gold"
    )


def test_all_unknown_and_identified_is_silver_and_says_so():
    found = customer()

    assert (found.tier, found["rank"], found.next_tier) == ("silver", 4, "gold")
    assert found[["measure", "missing", "route", "missing_route"]].isna().all()
    assert found.why == "identified, all amounts unknown: silver; any of them could give a better tier"
    assert found.why_zh == "已实名，金额均未知：银卡；任一金额已知后可能更高"


@pytest.mark.parametrize(
    "average, household, route, measure",
    [
        (300_000, 250_000, "personal_daily_avg", 300_000),  # both exactly: the first listed
        (300_000, 250_000.01, "household_daily_avg", 250_000.01),
        (360_000, 299_999.99, "personal_daily_avg", 360_000),  # 1.2 against a hair less
        (360_000, 300_000.01, "household_daily_avg", 300_000.01),
        (299_999.99, 250_000, "household_daily_avg", 250_000),
    ],
)
def test_of_two_routes_to_a_tier_the_larger_ratio_is_named(average, household, route, measure):
    found = customer(total=0, average=average, household=household)

    assert (found.tier, found.route, found.measure) == ("platinum", route, measure)


def test_what_is_missing_is_the_smallest_amount_and_its_route_is_named():
    found = customer(total=999_000, average=310_000, household=0)

    assert (found.tier, found.route, found.measure) == ("platinum", "personal_daily_avg", 310_000)
    assert (found.missing, found.missing_route) == (1_000, "personal_total")
    assert found.why == (
        "personal daily average 310,000 reaches 300,000: platinum; "
        "1,000 more of personal total for black-gold"
    )


def test_the_household_route_tells_the_sum_of_the_household():
    found = customer(total=10, average=10, household=812_345.6)

    assert found.why == "household daily average 812,345.60 reaches 800,000: black-gold"
    assert found.why_zh == "家庭日均资产 812,345.60，达到 800,000：黑金卡"


ROUTES = [  # best first, as the requirement is written
    ("black-gold", [(0, 1_000_000), (2, 800_000)]),
    ("platinum", [(1, 300_000), (2, 250_000)]),
    ("gold", [(1, 100_000), (2, 80_000)]),
]
figures = st.none() | st.integers(-1, 120).map(lambda tens: tens * 10_000)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(figures, figures, figures, st.none() | st.booleans()), min_size=1, max_size=120))
def test_any_customer_has_the_best_tier_that_a_known_figure_reaches(rows):
    frame = pd.DataFrame([row[:3] for row in rows], columns=COLUMNS, dtype="float64")
    frame["identified"] = pd.array([row[3] for row in rows], "boolean")

    found = CARDS.assign(frame)

    for row, told in zip(rows, found.itertuples(), strict=True):
        reached = [
            (tier, [row[at] for at, edge in ways if row[at] is not None and row[at] >= edge])
            for tier, ways in ROUTES
        ]
        won = next(((tier, amounts) for tier, amounts in reached if amounts), ("silver", [told.measure]))
        tier, amounts = won if row[3] else ("unrated", [])
        assert told.tier == tier
        assert told.measure in amounts or pd.isna(told.measure)
        better = next((ways for name, ways in ROUTES if name == told.next_tier), [])
        lacking = [edge - row[at] for at, edge in better if row[at] is not None]
        assert told.missing == min(lacking) if lacking else pd.isna(told.missing)


def test_fen_decide_like_yuan():
    fen = pd.DataFrame(
        {
            "personal_total_fen": [100_000_000, 99_999_999],
            "personal_daily_avg_fen": [0, 0],
            "household_daily_avg_fen": [0, 0],
            "identified": True,
        }
    )

    assert CARDS.assign(fen).tier.tolist() == ["black-gold", "silver"]


def test_nobody_is_answered_with_nothing():
    nobody = pd.DataFrame({"identified": pd.Series([], dtype="bool")}).assign(**dict.fromkeys(COLUMNS))

    assert len(CARDS.assign(nobody)) == len(CARDS.assign(pd.DataFrame(columns=nobody.columns))) == 0


def test_a_column_that_is_not_there_or_no_flag_is_refused():
    whole = pd.DataFrame([[1.0, 1.0, 1.0, True]], columns=[*COLUMNS, "identified"])

    for column in whole.columns:
        with pytest.raises(MissingColumn, match=f"bank/cards v1 needs the column '{column}'"):
            CARDS.assign(whole.drop(columns=column))
    with pytest.raises(MeasureRefused, match="needs true or false in 'identified', which holds string"):
        CARDS.assign(whole.assign(identified="yes"))


@pytest.mark.parametrize(
    "tier, route, change, message",
    [
        (1, 1, {"at_least": 800_000}, "household_daily_avg: out of order: it begins at_least 800000"),
        (1, 1, {"column": "household"}, "no amount is called 'household'"),
        (1, 1, {"over": 5}, "one of the two"),
        (1, 1, {"under": 800_001}, "a route has no upper end"),
        (2, 1, {"at_least": 0}, "the edge of a route is over 0, not 0"),
    ],
)
def test_mistakes_between_routes(tier, route, change, message):
    declared = CARDS.model_dump(exclude_none=True)
    declared["tiers"][tier]["routes"][route].update(change)

    with pytest.raises(SchemeRefused, match=f"tiers.{tier}.routes.{route}: .*{message}"):
        RoutesScheme.model_validate(declared)


def test_money_and_other_amounts_are_not_mixed():
    declared = CARDS.model_dump(exclude_none=True)
    declared["amounts"][0]["money"] = False

    with pytest.raises(SchemeRefused, match="amounts are all money or none"):
        RoutesScheme.model_validate(declared)


def test_without_a_gate_the_unknown_are_unrated_and_over_is_past_the_edge():
    declared = CARDS.model_dump(exclude_none=True)
    del declared["gate"]
    route = declared["tiers"][0]["routes"][0]
    route["over"] = route.pop("at_least")
    scheme = RoutesScheme.model_validate(declared)
    frame = pd.DataFrame(
        [[None] * 3, [1_000_000, 300_000, None], [1_000_000.01, None, None]], columns=COLUMNS, dtype="float64"
    )

    found = scheme.assign(frame)

    assert found.tier.tolist() == ["unrated", "platinum", "black-gold"]
    assert found.missing.tolist()[1] == 0.01
    assert found.why[0] == "all amounts unknown"
    assert found.why[2] == "personal total 1,000,000.01 is over 1,000,000: black-gold"
