"""What holds until something newer is known: customers, accounts, holdings, attributes, complaints."""

import pytest

from tests.spec.view.viewing import measured, seen
from tests.tables import company

COMPANY = company(
    customers="""
        customer_id | sex    | birth_on   | known_at
        ann         | female | 1956-03-31 | 2026-01-01
        ann         | male   | 1956-04-01 | 2026-03-31
        bob         |        |            | 2026-01-01
    """,
    accounts="""
        account_id | customer_id | plan  | opened_at        | contract_end_on | known_at
        a1         | ann         | basic | 2024-01-31       | 2026-05-01      | 2024-01-31
        a1         | ann         | plus  | 2024-01-31       | 2026-05-01      | 2026-03-30
        a2         | ann         | tiny  | 2023-02-28 13:00 |                 | 2026-03-30
    """,
    holdings="""
        account_id | customer_id | product | held  | known_at
        a1         | ann         | tv      | true  | 2026-01-01
        a1         | ann         | tv      | false | 2026-03-30
        a1         | ann         | cloud   | true  | 2026-03-31
        a2         | ann         | phone   | true  | 2026-01-01
    """,
    attributes="""
        customer_id | name     | value_text | value_number | known_at
        ann         | contract | monthly    |              | 2026-01-01
        ann         | contract | two years  |              | 2026-03-30 23:59
        ann         | lines    |            |            2 | 2026-01-01
    """,
    statuses="""
        account_id | customer_id | happened_at | status      | known_at
        a1         | ann         | 2024-01-31  | open        | 2024-01-31
        a1         | ann         | 2026-03-29  | diverted    | 2026-03-31
    """,
    complaints="""
        complaint_id | customer_id | happened_at | status   | known_at
        c1           | ann         | 2026-03-01  | open     | 2026-03-01
        c1           | ann         | 2026-03-01  | resolved | 2026-03-31
        c2           | ann         | 2026-03-30  | open     | 2026-03-30
    """,
)


@pytest.mark.parametrize(
    "as_of, feature, expected",
    [
        ("2026-03-31", measured("customers", "latest", of="sex"), "female"),
        ("2026-04-01", measured("customers", "latest", of="sex"), "male"),
        ("2026-03-31", measured("accounts", "latest", of="plan"), "plus"),  # of the account opened last
        ("2026-03-30", measured("accounts", "latest", of="plan"), "basic"),
        ("2026-03-30", measured("accounts", "count"), 1),
        ("2026-03-31", measured("accounts", "count"), 2),
        ("2026-03-30", measured("holdings", "count", where={"held": True}), 2),
        ("2026-03-31", measured("holdings", "count", where={"held": True}), 1),
        ("2026-03-31", measured("holdings", "latest", of="held", where={"product": "tv"}), False),
        ("2026-03-31", measured("holdings", "latest", of="held", where={"product": "cloud"}), None),
        ("2026-04-01", measured("holdings", "latest", of="held", where={"product": "cloud"}), True),
        (
            "2026-03-30",
            measured("attributes", "latest", of="value_text", where={"name": "contract"}),
            "monthly",
        ),
        (
            "2026-03-31",
            measured("attributes", "latest", of="value_text", where={"name": "contract"}),
            "two years",
        ),
        ("2026-03-31", measured("attributes", "latest", of="value_number", where={"name": "lines"}), 2.0),
        ("2026-03-31", measured("statuses", "latest", of="status"), "open"),  # diverted was not known yet
        ("2026-04-01", measured("statuses", "latest", of="status"), "diverted"),
        ("2026-03-31", measured("complaints", "count", days=90), 2),  # two complaints, not two rows
        ("2026-03-31", measured("complaints", "count", where={"status": "open"}), 2),
        ("2026-04-01", measured("complaints", "count", where={"status": "open"}), 1),
        ("2026-03-31", measured("accounts", "days_until_last", of="contract_end_on"), 31),
        ("2026-05-02", measured("accounts", "days_until_last", of="contract_end_on"), -1),
    ],
)
def test_the_latest_known_row_counts(as_of, feature, expected):
    assert seen(COMPANY, feature, as_of=as_of) == {"ann": expected, "bob": None}


@pytest.mark.parametrize(
    "as_of, months",
    [
        ("2024-01-31", 0),
        ("2024-02-28", 0),
        ("2024-02-29", 1),  # the last day of February completes a month begun on the 31st
        ("2024-03-30", 1),
        ("2024-03-31", 2),
        ("2026-01-30", 23),
        ("2026-01-31", 24),
    ],
)
def test_months_of_tenure(as_of, months):
    opened = company(
        customers="customer_id | opened_at        | known_at\nann | 2024-01-31 15:00 | 2024-01-01",
    )

    assert seen(opened, measured("customers", "months_since_first", of="opened_at"), as_of=as_of) == {
        "ann": months
    }


@pytest.mark.parametrize("as_of, years", [("2026-03-30", 69), ("2026-03-31", 70)])
def test_full_years_of_age(as_of, years):
    age = measured("customers", "years_since_first", of="birth_on")

    assert seen(COMPANY, age, as_of=as_of)["ann"] == years


def test_who_has_not_begun_yet_has_no_tenure():
    ahead = company(customers="customer_id | opened_at  | known_at\nann | 2026-02-01 | 2026-01-01")

    for measure in ("months_since_first", "days_since_first"):
        feature = measured("customers", measure, of="opened_at")
        assert seen(ahead, feature, as_of="2026-01-15") == {"ann": None}
        assert seen(ahead, feature, as_of="2026-02-01") == {"ann": 0}
