"""The unknown is not zero: a feature says which of the two "nothing there" is."""

import pytest

from tests.spec.view.viewing import derived, measured, seen
from tests.tables import company

SHOP = company(
    customers="""
        customer_id
        ann
        bob
    """,
    events="""
        customer_id | kind     | happened_at | amount_fen | quantity
        ann         | purchase | 2026-01-10  |       1000 |
        ann         | refund   | 2026-01-12  |      -1000 |
    """,
)


@pytest.mark.parametrize(
    "measure, of, ann, nothing",
    [
        ("count", None, 2, 0),
        ("any", None, True, False),
        ("sum", "amount_fen", 0, 0),
        ("active_days", None, 2, 0),
        ("distinct", "kind", 2, 0),
        ("max", "amount_fen", 1000, 0),
        ("latest", "amount_fen", -1000, 0),
    ],
)
def test_declared_zero_and_declared_unknown(measure, of, ann, nothing):
    zero = measured("events", measure, of=of, missing="zero")
    unknown = measured("events", measure, of=of, missing="unknown")

    assert seen(SHOP, zero, as_of="2026-02-01") == {"ann": ann, "bob": nothing}
    assert seen(SHOP, unknown, as_of="2026-02-01") == {"ann": ann, "bob": None}


def test_a_customer_with_rows_but_none_that_fit_has_nothing_there():
    for measure in ("count", "any", "active_days"):
        gifts = measured("events", measure, where={"kind": "gift"}, missing="unknown")

        assert seen(SHOP, gifts, as_of="2026-02-01") == {"ann": None, "bob": None}


def test_values_that_are_not_told_are_left_out():
    amounts = measured("events", "sum", of="quantity")

    assert seen(SHOP, amounts, as_of="2026-02-01") == {"ann": None, "bob": None}


def test_a_table_that_is_not_there_counts_as_empty():
    bare = {"customers": SHOP["customers"]}

    assert seen(bare, measured("bills", "count", missing="zero"), as_of="2026-02-01") == {"ann": 0, "bob": 0}
    assert seen(bare, measured("dues", "sum", of="unpaid_fen"), as_of="2026-02-01") == {
        "ann": None,
        "bob": None,
    }


def test_a_customer_not_yet_known_is_not_in_the_view():
    late = company(customers="customer_id | known_at\nann | 2026-01-31 23:59\nbob | 2026-02-01")

    assert seen(late, measured("events", "count", missing="zero"), as_of="2026-02-01") == {"ann": 0}


def test_dividing_by_nothing_is_unknown():
    of = measured("events", "count", name="all", missing="zero")
    base = measured("events", "sum", name="net", of="amount_fen", missing="zero")

    assert seen(SHOP, of, base, derived("ratio", of="all", base="net"), as_of="2026-02-01") == {
        "ann": None,  # 2 / 0
        "bob": None,  # 0 / 0
    }
