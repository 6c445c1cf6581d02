"""Whom a customer talks with, and who left from the same unit and the same dealer; known by the day."""

import pytest

from tests.spec.view.viewing import measured, seen
from tests.tables import company

COMPANY = company(
    customers="""
        customer_id | phone | unit_id | known_at
        ann         | 1     | north   | 2025-01-01
        bob         | 2     | north   | 2025-01-01
        cid         | 3     | north   | 2025-01-01
        dee         | 4     |         | 2025-01-01
        eve         | 2     | south   | 2026-03-15
    """,
    accounts="""
        account_id | customer_id | opened_at  | dealer_id | known_at
        a1         | ann         | 2025-01-01 | hall      | 2025-01-01
        a2         | ann         | 2025-06-01 | shop      | 2025-06-01
        b1         | bob         | 2025-01-01 | shop      | 2025-01-01
        c1         | cid         | 2025-01-01 | hall      | 2025-01-01
    """,
    statuses="""
        account_id | customer_id | happened_at | status           | known_at
        b1         | bob         | 2026-01-10  | closed_voluntary | 2026-01-12
        c1         | cid         | 2025-08-01  | closed_voluntary | 2025-08-01
        c1         | cid         | 2026-02-01  | open             | 2026-02-01
    """,
    circles="""
        customer_id | counterpart | happened_at | times | known_at
        ann         | 2           | 2026-01-01  |     5 | 2026-01-31
        ann         | 3           | 2026-01-01  |     1 | 2026-01-31
        ann         | 99          | 2026-01-01  |     9 | 2026-01-31
        dee         | 1           | 2026-01-01  |     2 | 2026-01-31
    """,
)


@pytest.mark.parametrize(
    "as_of, friends, left",
    [
        ("2026-01-31", None, None),  # January's calls are not known yet
        ("2026-02-01", 2, 2),  # bob, and cid who has not come back yet
        ("2026-02-02", 2, 1),
        ("2026-03-16", 2, None),  # the number of bob, who left, is eve's now; cid came back
    ],
)
def test_customers_in_the_circle_and_those_of_them_who_left(as_of, friends, left):
    counted = {"of": "counterpart", "days": 90}
    known = seen(
        COMPANY, measured("neighbours", "distinct", where={"is_customer": True}, **counted), as_of=as_of
    )
    gone = seen(COMPANY, measured("neighbours", "distinct", where={"has_left": True}, **counted), as_of=as_of)

    assert (known["ann"], gone["ann"]) == (friends, left)
    assert gone["dee"] is None  # ann stays


@pytest.mark.parametrize(
    "as_of, column, ann, bob, cid, dee",
    [
        ("2026-01-12", "unit_left", 0, 0, 0, None),  # bob's leaving is known on the 12th, seen on the 13th
        ("2026-01-13", "unit_left", 1, 0, 1, None),  # nobody counts themselves
        ("2026-01-13", "unit_around", 1, 1, 2, None),  # cid left long ago and is around nobody
        ("2026-02-02", "unit_around", 2, 2, 2, None),  # and is back
        ("2026-04-10", "unit_left", 1, 0, 1, None),  # 90 days after the 10th of January
        ("2026-04-11", "unit_left", 0, 0, 0, None),
        ("2026-01-13", "dealer_left", 1, 0, 0, None),  # the account opened last is of the same shop as bob's
        ("2026-01-13", "dealer_around", 1, 1, 0, None),
    ],
)
def test_others_of_the_same_unit_and_dealer(as_of, column, ann, bob, cid, dee):
    found = seen(COMPANY, measured("surroundings", "sum", of=column), as_of=as_of)

    assert [found[who] for who in ("ann", "bob", "cid", "dee")] == [ann, bob, cid, dee]
