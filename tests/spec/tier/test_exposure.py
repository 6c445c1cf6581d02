"""Exposure: what is owed today against the credit line, by customer and by class."""

import pandas as pd
import pyarrow as pa
import pytest

from liuke.kernel.errors import MissingColumn
from liuke.tier import credit_lines, report_exposure
from tests.tables import table

LINES = table("""
    customer_id | tier    | credit_fen
    ann         | A       |  10000
    bob         | A       |  10000
    cid         | B       |   5000
    dee         | D       |      0
    eve         | unrated |      0
    fay         | B       |   5000
""")
OWED = table("""
    customer_id | outstanding_fen
    ann         |  10000
    bob         |  10001
    cid         |   1000
    cid         |   1500
    dee         |    700
    new         |    900
    eve         |   -100
""")


def test_each_customer_against_the_line():
    found = report_exposure(LINES, OWED).customers

    expected = table("""
        customer_id | tier    | outstanding_fen | credit_fen | over_fen | used
        ann         | A       |  10000          | 10000      |    0     | 1
        bob         | A       |  10001          | 10000      |    1     | 1.0001
        cid         | B       |   2500          |  5000      |    0     | 0.5
        dee         | D       |    700          |     0      |  700     |
        eve         | unrated |   -100          |     0      |    0     |
        fay         | B       |      0          |  5000      |    0     | 0
        new         |         |    900          |     0      |  900     |
    """)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_the_classes_are_summed_and_those_without_one_come_last():
    found = report_exposure(LINES, OWED).classes

    expected = table("""
        tier    | customers | outstanding_fen | credit_fen | over_fen | over_customers | used
        A       | 2         | 20001           | 20000      |    1     | 1              | 1.00005
        B       | 2         |  2500           | 10000      |    0     | 0              | 0.25
        D       | 1         |   700           |     0      |  700     | 1              |
        unrated | 1         |  -100           |     0      |    0     | 0              |
                | 1         |   900           |     0      |  900     | 1              |
    """)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_those_who_owe_without_a_line_are_listed():
    found = report_exposure(LINES, OWED).without_line

    assert found.customer_id.tolist() == ["new", "dee"]  # eve is owed money herself
    assert found.outstanding_fen.tolist() == [900, 700]


def test_a_debt_that_is_not_known_is_not_nought():
    owed = table("customer_id | outstanding_fen\nann | 5\nann | \n")

    found = report_exposure(LINES, owed).customers.set_index("customer_id")

    assert found.loc["ann", ["outstanding_fen", "over_fen", "used"]].isna().all()
    assert found.loc["bob", "outstanding_fen"] == 0


def test_lines_as_they_come_from_the_budget():
    rows = pd.DataFrame(
        {"customer_id": ["a", "b"], "sales": [1.0, 1.0], "collected": [1.0, 1.0], "is_new": False}
    )
    lines = pa.Table.from_pandas(credit_lines(rows, budget_fen=100), preserve_index=False)

    found = report_exposure(lines, table("customer_id | outstanding_fen\na | 60\n"))

    assert found.customers["over_fen"].to_pylist() == [10, 0]


def test_nobody():
    found = report_exposure(LINES.head(0), OWED.head(0))

    assert [len(part) for part in (found.customers, found.classes, found.without_line)] == [0, 0, 0]


def test_what_is_not_there_is_named():
    with pytest.raises(MissingColumn, match="the exposure report needs the column 'outstanding_fen'"):
        report_exposure(LINES, LINES)
