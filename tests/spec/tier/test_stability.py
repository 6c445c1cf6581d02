"""How a tier is held against one day's numbers: stay, protection, hysteresis, review, override."""

from datetime import date
from decimal import Decimal

import ibis
import pandas as pd
import pytest

from liuke.store import Engine
from liuke.tier import load
from liuke.tier.stability import Stability
from tests.tables import table

STARS = load("bank/stars")  # star-6 from 10,000, star-5 from 2,000, star-4 from 500
TODAY = date(2026, 4, 1)


def held(drawn: str, *, overrides: str = "", **stability) -> pd.DataFrame:
    """The drawn customers held by the stars with such a stability; those with `before` stood there."""
    rows = table(drawn)
    scheme = STARS.model_copy(update={"stability": Stability(**stability)})
    stood = rows[rows.before.notna()]
    standing = pd.DataFrame(
        {
            "customer_id": stood.customer_id,
            "steady_tier": stood.before,
            "steady_since": pd.to_datetime(stood.since_on).astype("datetime64[s]"),
            "rose": stood["rose"].astype(bool),
        }
    )
    by_hand = (
        ibis.memtable(table(overrides).rename(columns={"ends_on": "override_ends_on"})) if overrides else None
    )
    engine = Engine()
    made = scheme.express_held(
        ibis.memtable(rows[["customer_id", "points"]]),
        as_of=TODAY,
        standing=ibis.memtable(standing).mutate(steady_since=ibis._.steady_since.cast("date")),
        overrides=by_hand,
    )
    found = engine.to_arrow(made.order_by("customer_id")).to_pandas()
    engine.close()
    return found.set_index("customer_id")


def expect(drawn: str, *columns: str, **stability) -> None:
    """Each drawn customer has the tier, holder and other columns drawn for them."""
    found = held(drawn, **stability)
    wanted = table(drawn).set_index("customer_id")
    for column in columns:
        told = {name: None if pd.isna(value) else value for name, value in found[column].items()}
        assert told == {name: None if pd.isna(value) else value for name, value in wanted[column].items()}


def test_without_stability_the_numbers_decide():
    expect(
        """
        customer_id | points | before | since_on   | rose  | tier   | held_by | since
        down        |  9_999 | star-6 | 2026-03-31 | true  | star-5 |         | 2026-04-01
        up          | 10_000 | star-5 | 2026-03-31 | false | star-6 |         | 2026-04-01
        same        |  9_999 | star-5 | 2025-01-01 | false | star-5 |         | 2025-01-01
        new         | 10_000 |        |            | false | star-6 |         | 2026-04-01
        """,
        "tier",
        "held_by",
        "since",
    )


def test_protection_ends_on_its_day():
    expect(
        """
        customer_id  | points | before | since_on   | rose  | tier   | held_by    | since
        day_29       |    100 | star-6 | 2026-03-03 | true  | star-6 | protection | 2026-03-03
        day_30       |    100 | star-6 | 2026-03-02 | true  | star-3 |            | 2026-04-01
        fell_into_it |    100 | star-6 | 2026-03-03 | false | star-3 |            | 2026-04-01
        rises        | 80_000 | star-6 | 2026-03-31 | true  | star-7 |            | 2026-04-01
        """,
        "tier",
        "held_by",
        "since",
        protection_days=30,
    )


def test_minimum_stay_holds_both_ways():
    expect(
        """
        customer_id | points | before | since_on   | rose  | tier   | held_by
        up_early    | 80_000 | star-6 | 2026-03-03 | false | star-6 | minimum_stay
        down_early  |    100 | star-6 | 2026-03-03 | false | star-6 | minimum_stay
        up_in_time  | 80_000 | star-6 | 2026-03-02 | false | star-7 |
        """,
        "tier",
        "held_by",
        minimum_stay_days=30,
    )


def test_hysteresis_reaches_its_share_of_the_edge_and_one_tier_down():
    expect(
        """
        customer_id | points  | before | since_on   | rose  | tier   | held_by
        at_95       |  9500   | star-6 | 2025-01-01 | false | star-6 | hysteresis
        under_95    | 9499.99 | star-6 | 2025-01-01 | false | star-5 |
        two_down    |  1950   | star-6 | 2025-01-01 | false | star-4 |
        never_there |  9500   | star-5 | 2025-01-01 | false | star-5 |
        """,
        "tier",
        "held_by",
        hysteresis=Decimal("0.05"),
    )


def test_what_is_not_known_protects_nobody():
    expect(
        """
        customer_id | points | before | since_on   | rose | tier    | held_by
        unknown     |        | star-6 | 2026-03-31 | true | unrated |
        known       |      1 | star-6 | 2026-03-31 | true | star-6  | protection
        """,
        "tier",
        "held_by",
        protection_days=30,
        minimum_stay_days=0,
        downgrade="review",
    )


def test_a_tier_lowered_only_by_a_person_waits_for_one():
    drawn = """
        customer_id | points | before | since_on   | rose
        waits       |    100 | star-6 | 2025-01-01 | true
        lowered     |    100 | star-6 | 2025-01-01 | true
        raised      |    100 | star-6 | 2025-01-01 | true
    """
    found = held(
        drawn,
        downgrade="review",
        overrides="""
        customer_id | override_tier | override_reason | ends_on
        lowered     | star-4        | moved away      | 2026-04-02
        raised      | star-7        | a director      | 2026-04-02
        """,
    )

    assert found.tier.to_dict() == {"waits": "star-6", "lowered": "star-4", "raised": "star-7"}
    assert found.held_by.to_dict() == {"waits": "review", "lowered": "override", "raised": "override"}
    # what stands when the overrides end tomorrow: the lowering was the person's, the raising was lent
    assert found.steady_tier.to_dict() == {"waits": "star-6", "lowered": "star-4", "raised": "star-6"}


def test_an_override_is_told_with_its_reason_and_end():
    found = held(
        """
        customer_id | points | before | since_on   | rose
        ann         |    100 | star-3 | 2025-01-01 | false
        """,
        overrides="""
        customer_id | override_tier | override_reason | ends_on
        ann         | star-7        | a director      | 2026-09-01
        """,
    ).loc["ann"]

    assert (found.tier, found["rank"], found.judged_tier, found.steady_tier) == (
        "star-7",
        1,
        "star-3",
        "star-3",
    )
    assert found.why.endswith("; held at 7 stars (set by hand until 2026-09-01: a director)")
    assert found.why_zh.endswith("；保留七星（人工调整至 2026-09-01 前：a director）")


def test_a_tier_that_the_scheme_no_longer_has_holds_nothing():
    expect(
        """
        customer_id | points | before | since_on   | rose | tier   | held_by
        ann         |    100 | star-9 | 2026-03-31 | true | star-3 |
        """,
        "tier",
        "held_by",
        protection_days=30,
        minimum_stay_days=30,
    )


@pytest.mark.parametrize("share", ["-0.1", "1", "1.5"])
def test_a_hysteresis_is_a_share_below_one(share):
    with pytest.raises(ValueError, match="hysteresis"):
        Stability(hysteresis=Decimal(share))


def test_hysteresis_on_routes_counts_from_the_edge_that_is_missed_by_least():
    """100,000 of one's own hold gold; 242,000 of the household lack 8,000 of platinum's 250,000: 3.2 %."""
    cards = load("bank/cards")
    rows = table("""
        customer_id | personal_total | personal_daily_avg | household_daily_avg | identified
        near        | 120000.0       | 100000.0           | 242000.0            | true
        far         | 120000.0       | 100000.0           | 235000.0            | true
    """)
    standing = pd.DataFrame({"customer_id": ["near", "far"], "steady_tier": "platinum", "rose": False})
    engine = Engine()
    made = cards.model_copy(update={"stability": Stability(hysteresis=Decimal("0.05"))}).express_held(
        ibis.memtable(rows),
        as_of=TODAY,
        standing=ibis.memtable(standing).mutate(steady_since=ibis.literal(date(2025, 1, 1))),
    )
    found = engine.to_arrow(made).to_pylist()
    engine.close()

    assert {row["customer_id"]: row["tier"] for row in found} == {"near": "platinum", "far": "gold"}
