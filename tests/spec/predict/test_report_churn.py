"""Churn month by month: who was there, who came, left and came back; each leaving counted once."""

from datetime import date

import pytest

from tests.spec.predict.reporting import stand, who
from tests.tables import company

CUSTOMERS = """
    customer_id
    ann
    bob
    cai
    dai
    eve
    fay
"""
ACCOUNTS = """
    customer_id | account_id | opened_at        | known_at
    ann         | a1         | 2025-01-01       | 2025-01-01
    bob         | b1         | 2026-02-01       | 2026-02-01
    cai         | c1         | 2026-01-31 23:59 | 2026-02-01 08:00
    dai         | d1         | 2025-01-01       | 2025-01-01
    eve         | e1         | 2026-02-10       | 2026-02-10
    fay         | f1         |                  | 2025-01-01
"""
STATUSES = """
    customer_id | account_id | happened_at      | known_at   | status
    ann         | a1         | 2026-02-28 23:59 | 2026-03-01 | closed_voluntary
    dai         | d1         | 2026-03-01       | 2026-03-05 | closed_involuntary
    eve         | e1         | 2026-02-20       | 2026-02-20 | closed_voluntary
    eve         | e1         | 2026-03-10       | 2026-03-10 | open
"""


@pytest.fixture(scope="module")
def rows():
    tables = company(customers=CUSTOMERS, accounts=ACCOUNTS, statuses=STATUSES)
    return stand(tables, as_of=date(2026, 4, 1))


@pytest.mark.parametrize(
    "month, opening, new, lost, returned",
    [
        ("2026-01", {"ann", "dai", "fay"}, {"cai"}, set(), set()),
        ("2026-02", {"ann", "cai", "dai", "fay"}, {"bob", "eve"}, {"ann", "eve"}, set()),
        # bob came on 1 February and so was not there when it began; dai leaves on the first of March itself
        ("2026-03", {"bob", "cai", "dai", "fay"}, set(), {"dai"}, {"eve"}),
    ],
)
def test_who_was_there_who_came_and_who_left(rows, month, opening, new, lost, returned):
    measures = ("opening", "new", "lost", "returned")

    assert [who(rows, measure, month) for measure in measures] == [opening, new, lost, returned]


def test_only_leavers_who_were_there_when_the_month_began_count_for_the_rate(rows):
    lost = rows[(rows.measure == "lost")].set_index("customer_id")

    assert lost.of_opening.to_dict() == {"ann": True, "eve": False, "dai": True}  # eve came in the month


def test_kinds_of_leaving_are_told_apart(rows):
    assert who(rows, "lost", "2026-02", "voluntary") == {"ann", "eve"}
    assert who(rows, "lost", "2026-03", "involuntary") == {"dai"}


@pytest.mark.parametrize(
    "as_of, lost",
    [
        (date(2026, 3, 5), set()),  # told on the fifth, so not known when it began
        (date(2026, 3, 6), {"dai"}),
    ],
)
def test_a_month_may_change_when_more_becomes_known(as_of, lost):
    tables = company(customers=CUSTOMERS, accounts=ACCOUNTS, statuses=STATUSES)

    assert who(stand(tables, as_of=as_of), "lost", "2026-03") == lost


EVENTS = """
    customer_id | happened_at      | kind
    ann         | 2026-01-05 12:00 | voice
    bob         | 2026-01-05 12:00 | voice
    bob         | 2026-03-02 09:00 | voice
    cai         | 2026-01-05 12:00 | voice
    cai         | 2026-03-15 09:00 | voice
    dai         | 2026-01-05 12:00 | voice
    dai         | 2026-02-04 12:00 | voice
    dai         | 2026-02-20 12:00 | voice
    dai         | 2026-03-20 12:00 | voice
"""
OPENED = """
    customer_id | account_id | opened_at
    ann         | a1         | 2025-01-01
    bob         | b1         | 2025-01-01
    cai         | c1         | 2025-01-01
    dai         | d1         | 2025-01-01
"""
CLOSED = """
    customer_id | account_id | happened_at | status
    ann         | a1         | 2026-03-10  | closed_voluntary
    cai         | c1         | 2026-03-10  | closed_voluntary
"""


def test_the_silent_are_lost_once_and_may_come_back():
    silent = company(
        customers="customer_id\nann\nbob\ncai\ndai\n", accounts=OPENED, statuses=CLOSED, events=EVENTS
    )
    rows = stand(silent, as_of=date(2026, 4, 1))

    # dai was heard of on the very instant on which 30 days of silence were over: too late, so gone and back.
    assert who(rows, "lost", "2026-02", "dormant") == {"ann", "bob", "cai", "dai"}
    assert who(rows, "returned", "2026-02") == {"dai"}
    assert who(rows, "returned", "2026-03") == {"bob"}  # not cai, whose account was closed when heard of
    assert who(rows, "lost", "2026-03") == set()
    assert who(rows, "settled", "2026-03", "voluntary") == {"ann", "cai"}  # gone since February


def test_the_month_of_the_as_of_day_is_told_as_far_as_it_has_gone():
    tables = company(customers=CUSTOMERS, accounts=ACCOUNTS, statuses=STATUSES)
    rows = stand(tables, as_of=date(2026, 2, 21))

    assert who(rows, "lost", "2026-02") == {"eve"}  # on the 20th; ann leaves on the 28th
    assert set(rows.month.astype(str).str[:7]) == {"2026-01", "2026-02"}
