"""Who may be who: a newcomer opened in [last use - before_days, last use + after_days) of a leaver."""

from datetime import date

import numpy as np
import pytest

from liuke.predict.churn import ChurnDefinition, Closing, Dormancy
from liuke.predict.reentry.comparing import compare, count_in_window
from liuke.predict.reentry.parties import find_parties
from liuke.predict.reentry.settings import DEFAULTS, ReentrySettings
from liuke.predict.reentry.traces import find_traces
from liuke.store import Engine
from tests.tables import company

AS_OF = date(2026, 7, 1)
SETTINGS = ReentrySettings(before_days=10, after_days=30)
DEFINITION = ChurnDefinition(
    method="rolling",
    voluntary=Closing(statuses=("closed_voluntary",)),
    dormant=Dormancy(silent_days=60, events=("voice",)),
)
PEOPLE = {
    "customers": """
        customer_id | opened_at  | phone | id_number | address  | known_at
        ann         | 2020-01-01 | 100   | ID-1      | Elm 1    | 2020-01-01
        sue         | 2020-01-01 | 101   |           | Oak 2    | 2020-01-01
        early       | 2026-03-21 | 201   | ID-1      |          | 2026-03-21
        too_early   | 2026-03-20 | 202   | ID-1      |          | 2026-03-20
        late        | 2026-04-29 | 203   | ID-1      |          | 2026-04-29
        too_late    | 2026-04-30 | 204   | ID-1      |          | 2026-04-30
        neighbour   | 2026-04-10 | 205   |           | Elm 1    | 2026-04-10
        stranger    | 2026-04-10 | 206   | ID-9      | Ash 7    | 2026-04-10
        not_yet     | 2026-04-10 | 207   | ID-1      |          | 2026-07-01
    """,
    "statuses": """
        account_id | customer_id | happened_at | status
        a1         | ann         | 2026-04-02  | closed_voluntary
    """,
    "accounts": """
        account_id | customer_id | opened_at
        a1         | ann         | 2020-01-01
        s1         | sue         | 2020-01-01
    """,
    "events": """
        customer_id | happened_at | kind
        ann         | 2026-03-31  | voice
        sue         | 2026-04-01  | voice
    """,
}


@pytest.fixture(scope="module")
def engine():
    made = Engine()
    yield made
    made.close()


@pytest.fixture(scope="module")
def parties(engine):
    return find_parties(company(**PEOPLE), DEFINITION, engine, as_of=AS_OF, settings=SETTINGS)


def test_leavers_are_gone_since_their_last_use(parties):
    told = {row["customer_id"]: (row["kind"], row["gone_at"].date()) for row in parties.leavers.to_pylist()}

    assert told == {
        "ann": ("voluntary", date(2026, 3, 31)),  # closed two days later
        "sue": ("dormant", date(2026, 4, 1)),  # silent for 60 days on 31 May
    }


def test_leavers_of_two_years_are_looked_at(engine):
    """Reports split the leavers of two years; one whose return was never looked for counts as a real loss."""
    left = {"just_in": "2024-07-01", "just_out": "2024-06-30"}
    statuses = "account_id | customer_id | happened_at | status\n" + "\n".join(
        f"{name} | {name} | {day} | closed_voluntary" for name, day in left.items()
    )
    tables = company(customers=PEOPLE["customers"], statuses=statuses)

    found = find_parties(tables, DEFINITION, engine, as_of=AS_OF, settings=DEFAULTS)

    assert found.leavers["customer_id"].to_pylist() == ["just_in"]


def test_pairs_in_time_that_share_something_are_compared(parties, engine):
    traces = find_traces(company(**PEOPLE), parties, engine, as_of=AS_OF, settings=SETTINGS)
    pairs = compare(parties, traces, SETTINGS)
    leavers, newcomers = parties.leavers["customer_id"], parties.newcomers["customer_id"]
    told = {
        (leavers[old].as_py(), newcomers[new].as_py(), tuple(levels))
        for old, new, levels in zip(pairs.leaver, pairs.newcomer, pairs.levels.tolist(), strict=True)
    }

    unknown = -1
    assert told == {
        ("ann", "early", (unknown, unknown, 1, unknown, 3)),
        ("ann", "late", (unknown, unknown, 1, unknown, 0)),
        ("ann", "neighbour", (unknown, unknown, unknown, 1, 0)),
    }


def test_pairs_in_time_are_counted_without_being_made(parties):
    gap = parties.opened_day[:, None] - parties.gone_day[None, :]

    assert count_in_window(parties, SETTINGS) == ((gap >= -10) & (gap < 30)).sum()


def test_values_that_too_many_have_prove_nothing(parties, engine):
    strict = SETTINGS.model_copy(update={"common_above": 4})  # five have ID-1
    traces = find_traces(company(**PEOPLE), parties, engine, as_of=AS_OF, settings=strict)

    assert not len(traces["identity"].leavers.rows)
    assert traces["identity"].is_known


def test_who_is_called_and_who_calls_are_both_contacts(engine):
    """Kim called ann's old number and calls the newcomer's: kim's number is a contact of both."""
    people = PEOPLE | {
        "customers": PEOPLE["customers"] + "    kim | 2020-01-01 | 300 | | | 2020-01-01\n",
        "circles": """
            customer_id | counterpart | happened_at | times | known_at
            kim         | 100         | 2026-03-01  | 4     | 2026-03-31
            kim         | 203         | 2026-05-01  | 2     | 2026-05-31
        """,
    }
    tables = company(**people)
    parties = find_parties(tables, DEFINITION, engine, as_of=AS_OF, settings=SETTINGS)
    contact = find_traces(tables, parties, engine, as_of=AS_OF, settings=SETTINGS)["contact"]

    ann = parties.leavers["customer_id"].to_pylist().index("ann")
    late = parties.newcomers["customer_id"].to_pylist().index("late")
    shared = np.intersect1d(
        contact.leavers.values[contact.leavers.rows == ann],
        contact.newcomers.values[contact.newcomers.rows == late],
    )
    assert len(shared) == 1
