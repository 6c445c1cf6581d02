"""What is owed as of a day: bills against the payments that had been made and were known."""

import pytest

from tests.spec.view.viewing import measured, seen
from tests.tables import company

BILLED = """
    bill_id | customer_id | period_start | period_end | billed_fen | due_on     | happened_at
    b1      | ann         | 2026-01-01   | 2026-02-01 |       1000 | 2026-02-20 | 2026-02-01
    b2      | ann         | 2026-02-01   | 2026-03-01 |       2000 | 2026-03-20 | 2026-03-01
    b3      | bob         | 2026-02-01   | 2026-03-01 |       3000 |            | 2026-03-01
    b4      | cid         | 2026-02-01   | 2026-03-01 |          0 | 2026-03-20 | 2026-03-01
"""
COMPANY = company(
    customers="customer_id\nann\nbob\ncid",
    bills=BILLED,
    payments="""
        payment_id | customer_id | bill_id | amount_fen | happened_at | known_at
        p1         | ann         | b1      |        400 | 2026-02-10  | 2026-02-10
        p2         | ann         | b1      |        600 | 2026-02-25  | 2026-02-27
        p3         | ann         | b2      |       1500 | 2026-03-20  | 2026-03-20
        p4         | ann         | b2      |        600 | 2026-03-29  | 2026-03-31
    """,
)


@pytest.mark.parametrize(
    "as_of, measure, of, where, ann, bob, cid",
    [
        (
            "2026-02-27",
            "sum",
            "unpaid_fen",
            {},
            600,
            None,
            None,
        ),  # p2 was paid, but not known before the 27th
        ("2026-02-28", "sum", "unpaid_fen", {}, 0, None, None),
        ("2026-03-31", "sum", "unpaid_fen", {}, 500, 3000, 0),
        ("2026-04-01", "sum", "unpaid_fen", {}, 0, 3000, 0),  # paid too much is not a debt of ours here
        ("2026-03-31", "count", None, {"is_open": True}, 1, 1, None),
        ("2026-03-20", "count", None, {"is_overdue": True}, None, None, None),  # due today is not overdue
        ("2026-03-21", "count", None, {"is_overdue": True}, 1, None, None),  # without a due day nothing is
        ("2026-02-20", "max", "days_late", {}, 0, None, None),
        ("2026-02-21", "max", "days_late", {}, 1, None, None),
        ("2026-02-28", "max", "days_late", {}, 5, None, None),  # settled on the 25th
        ("2026-03-31", "max", "days_late", {}, 11, None, 0),
        ("2026-04-01", "max", "days_late", {}, 9, None, 0),
        ("2026-04-01", "last_on", "settled_on", {}, "2026-03-29", None, None),
    ],
)
def test_what_is_owed(as_of, measure, of, where, ann, bob, cid):
    found = seen(COMPANY, measured("dues", measure, of=of, where=where), as_of=as_of)

    assert {who: str(value) if measure == "last_on" and value else value for who, value in found.items()} == {
        "ann": ann,
        "bob": bob,
        "cid": cid,
    }


@pytest.mark.parametrize("payments", ["", "customer_id | amount_fen | happened_at\nann | 1000 | 2026-02-10"])
def test_where_no_payment_names_its_bill_nothing_is_said_of_arrears(payments):
    silent = company(customers="customer_id\nann", bills=BILLED, payments=payments)

    for measure, of in (("sum", "unpaid_fen"), ("max", "days_late"), ("sum", "paid_fen")):
        assert seen(silent, measured("dues", measure, of=of), as_of="2026-04-01") == {"ann": None}
    for condition in ("is_open", "is_overdue"):
        overdue = measured("dues", "any", where={condition: True}, missing="unknown")
        assert seen(silent, overdue, as_of="2026-04-01") == {"ann": None}
