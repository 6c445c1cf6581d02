"""Credit lines: a budget shared to classes A, B, C by their share of the sales, then by sales within each.

The lines sum to the budget to the fen; D, the new and the unrated get nothing.
"""

from decimal import Decimal

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.tier import credit_lines
from liuke.tier.credit import CreditRefused, largest_remainder
from tests.tables import table

GIANTS = pd.DataFrame(
    {"customer_id": "g", "sales_fen": [10**6] * 100, "collected_fen": [0] * 100, "is_new": [True] * 100}
)


def test_the_budget_goes_to_classes_and_then_to_customers():
    drawn = table("""
        customer_id | sales | collected | is_new | tier    | credit_fen
        ann         |  600  |  600      | false  | A       |  30000
        bob         |  200  |  200      | false  | A       |  10000
        cid         |  700  |  630      | false  | B       |  35000
        dee         |  500  |  400      | false  | C       |  25000
        eve         |  900  |  719      | false  | D       |      0
        fay         |  900  |  900      | true   | D       |      0
        gus         |       |  900      | false  | unrated |      0
        hal         |  900  |  900      |        | unrated |      0
        ian         |    0  |    0      | false  | unrated |      0
        joe         | -300  | -300      | false  | unrated |      0
    """)

    found = credit_lines(drawn[["customer_id", "sales", "collected", "is_new"]], budget_fen=100_000)

    assert found.tier.tolist() == drawn.tier.tolist()
    assert found.credit_fen.tolist() == drawn.credit_fen.tolist()
    assert found.credit.tolist() == [Decimal(fen) / 100 for fen in drawn.credit_fen]
    assert found.customer_id.tolist() == drawn.customer_id.tolist()
    assert found.rate.tolist()[:4] == [1, 1, 0.9, 0.8]
    assert list(found.columns) == [
        *["customer_id", "tier", "rate", "key", "credit_fen", "credit", "why", "why_zh"]
    ]


def test_a_fen_that_is_left_goes_to_the_larger_sales_then_the_smaller_number():
    rows = pd.DataFrame(
        {"customer_id": ["c", "a", "b"], "sales": [1.0] * 3, "collected": [1.0] * 3, "is_new": False}
    )

    assert credit_lines(rows, budget_fen=4).credit_fen.tolist() == [1, 2, 1]
    assert credit_lines(rows, budget_fen=5).credit_fen.tolist() == [1, 2, 2]
    assert credit_lines(rows.drop(columns="customer_id"), budget_fen=4).credit_fen.tolist() == [2, 1, 1]
    assert largest_remainder(2, [1, 3], ["a", "b"]) == [1, 1]  # 0.5 and 1.5: equal remainders go by ties
    assert largest_remainder(2, [1, 3], ["b", "a"]) == [0, 2]


def test_the_line_moves_with_the_margin():
    rows = pd.DataFrame({"sales": [10.0, 10.0], "collected": [10.0, 7.5], "is_new": False})

    assert credit_lines(rows, budget_fen=100).credit_fen.tolist() == [100, 0]
    assert credit_lines(rows, budget_fen=100, gross_margin=0.25).credit_fen.tolist() == [50, 50]
    assert credit_lines(rows, budget_fen=100, gross_margin=Decimal("0.2499")).credit_fen.tolist() == [100, 0]


def test_every_make_of_frame_gets_its_own_make_back():
    rows = pd.DataFrame({"sales": [10.0], "collected": [10.0], "is_new": [False]}, index=[7])
    arrow = pa.Table.from_pandas(rows, preserve_index=False)

    assert credit_lines(rows, budget_fen=1).index.tolist() == [7]
    assert credit_lines(arrow, budget_fen=1)["credit_fen"].to_pylist() == [1]
    assert isinstance(credit_lines(pl.from_arrow(arrow), budget_fen=1), pl.DataFrame)
    assert credit_lines(arrow, budget_fen=1)["credit"].type == pa.decimal128(20, 2)


def test_the_reason_tells_the_line():
    rows = pd.DataFrame({"sales": [10.0, 10.0], "collected": [10.0, 1.0], "is_new": [False, True]})

    found = credit_lines(rows, budget_fen=1_234_567_890)

    assert found.why.tolist() == [
        "repayment rate 100%, a key customer (top 100 by sales), at least 100%: class A; "
        "credit 12,345,678.90 by its share of the sales",
        "a new customer: class D, no credit",
    ]
    assert found.why_zh.tolist() == [
        "回款率 100%，重点客户（销售额前 100 名），达到 100%：A 级；按销售额占比授信 12,345,678.90 元",
        "新客户：D 级，无授信",
    ]


@pytest.mark.parametrize("budget", [-1, 1.0, 100.5, "100", None, True, Decimal(5), 2**63])
def test_a_budget_is_whole_fen(budget):
    with pytest.raises(CreditRefused, match="budget_fen is a whole number of fen, not negative"):
        credit_lines(GIANTS, budget_fen=budget)


@pytest.mark.parametrize("margin", [0, 1, -0.1, 1.1, float("nan"), "much", 20])
def test_a_margin_is_a_share(margin):
    with pytest.raises(CreditRefused, match="gross_margin is a share between 0 and 1"):
        credit_lines(GIANTS, budget_fen=1, gross_margin=margin)


def test_when_nobody_may_have_credit_a_budget_is_refused():
    with pytest.raises(CreditRefused, match="Nobody is in A, B, C, so no line can be given"):
        credit_lines(GIANTS, budget_fen=1)
    with pytest.raises(CreditRefused, match="Nobody is in A, B, C"):
        credit_lines(GIANTS.head(0), budget_fen=1)

    assert credit_lines(GIANTS, budget_fen=0).credit_fen.sum() == 0
    assert len(credit_lines(GIANTS.head(0), budget_fen=0)) == 0


fen = st.integers(-(10**3), 10**4) | st.integers(10**12, 10**13)
buyers = st.lists(st.tuples(fen, st.integers(0, 120), st.sampled_from([False, False, True])), max_size=40)
budgets = st.integers(0, 50) | st.integers(0, 10**13)


def frame(rows):
    return pd.DataFrame(
        {
            "customer_id": [f"c{number:02d}" for number in range(len(rows) + 1)],
            "sales_fen": pd.Series([*(sold for sold, _, _ in rows), 7], dtype="int64"),
            "collected_fen": pd.Series([*(sold * rate // 100 for sold, rate, _ in rows), 7], dtype="int64"),
            "is_new": [*(new for _, _, new in rows), False],
        }
    )


@settings(max_examples=12, deadline=None)
@given(buyers, budgets)
def test_lines_sum_to_the_budget_and_rise_with_sales(rows, budget):
    given_rows = frame(rows)  # the last one is always in a class

    found = credit_lines(given_rows, budget_fen=budget).assign(sales=given_rows.sales_fen)

    assert found.credit_fen.sum() == budget
    assert (found.credit_fen >= 0).all()
    assert (found.credit_fen[~found.tier.isin(["A", "B", "C"])] == 0).all()
    for _, members in found.groupby("tier"):
        assert members.sort_values(["sales", "credit_fen"]).credit_fen.is_monotonic_increasing
    total = sum(int(sold) for sold in found.sales[found.tier.isin(["A", "B", "C"])])
    for _, members in found[found.tier.isin(["A", "B", "C"])].groupby("tier"):
        got, sold = int(members.credit_fen.sum()), sum(int(sale) for sale in members.sales)
        assert abs(got * total - budget * sold) < total  # less than a fen from the class's share


@settings(max_examples=8, deadline=None)
@given(buyers, budgets, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, budget, random):
    given_rows = frame(rows)
    shuffled = given_rows.sample(frac=1, random_state=random.randrange(2**32))

    found = credit_lines(given_rows, budget_fen=budget)

    again = credit_lines(shuffled, budget_fen=budget).sort_index()
    pd.testing.assert_frame_equal(again, found)
