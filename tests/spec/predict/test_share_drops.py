"""Who went to a competitor and left an open account behind: whom the sign names, and how it is counted."""

from datetime import date, datetime

import pytest

from liuke.predict.churn import ChurnDefinition
from liuke.predict.leavings import at_risk, find_leavings
from liuke.predict.reports.presence import find_moves
from tests.tables import company

DEFINITION = ChurnDefinition.model_validate(
    {
        "method": "rolling",
        "diverted": {
            "statuses": ["closed_diverted"],
            "share_drop": {
                "kinds": ["voice"],
                "drop": 0.5,
                "months": 1,
                "at_least": 2,
                "signs": ["port_query"],
                "numbers": ["10010"],
            },
        },
    }
)
# Ann fell in February and was back to her use in April; bob fell in February and again after that.
DRAWN = {
    "customers": "customer_id | opened_at\nann | 2025-01-01\nbob | 2025-01-01",
    "events": """
        customer_id | happened_at | kind       | counterpart
        ann         | 2026-01-10  | voice      |
        ann         | 2026-01-11  | voice      |
        ann         | 2026-02-05  | port_query | Star Mobile
        ann         | 2026-04-10  | voice      |
        ann         | 2026-04-11  | voice      |
        bob         | 2026-01-10  | voice      |
        bob         | 2026-01-11  | voice      |
        bob         | 2026-02-05  | port_query |
        bob         | 2026-02-06  | voice      |
        bob         | 2026-03-05  | port_query |
    """,
    "circles": """
        customer_id | counterpart | happened_at | times
        ann         | 10010       | 2026-01-01  | 1
    """,
}


LAST_OF_FEBRUARY = datetime(2026, 2, 28, 23, 59, 59, 999999)
LAST_OF_APRIL = datetime(2026, 4, 30, 23, 59, 59, 999999)


def everybody_at_risk(*, as_of):
    return set(at_risk(company(**DRAWN), DEFINITION, as_of=as_of).to_pyarrow()["customer_id"].to_pylist())


def leavings(*, known_by):
    found = find_leavings(company(**DRAWN), DEFINITION, known_by=known_by).to_pyarrow().to_pylist()
    return {(row["customer_id"], row["left_at"]): (row["back_at"], row["competitor"]) for row in found}


@pytest.mark.parametrize("known_by, back_at", [(date(2026, 4, 30), None), (date(2026, 5, 1), LAST_OF_APRIL)])
def test_a_fall_lasts_until_a_month_is_over_in_which_use_came_back(known_by, back_at):
    assert leavings(known_by=known_by) == {
        ("ann", LAST_OF_FEBRUARY): (back_at, "Star Mobile"),
        ("bob", LAST_OF_FEBRUARY): (None, None),
    }


def test_who_fell_is_gone_on_the_day_that_sees_it_and_nothing_is_said_before():
    assert leavings(known_by=date(2026, 2, 28)) == {}
    assert set(leavings(known_by=date(2026, 3, 1))) == {("ann", LAST_OF_FEBRUARY), ("bob", LAST_OF_FEBRUARY)}
    assert everybody_at_risk(as_of=date(2026, 2, 28)) == {"ann", "bob"}
    assert everybody_at_risk(as_of=date(2026, 3, 1)) == set()


def test_who_fell_long_ago_and_never_recovered_stays_gone():
    assert everybody_at_risk(as_of=date(2034, 1, 1)) == {"ann"}
    assert ("bob", LAST_OF_FEBRUARY) in leavings(known_by=date(2034, 1, 1))


def test_reports_count_the_fall_as_lost_and_the_recovery_as_returned():
    tables, known_by = company(**DRAWN), date(2026, 6, 1)
    left = find_leavings(tables, DEFINITION, known_by=known_by)
    moves = find_moves(tables, left, DEFINITION, known_by=known_by).to_pyarrow().to_pylist()

    assert sorted((row["customer_id"], row["at"].date(), row["what"]) for row in moves) == [
        ("ann", date(2025, 1, 1), "new"),
        ("ann", date(2026, 2, 28), "lost"),
        ("ann", date(2026, 4, 30), "returned"),
        ("bob", date(2025, 1, 1), "new"),
        ("bob", date(2026, 2, 28), "lost"),
    ]


@pytest.mark.parametrize(
    "change, said",
    [
        ({"signs": [], "numbers": []}, "a fall alone tells of no competitor"),
        ({"kinds": []}, "kinds of events that count as use are missing"),
        ({"drop": 0}, "greater than 0"),
    ],
)
def test_a_rule_that_could_not_tell_anything_is_refused(change, said):
    terms = DEFINITION.share_drop.model_dump() | change

    with pytest.raises(ValueError, match=said):
        ChurnDefinition.model_validate(
            {"method": "rolling", "diverted": {"statuses": ["closed_diverted"], "share_drop": terms}}
        )
