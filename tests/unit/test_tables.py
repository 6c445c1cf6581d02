"""A drawn table has the types a reader expects of it."""

from datetime import date, datetime

import pytest

from tests.tables import company, rows_of, table


def test_columns_are_typed_by_name_then_by_content():
    drawn = table("""
        customer_id | opened_on  | seen_at          | paid_fen | rate | visits | vip   | plan
        ------------|------------|------------------|----------|------|--------|-------|-----
        007         | 2026-02-28 | 2026-03-01       |      100 | 0.5  |      3 | true  | basic
        8           |            | 2026-03-01 12:30 |     -100 |      |      4 | false |
    """)

    first, second = drawn.to_dict("records")
    assert first == {
        "customer_id": "007",
        "opened_on": date(2026, 2, 28),
        "seen_at": datetime(2026, 3, 1),
        "paid_fen": 100,
        "rate": 0.5,
        "visits": 3,
        "vip": True,
        "plan": "basic",
    }
    assert second["seen_at"] == datetime(2026, 3, 1, 12, 30)
    assert drawn.isna().iloc[1].to_dict() == {name: name in {"opened_on", "rate", "plan"} for name in first}


def test_a_row_of_the_wrong_length_is_refused():
    with pytest.raises(ValueError, match="3 cells under 2 columns: ann"):
        table("customer_id | visits\nann | 3 | 4")


def test_no_rows_keep_their_columns():
    assert list(table("customer_id | visits").columns) == ["customer_id", "visits"]


def test_canonical_rows_are_filled_and_known_when_they_happen():
    (row,) = rows_of("events", "customer_id | kind | happened_at\nann | 7 | 2026-03-01").to_pylist()

    assert (row["row_key"], row["known_at"], row["amount_fen"]) == ("0", datetime(2026, 3, 1), None)
    assert row["kind"] == "7"  # a text in the canonical table, whatever it looks like


def test_a_column_or_table_that_is_not_canonical_is_refused():
    with pytest.raises(ValueError, match="events has no column \\['kinds'\\]"):
        rows_of("events", "customer_id | kinds\nann | call")
    with pytest.raises(ValueError, match="No canonical table is called \\['event'\\]"):
        company(event="customer_id\nann")
