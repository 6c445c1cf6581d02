"""Receivables classes: repayment rate = collected / sold of the last year; key = top 100 by sales.

A: at least 100 % and key. B: at least 100 % not key, or 90-100 % and key. C: 80-90 %, or 90-100 % not key.
D: under 80 %, or new. The 80 % line is 1 - gross margin and moves with it.
"""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from liuke.kernel.errors import MissingColumn
from liuke.tier import SchemeRefused, load
from liuke.tier.receivables import ReceivablesScheme
from tests.tables import table

CLASSES = load("receivables/classes")

# A hundred who sell more than anybody else, so that nobody below them is key.
GIANTS = pd.DataFrame({"sales": [1e9] * 100, "collected": [1e9] * 100, "is_new": [False] * 100})


def classes(drawn, scheme=CLASSES, *, key):
    """The judged rows, alone (all key) or behind a hundred giants (none is)."""
    rows = drawn[["sales", "collected"]].assign(is_new=drawn.get("is_new", False))
    if key:
        return scheme.assign(rows)
    return scheme.assign(pd.concat([GIANTS, rows])).iloc[len(GIANTS) :]


def with_margin(margin):
    declared = CLASSES.model_dump(exclude_none=True) | {"gross_margin": margin}
    return ReceivablesScheme.model_validate(declared)


def test_every_class_on_both_sides_of_its_edges():
    drawn = table("""
        sales | collected | tier | next_tier | missing | small | small_next | small_missing
        10000 | 12000     | A    |           |         | B     | A          |
        10000 | 10000     | A    |           |         | B     | A          |
        10000 |  9999.99  | B    | A         | 1e-6    | C     | B          | 1e-6
        10000 |  9000     | B    | A         | 0.1     | C     | B          | 0.1
        10000 |  8999.99  | C    | B         | 1e-6    | C     | B          | 0.100001
        10000 |  8000     | C    | B         | 0.1     | C     | B          | 0.2
        10000 |  7999.99  | D    | C         | 1e-6    | D     | C          | 1e-6
        10000 |     0     | D    | C         | 0.8     | D     | C          | 0.8
        10000 |  -100     | D    | C         | 0.81    | D     | C          | 0.81
    """)

    alone, small = classes(drawn, key=True), classes(drawn, key=False)

    assert alone.tier.tolist() == drawn.tier.tolist()
    assert alone.key.all()
    assert small.tier.tolist() == drawn.small.tolist()
    assert not small.key.any()
    assert alone.next_tier.fillna("").tolist() == drawn.next_tier.fillna("").tolist()
    assert small.next_tier.tolist() == drawn.small_next.tolist()
    np.testing.assert_allclose(alone.missing, drawn.missing, atol=1e-12)
    np.testing.assert_allclose(small.missing, drawn.small_missing, atol=1e-12)
    np.testing.assert_allclose(alone.measure, drawn.collected / drawn.sales)


def test_the_new_have_no_credit_and_the_unknown_no_class():
    drawn = table("""
        sales  | collected | is_new | tier
          100  |   100     | false  | A
          100  |   100     | true   | D
          100  |   100     |        | unrated
               |           | true   | D
               |   100     | false  | unrated
          100  |           | false  | unrated
            0  |     0     | false  | unrated
            0  |    50     | false  | unrated
         -100  |   -90     | false  | unrated
            0  |     0     | true   | D
          0.01 |  0.01     | false  | A
    """)

    found = classes(drawn, key=True)

    assert found.tier.tolist() == drawn.tier.tolist()
    assert found[["next_tier", "missing"]].isna().all().all()
    assert found["rank"].tolist() == [{"A": 1, "D": 4, "unrated": 5}[tier] for tier in drawn.tier]


@pytest.mark.parametrize("better, tier", [(99, "A"), (100, "B")])
def test_key_is_who_is_outsold_by_fewer_than_a_hundred(better, tier):
    giants = GIANTS.head(better)
    me = pd.DataFrame({"sales": [5.0], "collected": [5.0], "is_new": [False]})

    assert CLASSES.assign(pd.concat([giants, me])).tier.iloc[-1] == tier


def test_all_who_tie_at_the_hundredth_place_are_key():
    sales = [2000.0] * 98 + [1000.0] * 5 + [999.99] * 5
    rows = pd.DataFrame({"sales": sales, "collected": sales, "is_new": False})

    assert CLASSES.assign(rows).key.sum() == 103
    assert CLASSES.assign(rows.sample(frac=1, random_state=1)).key.sum() == 103


@pytest.mark.parametrize(
    "margin, drawn",
    [
        ("0.3", "paid | tier | small\n 70 | C | C\n 69.99 | D | D"),
        # The line meets the high rate: nobody key is C.
        ("0.1", "paid | tier | small\n 90 | B | C\n 89.99 | D | D"),
        ("0.05", "paid | tier | small\n 95 | B | C\n 94.99 | D | D\n 100 | A | B"),
        ("0.333", "paid | tier | small\n 66.7 | C | C\n 66.69 | D | D"),
    ],
)
def test_the_line_moves_with_the_margin(margin, drawn):
    drawn = table(drawn)
    rows, scheme = drawn.assign(sales=100.0, collected=drawn.paid), with_margin(Decimal(margin))

    assert classes(rows, scheme, key=True).tier.tolist() == drawn.tier.tolist()
    assert classes(rows, scheme, key=False).tier.tolist() == drawn.small.tolist()


def test_above_the_high_rate_the_line_leads_a_key_customer_straight_to_b():
    drawn = pd.DataFrame({"sales": [100.0], "collected": [90.0]})
    scheme = with_margin(Decimal("0.05"))

    key, small = classes(drawn, scheme, key=True).iloc[0], classes(drawn, scheme, key=False).iloc[0]

    assert (key.tier, key.next_tier, key.missing) == ("D", "B", 0.05)
    assert (small.tier, small.next_tier, small.missing) == ("D", "C", 0.05)
    assert key.why == (
        "repayment rate 90%, a key customer (top 100 by sales), under the line of 95%: class D; "
        "5 points more for class B"
    )


def test_rates_are_compared_in_whole_fen():
    sales = [8_999_999_999_999, 10_000_000_000_000, 10_000_000_000_000]
    paid = [8_999_999_999_999, 9_000_000_000_000, 8_999_999_999_999]
    rows = pd.DataFrame({"sales_fen": sales, "collected_fen": paid, "is_new": False})

    assert CLASSES.assign(rows).tier.tolist() == ["A", "B", "C"]
    assert CLASSES.assign(rows).why.iloc[2].startswith("repayment rate 89.99%")  # cut, not rounded to 90


def test_the_reasons():
    drawn = table("sales | collected\n200 | 250\n200 | 190\n200 | 161\n200 | 100\n")

    assert classes(drawn, key=True).why.tolist() == [
        "repayment rate 125%, a key customer (top 100 by sales), at least 100%: class A",
        "repayment rate 95%, a key customer (top 100 by sales), at least 90%: class B; "
        "5 points more for class A",
        "repayment rate 80.50%, a key customer (top 100 by sales), not under the line of 80%: class C; "
        "9.50 points more for class B",
        "repayment rate 50%, a key customer (top 100 by sales), under the line of 80%: class D; "
        "30 points more for class C",
    ]
    small = classes(drawn, key=False)
    assert small.why.iloc[0] == (
        "repayment rate 125%, not a key customer, at least 100%: class B; "
        "class A is for the top 100 by sales alone"
    )
    assert small.why_zh.tolist() == [
        "回款率 125%，非重点客户，达到 100%：B 级；须进入销售额前 100 名方可为 A 级",
        "回款率 95%，非重点客户，达到 90%：C 级；再提高 5 个百分点即为 B 级",
        "回款率 80.50%，非重点客户，不低于 80% 底线：C 级；再提高 19.50 个百分点即为 B 级",
        "回款率 50%，非重点客户，低于 80% 底线：D 级；再提高 30 个百分点即为 C 级",
    ]


def test_the_reasons_of_the_new_and_the_unknown():
    drawn = table("""
        sales | collected | is_new
        100   | 100       | true
        100   | 100       |
              | 100       | false
        0     | 100       | false
        100   |           | false
    """)

    found = classes(drawn, key=True)

    assert found.why.tolist() == [
        "a new customer: class D, no credit",
        "new or not is unknown: unrated",
        "sales are unknown: unrated",
        "nothing sold, so no repayment rate: unrated",
        "collections are unknown: unrated",
    ]
    assert found.why_zh[0] == "新客户：D 级，无授信"


@pytest.mark.parametrize("count", [0, 1])
def test_one_customer_and_none(count):
    rows = pd.DataFrame({"sales": [5.0], "collected": [5.0], "is_new": [False]}).head(count)

    assert CLASSES.assign(rows).tier.tolist() == ["A"] * count


def test_what_is_not_there_is_named():
    for column in GIANTS:
        with pytest.raises(MissingColumn, match=f"receivables/classes v1 needs the column '{column}'"):
            CLASSES.assign(GIANTS.drop(columns=column))


def test_sales_that_are_no_money_are_refused():
    declared = CLASSES.model_dump(exclude_none=True)
    declared["sales"]["money"] = False

    with pytest.raises(SchemeRefused, match="sales: sales is money in one column"):
        ReceivablesScheme.model_validate(declared)
