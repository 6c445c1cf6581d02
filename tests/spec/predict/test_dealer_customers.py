"""Whose customers are whose, from when to when they are watched, and on what age they are gone."""

from datetime import date

import pytest

from liuke.kernel.errors import LiukeError
from liuke.predict.churn import ChurnDefinition, Closing, Dormancy
from liuke.predict.dealers import DealerSettings, audit_dealers
from liuke.predict.dealers.customers import find_signed
from liuke.store import Engine
from tests.tables import company

AS_OF = date(2026, 7, 1)  # silence can be told until 60 days before: 2 May
SETTINGS = DealerSettings(months_back=12, least_reached=1)
DEFINITION = ChurnDefinition(
    method="rolling",
    voluntary=Closing(statuses=("closed_voluntary",)),
    dormant=Dormancy(silent_days=60, events=("voice",)),
)
COMPANY = {
    "customers": """
        customer_id | unit_id | known_at
        ann         | B1      | 2025-07-01
        bob         | B1      | 2025-07-01
        cid         | B2      | 2025-07-01
        dee         |         | 2025-07-01
        eve         | B1      | 2025-07-01
        fay         | B1      | 2025-07-01
        old         | B1      | 2025-06-30
    """,
    "units": """
        unit_id | name_zh | level  | parent_id
        R1      | 一区    | region |
        B1      | 一厅    | branch | R1
        B2      | 二厅    | branch | R1
    """,
    "dealers": """
        dealer_id | name  | kind  | assessment_days | known_at
        D1        | North | agent | 60              | 2025-01-01
        D1        | North | agent | 90              | 2025-06-01
        D2        | South | agent | 90              | 2025-01-01
        H1        | Hall  | hall  |                 | 2025-01-01
    """,
    "accounts": """
        account_id | customer_id | dealer_id | plan | opened_at  | known_at
        a1         | ann         | D1        | P1   | 2025-07-01 | 2025-07-01
        a1         | ann         | D1        | P2   | 2025-07-01 | 2026-01-01
        a2         | ann         | D2        | P1   | 2026-01-01 | 2026-01-01
        b1         | bob         | D1        | P1   | 2026-01-01 | 2026-01-01
        c1         | cid         | D2        | P1   | 2026-01-01 | 2026-01-01
        d1         | dee         | H1        | P1   | 2026-05-01 | 2026-05-01
        e1         | eve         | D1        | P1   | 2026-05-02 | 2026-05-02
        f1         | fay         |           | P1   | 2026-01-01 | 2026-01-01
        o1         | old         | D1        | P1   | 2025-06-30 | 2025-06-30
    """,
    "statuses": """
        account_id | customer_id | happened_at | status
        b1         | bob         | 2026-04-11  | closed_voluntary
        c1         | cid         | 2026-05-02  | closed_voluntary
    """,
    "events": """
        customer_id | happened_at | kind
        ann         | 2025-07-11  | voice
        ann         | 2026-03-02  | voice
        bob         | 2026-04-10  | voice
        cid         | 2026-05-01  | voice
        dee         | 2026-06-30  | voice
    """,
    "commissions": """
        commission_id | dealer_id | customer_id | amount_fen | happened_at
        1             | D1        | bob         | 5000       | 2026-04-03
        2             | D1        | bob         | 1000       | 2026-04-04
        3             | D2        | cid         | 7000       | 2026-04-03
        4             | D1        | ann         | 9000       | 2026-07-01
    """,
}


@pytest.fixture(scope="module")
def engine():
    made = Engine()
    yield made
    made.close()


@pytest.fixture(scope="module")
def signed(engine):
    return find_signed(company(**COMPANY), DEFINITION, engine, as_of=AS_OF, settings=SETTINGS)


def test_customers_belong_to_the_dealer_of_their_first_account(signed):
    told = dict(zip(*signed.customers.select(["customer_id", "dealer_id"]).to_pydict().values(), strict=True))

    assert told == {
        "ann": "D1",  # the second account was opened at another dealer
        "bob": "D1",
        "cid": "D2",
        "dee": "H1",  # opened on 1 May; eve on 2 May, from when on silence cannot be told
    }  # fay's dealer is not known; old opened a day before the twelve months


@pytest.mark.parametrize(
    "customer, enters, leaves, is_gone",
    [
        ("ann", 10, 10, True),  # watched from the first event on; silent from that day, for 60 days
        ("bob", 0, 100, True),  # 11 April
        ("cid", 0, 121, False),  # closed on 2 May, the day up to which leaving is looked at
        ("dee", 0, 1, False),
    ],
)
def test_ages_between_which_they_are_watched(signed, customer, enters, leaves, is_gone):
    row = signed.customers["customer_id"].to_pylist().index(customer)

    assert signed.lives.enters[row] == enters
    assert signed.lives.leaves[row] == leaves
    assert bool(signed.lives.is_gone[row]) is is_gone


def test_the_latest_terms_count_and_halls_have_none(signed):
    terms = signed.dealers.select(["dealer_id", "assessment_days"]).to_pydict()

    assert dict(zip(*terms.values(), strict=True)) == {"D1": 90, "D2": 90, "H1": 0}


def test_matched_groups_are_month_plan_and_region(signed):
    likes = dict(zip(signed.customers["customer_id"].to_pylist(), signed.lives.likes.tolist(), strict=True))

    assert likes["bob"] == likes["cid"]  # B1 and B2 are both of R1
    assert likes["dee"][2] != likes["bob"][2]  # another month
    assert {levels[3] for levels in likes.values()} == {0}


def test_commission_paid_by_the_day_is_summed(signed):
    paid = dict(zip(*signed.customers.select(["customer_id", "paid_fen"]).to_pydict().values(), strict=True))

    assert paid == {"ann": 0, "bob": 6000, "cid": 7000, "dee": 0}


def test_the_case_lists_who_went_in_the_window_with_what_was_paid(engine):
    audit = audit_dealers(company(**COMPANY), DEFINITION, engine, as_of=AS_OF, settings=SETTINGS)
    case = {each["dealer_id"]: each for each in audit.cases.to_pylist()}["D1"]

    assert [(each["customer_id"], each["days_after"]) for each in case["gone"]] == [("bob", 10)]
    assert case["at_stake"] == 60
    assert "90" in case["why"]
    assert "90 天" in case["why_zh"]


def test_without_commissions_the_stake_is_unknown_and_not_nought(engine):
    tables = company(**{name: rows for name, rows in COMPANY.items() if name != "commissions"})
    audit = audit_dealers(tables, DEFINITION, engine, as_of=AS_OF, settings=SETTINGS)

    assert audit.cases["at_stake"].null_count == audit.cases.num_rows
    assert audit.card["not_known"] == ["commissions"]
    assert audit.card["at_stake"] is None


@pytest.mark.parametrize(
    "changed, message",
    [
        ({"dealers": ""}, "the table 'dealers' with 'dealer_id' and 'assessment_days'"),
        ({"dealers": "dealer_id | known_at\nD1 | 2025-01-01"}, "No dealer has an assessment day"),
        ({"accounts": "account_id | customer_id | opened_at\na1 | ann | 2025-07-01"}, "'dealer_id' and"),
        ({"accounts": "account_id | customer_id | dealer_id\na1 | ann | D1"}, "'opened_at' of the table"),
    ],
)
def test_what_is_missing_is_told(engine, changed, message):
    with pytest.raises(LiukeError, match=message):
        audit_dealers(company(**COMPANY | changed), DEFINITION, engine, as_of=AS_OF, settings=SETTINGS)


def test_too_few_customers_to_judge_anybody_is_told(engine):
    strict = DealerSettings(months_back=12, least_reached=50)

    with pytest.raises(LiukeError, match="none has 50 customers who reached their assessment day"):
        audit_dealers(company(**COMPANY), DEFINITION, engine, as_of=AS_OF, settings=strict)
