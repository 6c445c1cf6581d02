"""The customer card: what a person at the desk sees of one customer, as of a day."""

from datetime import date, datetime

import pytest

from liuke.view.card import compute_cards
from tests.tables import company

COMPANY = company(
    customers="""
        customer_id | name | phone | unit_id | manager_id | opened_at  | do_not_disturb | known_at
        ann         | 安宁 | 138   | b1      | s1         | 2024-01-05 |                | 2024-01-05
        ann         | 安宁 | 139   | b1      | s1         | 2024-01-05 | true           | 2026-03-30
        ann         | 安宁 | 137   | b1      | s1         | 2024-01-05 | false          | 2026-04-01
        bob         | 鲍勃 |       |         |            |            |                | 2026-01-01
    """,
    units="unit_id | name_zh | name_en | level\nb1 | 东街营业厅 | East Street | branch",
    staff="staff_id | name\ns1 | 李梅",
    accounts="""
        account_id | customer_id | plan  | opened_at  | contract_end_on
        a1         | ann         | basic | 2024-02-01 | 2026-06-30
        a2         | ann         | plus  | 2025-05-01 |
        a3         | bob         | tiny  | 2025-12-31 |
    """,
    statuses="""
        account_id | customer_id | happened_at | status            | reason | known_at
        a1         | ann         | 2024-02-01  | open              |        | 2024-02-01
        a1         | ann         | 2026-03-10  | suspended_arrears | unpaid | 2026-03-10
        a1         | ann         | 2026-03-20  | open              |        | 2026-04-02
    """,
    holdings="""
        account_id | customer_id | product   | held
        a1         | ann         | tv        | true
        a1         | ann         | cloud     | false
        a2         | ann         | broadband | true
        a2         | ann         | tv        | true
    """,
    bills="""
        bill_id | customer_id | period_start | period_end | billed_fen | due_on     | happened_at
        b1      | ann         | 2026-02-01   | 2026-03-01 |      18600 | 2026-03-15 | 2026-03-01
        b2      | ann         | 2025-03-01   | 2025-04-01 |        700 | 2025-04-15 | 2025-04-01
        b3      | ann         | 2026-03-01   | 2026-04-01 |      10800 | 2026-04-15 | 2026-04-01
        b4      | ann         | 2025-05-01   | 2025-12-01 |      99900 |            | 2025-12-01
    """,
    payments="customer_id | bill_id | amount_fen | happened_at\nann | b1 | 8600 | 2026-03-15",
    events="""
        customer_id | kind  | happened_at      | quantity | amount_fen
        ann         | voice | 2026-03-01 08:00 |      1.5 |         30
        ann         | voice | 2026-03-31 23:00 |      2.5 |         50
        ann         | data  | 2026-03-02       |    100.0 |
        ann         | voice | 2025-10-31 23:59 |      9.0 |         20
        ann         | voice | 2026-02-28 23:59 |      4.0 |
    """,
    contacts="""
        contact_id | customer_id | happened_at      | purpose   | channel | outcome     | feedback
        k1         | ann         | 2026-01-10       | retention | phone   | reached     | price
        k2         | ann         | 2026-02-10 09:30 | care      | phone   | unreachable |
    """,
    complaints="""
        complaint_id | customer_id | happened_at | category | status   | known_at
        q1           | ann         | 2026-03-01  | billing  | open     | 2026-03-01
        q1           | ann         | 2026-03-01  | billing  | resolved | 2026-03-20
        q2           | ann         | 2026-03-05  | network  | open     | 2026-03-05
    """,
    offers="customer_id | happened_at | policy | outcome\nann | 2026-02-01 | data-gift | accepted",
    points="""
        customer_id | kind     | happened_at | points
        ann         | earned   | 2026-01-01  |    500
        ann         | redeemed | 2026-02-01  |   -200
    """,
)


@pytest.fixture(scope="module")
def cards():
    rows = compute_cards(COMPANY, as_of=date(2026, 4, 1)).to_pyarrow().to_pylist()
    return {row["customer_id"]: row for row in rows}


def test_basics_as_latest_known(cards):
    ann = cards["ann"]

    assert {name: ann[name] for name in ("name", "phone", "do_not_disturb")} == {
        "name": "安宁",
        "phone": "139",  # the newest number reaches us on the as-of day
        "do_not_disturb": True,
    }
    assert (ann["unit_name_zh"], ann["unit_name_en"], ann["manager_name"]) == (
        "东街营业厅",
        "East Street",
        "李梅",
    )
    assert ann["opened_on"] == date(2024, 1, 5)


def test_the_account_opened_last_and_where_it_stands(cards):
    ann = cards["ann"]

    assert (ann["accounts"], ann["account_id"], ann["plan"], ann["contract_end_on"]) == (
        2,
        "a2",
        "plus",
        None,
    )
    assert (ann["status"], ann["status_on"], ann["status_reason"]) == (
        "suspended_arrears",
        date(2026, 3, 10),
        "unpaid",
    )
    assert [each["status"] for each in ann["statuses"]] == ["suspended_arrears", "open"]
    assert ann["products"] == ["broadband", "tv"]


def test_twelve_months_of_history(cards):
    history = cards["ann"]["history"]

    assert [each["month"] for each in history[:1] + history[-1:]] == ["2025-04", "2026-03"]
    told = {each.pop("month"): each for each in history if set(each.values()) - {each["month"], None}}
    assert told == {
        "2025-10": {"billed_fen": None, "paid_fen": None, "spent_fen": 20},
        "2026-02": {"billed_fen": 18600, "paid_fen": 8600, "spent_fen": None},
        "2026-03": {"billed_fen": None, "paid_fen": None, "spent_fen": 80},
    }  # March's bill comes out on the as-of day; the one over seven months belongs to no month
    assert cards["ann"]["unpaid_fen"] == 10000 + 700 + 99900


def test_use_by_month_and_kind(cards):
    assert [tuple(each.values()) for each in cards["ann"]["usage"]] == [
        ("2025-10", "voice", 1, 9.0, 20),
        ("2026-02", "voice", 1, 4.0, None),
        ("2026-03", "data", 1, 100.0, None),
        ("2026-03", "voice", 2, 4.0, 80),
    ]


def test_what_happened_between_us_latest_first(cards):
    ann = cards["ann"]

    assert [each["happened_at"] for each in ann["contacts"]] == [
        datetime(2026, 2, 10, 9, 30),
        datetime(2026, 1, 10),
    ]
    assert ann["latest_contact_on"] == date(2026, 2, 10)
    assert [(each["complaint_id"], each["status"]) for each in ann["complaints"]] == [
        ("q2", "open"),
        ("q1", "resolved"),
    ]
    assert (ann["open_complaints"], ann["has_open_complaint"]) == (1, True)
    assert [each["policy"] for each in ann["offers"]] == ["data-gift"]
    assert (ann["surveys"], ann["points"]) == ([], 300)


def test_a_customer_of_whom_little_is_known(cards):
    bob = cards["bob"]

    assert (bob["opened_on"], bob["plan"], bob["status"], bob["unpaid_fen"]) == (
        date(2025, 12, 31),
        "tiny",
        None,
        None,
    )
    assert (bob["do_not_disturb"], bob["has_open_complaint"], bob["latest_contact_on"]) == (
        False,
        False,
        None,
    )
    assert (bob["contacts"], bob["products"], bob["usage"], len(bob["history"])) == ([], [], [], 12)


def test_lists_keep_the_latest_ten():
    many = "\n".join(f"ann | 2026-01-{day:02d}" for day in range(1, 13))
    crowded = company(customers="customer_id\nann", contacts=f"customer_id | happened_at\n{many}")

    (ann,) = compute_cards(crowded, as_of=date(2026, 2, 1)).to_pyarrow().to_pylist()

    assert [each["happened_at"].day for each in ann["contacts"]] == list(range(12, 2, -1))
