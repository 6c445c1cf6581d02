"""Suspension by kind: who is suspended when a month ends, and who became so within it."""

from datetime import date

import pytest

from tests.spec.predict.reporting import stand, who
from tests.tables import company

STATUSES = """
    customer_id | account_id | happened_at      | status
    ann         | a1         | 2026-01-10       | suspended_arrears
    ann         | a1         | 2026-01-12       | suspended_arrears
    ann         | a1         | 2026-02-01       | open
    bob         | b1         | 2026-01-31 23:59 | suspended_requested
    bob         | b1         | 2026-02-28       | closed_voluntary
    cai         | c1         | 2026-02-01       | suspended_high_spend
    cai         | c1         | 2026-02-03       | open
    cai         | c1         | 2026-02-20       | suspended_arrears
    dai         | d1         | 2026-02-05       | suspended_arrears
    dai         | d2         | 2026-02-06       | suspended_requested
"""


@pytest.fixture(scope="module")
def rows():
    tables = company(customers="customer_id\nann\nbob\ncai\ndai\n", statuses=STATUSES)
    return stand(tables, as_of=date(2026, 3, 1))


@pytest.mark.parametrize(
    "measure, month, kind, found",
    [
        ("suspended", "2026-01", "arrears", {"ann"}),  # restored on the first instant of February
        ("suspended", "2026-01", "requested", {"bob"}),
        ("suspended", "2026-02", "arrears", {"cai"}),  # not ann any more; bob's account is closed
        ("suspended", "2026-02", "requested", {"dai"}),  # of two accounts the one suspended last
        ("suspended_anew", "2026-01", "arrears", {"ann"}),  # told twice, suspended once
        ("suspended_anew", "2026-02", "arrears", {"cai"}),  # once, by the later of two suspensions
        ("suspended_anew", "2026-02", "high_spend", set()),
    ],
)
def test_who_is_suspended(rows, measure, month, kind, found):
    assert who(rows, measure, month, kind) == found


def test_a_customer_counts_once_a_month(rows):
    for measure in ("suspended", "suspended_anew"):
        chosen = rows[rows.measure == measure]
        assert not chosen.duplicated(["customer_id", "month"]).any()


FORWARDED = """
    customer_id | account_id | happened_at | status
    ann         | a1         | 2026-01-10  | diverted
    bob         | b1         | 2026-02-05  | diverted
    bob         | b1         | 2026-02-20  | open
"""
ACCOUNTS = """
    customer_id | account_id | competitor | known_at
    ann         | a1         | Rival      | 2026-01-11
    bob         | b1         |            | 2026-01-01
"""


def test_calls_forwarded_are_told_by_competitor():
    tables = company(customers="customer_id\nann\nbob\n", accounts=ACCOUNTS, statuses=FORWARDED)
    found = stand(tables, as_of=date(2026, 3, 1))

    assert who(found, "forwarded", "2026-01", "Rival") == {"ann"}
    assert who(found, "forwarded", "2026-02") == {"ann"}
    assert who(found, "forwarded_anew", "2026-02", "") == {"bob"}  # nobody told where to
    assert who(found, "suspended", "2026-02") == set()
