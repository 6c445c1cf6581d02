"""Who left, when and how: closings by status, dormancy by silence, both clocks, both sides of each edge."""

from datetime import date, datetime

import pytest

from liuke.predict.churn import ChurnDefinition, Diversion
from liuke.predict.leavings import at_risk, find_leavings
from tests.tables import company

TELECOM = ChurnDefinition.model_validate(
    {
        "method": "rolling",
        "voluntary": {"statuses": ["closed_voluntary"]},
        "involuntary": {"statuses": ["closed_involuntary"]},
        "dormant": {"silent_days": 30, "events": ["call"]},
    }
)

STATUSES = """
    customer_id | account_id | happened_at      | known_at         | status
    ann         | a1         | 2026-03-10 09:00 | 2026-03-10 10:00 | closed_voluntary
    bob         | b1         | 2026-03-01       | 2026-03-02       | suspended_arrears
    bob         | b1         | 2026-03-20       | 2026-03-21       | closed_involuntary
    cai         | c1         | 2026-03-05       | 2026-03-05       | closed_voluntary
    cai         | c1         | 2026-03-25       | 2026-03-25       | open
    dai         | d1         | 2026-03-12       | 2026-03-12       | closed_voluntary
    eve         | e1         | 2026-03-08       | 2026-03-08       | closed_involuntary
    eve         | e2         | 2026-03-18       | 2026-03-18       | closed_voluntary
    fay         | f1         | 2026-03-15       | 2026-03-15       | closed_voluntary
"""
ACCOUNTS = """
    customer_id | account_id | opened_at
    ann         | a1         | 2025-01-01
    bob         | b1         | 2025-01-01
    cai         | c1         | 2025-01-01
    dai         | d1         | 2025-01-01
    dai         | d2         |
    eve         | e1         | 2025-01-01
    eve         | e2         | 2025-01-01
    fay         | f1         | 2025-01-01
    fay         | f2         | 2026-03-20
    gus         | g1         | 2025-01-01
"""
CUSTOMERS = """
    customer_id
    ann
    bob
    cai
    dai
    eve
    fay
    gus
"""


def leavings(tables, known_by, definition=TELECOM):
    found = find_leavings(tables, definition, known_by=known_by).to_pandas()
    return {(row.customer_id, str(row.left_at)[:16], row.kind) for row in found.itertuples()}


def staying(tables, as_of, definition=TELECOM):
    return set(at_risk(tables, definition, as_of=as_of).to_pandas().customer_id)


def test_the_last_open_account_closing_is_the_leaving():
    tables = company(customers=CUSTOMERS, accounts=ACCOUNTS, statuses=STATUSES)

    assert leavings(tables, date(2026, 4, 1)) == {
        ("ann", "2026-03-10 09:00", "voluntary"),
        ("bob", "2026-03-20 00:00", "involuntary"),
        ("cai", "2026-03-05 00:00", "voluntary"),  # came back on the 25th
        ("eve", "2026-03-18 00:00", "voluntary"),  # not when the first of two closed
        ("fay", "2026-03-15 00:00", "voluntary"),  # the second account came five days later
    }  # dai keeps d2, open since nobody knows when
    assert staying(tables, date(2026, 4, 1)) == {"cai", "dai", "fay", "gus"}


@pytest.mark.parametrize(
    "known_by, gone",
    [
        (date(2026, 3, 10), set()),  # happens at nine that day
        (date(2026, 3, 11), {"ann"}),
    ],
)
def test_a_closing_is_known_from_the_next_midnight(known_by, gone):
    tables = company(customers="customer_id\nann", statuses="\n".join(STATUSES.splitlines()[:3]))

    assert {who for who, _, _ in leavings(tables, known_by)} == gone
    assert staying(tables, known_by) == {"ann"} - gone


@pytest.mark.parametrize("known_by, gone", [(date(2026, 3, 21), set()), (date(2026, 3, 22), {"bob"})])
def test_a_closing_told_later_is_not_known_before(known_by, gone):
    tables = company(
        customers="customer_id\nbob",
        statuses="""
            customer_id | account_id | happened_at | known_at         | status
            bob         | b1         | 2026-03-20  | 2026-03-21 00:00 | closed_involuntary
        """,
    )

    assert {who for who, _, _ in leavings(tables, known_by)} == gone
    assert staying(tables, known_by) == {"bob"} - gone


def test_accounts_swapped_at_the_same_instant_are_no_leaving():
    tables = company(
        customers="customer_id\nhan",
        accounts="""
            customer_id | account_id | opened_at
            han         | h1         | 2025-01-01
            han         | h2         | 2026-03-10
        """,
        statuses="""
            customer_id | account_id | happened_at | status
            han         | h1         | 2026-03-10  | closed_voluntary
        """,
    )

    assert leavings(tables, date(2026, 4, 1)) == set()
    assert staying(tables, date(2026, 4, 1)) == {"han"}


CALLS = """
    customer_id | happened_at      | kind
    ann         | 2026-01-10 08:00 | call
    ann         | 2026-02-09 07:59 | call
    bob         | 2026-01-10 08:00 | call
    bob         | 2026-02-09 08:00 | call
    cai         | 2026-01-10 08:00 | call
    cai         | 2026-01-20 08:00 | portal
    cai         | 2026-02-20 08:00 | call
"""


def test_silence_is_a_leaving_when_it_lasts_its_whole_time():
    tables = company(customers="customer_id\nann\nbob\ncai\ndee", events=CALLS)

    assert leavings(tables, date(2026, 3, 11)) == {
        # ann called again one minute before thirty days were over
        ("bob", "2026-02-09 08:00", "dormant"),  # bob on the very instant: too late
        ("cai", "2026-02-09 08:00", "dormant"),  # visits to the portal are not usage
    }  # dee, never heard of, is not called silent


@pytest.mark.parametrize(
    "as_of, silent",
    [
        (date(2026, 3, 11), set()),
        (date(2026, 3, 12), {"ann", "bob"}),
        (date(2026, 3, 22), {"ann", "bob"}),
        (date(2026, 3, 23), {"ann", "bob", "cai"}),
    ],
)
def test_the_last_silence_counts_once_it_is_complete_and_known(as_of, silent):
    tables = company(customers="customer_id\nann\nbob\ncai\ndee", events=CALLS)

    assert {"ann", "bob", "cai", "dee"} - staying(tables, as_of) == silent


@pytest.mark.parametrize("as_of, here", [(date(2026, 2, 9), True), (date(2026, 2, 10), False)])
def test_a_silence_that_ends_on_the_first_instant_of_the_day_is_still_ahead(as_of, here):
    tables = company(
        customers="customer_id\nann", events="customer_id | happened_at | kind\nann | 2026-01-10 | call"
    )

    assert (staying(tables, as_of) == {"ann"}) == here
    assert (leavings(tables, as_of) == set()) == here


def test_a_call_told_late_breaks_the_silence_only_from_then_on():
    tables = company(
        customers="customer_id\nann",
        events="""
            customer_id | happened_at | known_at   | kind
            ann         | 2026-01-10  | 2026-01-10 | call
            ann         | 2026-02-01  | 2026-02-20 | call
        """,
    )

    assert leavings(tables, date(2026, 2, 20)) == {("ann", "2026-02-09 00:00", "dormant")}
    assert leavings(tables, date(2026, 2, 21)) == set()


def test_nobody_falls_silent_without_an_open_account():
    tables = company(
        customers="customer_id\nann\nbob\ncai",
        accounts="""
            customer_id | account_id | opened_at
            ann         | a1         | 2025-01-01
            bob         | b1         | 2025-01-01
            cai         | c1         | 2025-01-01
        """,
        statuses="""
            customer_id | account_id | happened_at | status
            ann         | a1         | 2026-02-08  | closed_voluntary
            bob         | b1         | 2026-02-10  | closed_voluntary
            cai         | c1         | 2026-02-01  | closed_voluntary
            cai         | c1         | 2026-02-20  | open
        """,
        events="""
            customer_id | happened_at | kind
            ann         | 2026-01-10  | call
            bob         | 2026-01-10  | call
            cai         | 2026-01-10  | call
        """,
    )

    assert leavings(tables, date(2026, 3, 22)) == {
        ("ann", "2026-02-08 00:00", "voluntary"),  # the day before the silence was complete
        ("bob", "2026-02-09 00:00", "dormant"),
        ("bob", "2026-02-10 00:00", "voluntary"),  # both are facts; the first one counts
        ("cai", "2026-02-01 00:00", "voluntary"),
    }
    assert leavings(tables, date(2026, 3, 23)) - leavings(tables, date(2026, 3, 22)) == {
        ("cai", "2026-03-22 00:00", "dormant")  # thirty days after the reopening
    }


def test_a_definition_without_dormancy_knows_closings_only():
    closings = ChurnDefinition(method="rolling", voluntary=TELECOM.voluntary)
    tables = company(customers=CUSTOMERS, accounts=ACCOUNTS, statuses=STATUSES, events=CALLS)

    found = find_leavings(tables, closings, known_by=date(2026, 4, 1)).to_pandas()

    assert set(found.kind) == {"voluntary"}
    assert "bob" in staying(tables, date(2026, 4, 1), closings)  # closed for arrears is no leaving here


def test_customers_are_at_risk_from_the_day_they_are_known():
    tables = company(customers="customer_id | known_at\nann | 2026-03-01 12:00")

    assert staying(tables, date(2026, 3, 1)) == set()
    assert staying(tables, date(2026, 3, 2)) == {"ann"}


def test_the_grain_is_customer_instant_and_kind():
    tables = company(customers=CUSTOMERS, accounts=ACCOUNTS, statuses=STATUSES, events=CALLS)
    found = find_leavings(tables, TELECOM, known_by=date(2026, 4, 1)).to_pyarrow()

    assert found.column_names == ["customer_id", "left_at", "kind", "back_at", "competitor"]
    assert isinstance(found["left_at"][0].as_py(), datetime)


DIVERTED = TELECOM.model_copy(update={"diverted": Diversion(statuses=("closed_diverted",))})


def test_who_takes_the_number_to_a_competitor_is_diverted_and_the_competitor_is_told():
    tables = company(
        customers="customer_id\nann\nbob\ncai",
        accounts="""
            customer_id | account_id | opened_at  | known_at   | competitor
            ann         | a1         | 2025-01-01 | 2025-01-01 |
            ann         | a1         | 2025-01-01 | 2026-03-11 | North
            ann         | a1         | 2025-01-01 | 2026-03-15 | South
            ann         | a1         | 2025-01-01 | 2026-03-16 |
            bob         | b1         | 2025-01-01 | 2025-01-01 |
            cai         | c1         | 2025-01-01 | 2025-01-01 | North
        """,
        statuses="""
            customer_id | account_id | happened_at | status
            ann         | a1         | 2026-03-10  | closed_diverted
            bob         | b1         | 2026-03-10  | closed_diverted
            cai         | c1         | 2026-03-10  | closed_voluntary
        """,
    )

    def told(known_by):
        found = find_leavings(tables, DIVERTED, known_by=known_by).to_pyarrow().to_pylist()
        return {row["customer_id"]: (row["kind"], row["competitor"]) for row in found}

    assert told(date(2026, 3, 11)) == {
        "ann": ("diverted", None),  # to whom, is told on the 11th
        "bob": ("diverted", None),
        "cai": ("voluntary", None),  # closed by herself, whatever was said of a competitor
    }
    assert told(date(2026, 3, 12))["ann"] == ("diverted", "North")
    assert told(date(2026, 4, 1))["ann"] == ("diverted", "South")  # corrected; silence takes nothing back


@pytest.mark.parametrize(
    "statuses, kind",
    [
        (["closed_voluntary", "closed_diverted"], "diverted"),
        (["closed_diverted", "closed_voluntary"], "diverted"),
        (["closed_involuntary", "closed_diverted"], "diverted"),
        (["closed_voluntary", "closed_involuntary"], "voluntary"),
        (["closed_involuntary", "closed_voluntary"], "voluntary"),
    ],
)
def test_of_accounts_closed_at_one_instant_the_most_telling_names_the_kind(statuses, kind):
    first, second = statuses
    tables = company(
        customers="customer_id\nann",
        statuses=f"""
            customer_id | account_id | happened_at | status
            ann         | a1         | 2026-03-10  | {first}
            ann         | a2         | 2026-03-10  | {second}
        """,
    )

    assert leavings(tables, date(2026, 4, 1), DIVERTED) == {("ann", "2026-03-10 00:00", kind)}


def test_a_corrected_opening_counts_as_it_was_last_known():
    tables = company(
        customers="customer_id\nann",
        accounts="""
            customer_id | account_id | opened_at  | known_at
            ann         | a1         | 2025-01-01 | 2025-01-01
            ann         | a2         | 2025-06-01 | 2025-06-01
            ann         | a2         | 2026-03-20 | 2026-03-21
        """,
        statuses="""
            customer_id | account_id | happened_at | status
            ann         | a1         | 2026-03-10  | closed_voluntary
        """,
    )

    assert leavings(tables, date(2026, 3, 21)) == set()  # a2 was thought to be open since June
    assert leavings(tables, date(2026, 3, 22)) == {("ann", "2026-03-10 00:00", "voluntary")}
