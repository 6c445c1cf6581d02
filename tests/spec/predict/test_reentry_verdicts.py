"""What a person said of a re-entry decides it in every cycle after, and in none before."""

from datetime import date
from pathlib import Path

import ibis
import pytest

import liuke.packs
from liuke.predict.churn import load_churn
from liuke.predict.leavings import find_leavings
from liuke.predict.reentered import mark_reentered
from liuke.predict.reentry import find_reentries
from liuke.store import Engine
from tests.tables import company

CHURN = load_churn(Path(next(iter(liuke.packs.__path__))) / "telecom" / "churn.toml")
TODAY = date(2026, 11, 1)
# Three left in August. Two who came brought a leaver's device; nothing tells of new-cai.
DRAWN = {
    "accounts": """
        account_id | customer_id | opened_at
        1          | ann         | 2025-01-05
        2          | bob         | 2025-01-05
        3          | cai         | 2025-01-05
        4          | new-ann     | 2026-09-05
        5          | new-bob     | 2026-09-12
        6          | new-cai     | 2026-09-20
    """,
    "statuses": """
        account_id | customer_id | happened_at | status
        1          | ann         | 2026-08-20  | closed_voluntary
        2          | bob         | 2026-08-28  | closed_voluntary
        3          | cai         | 2026-08-28  | closed_voluntary
    """,
    "devices": """
        account_id | customer_id | device_id | happened_at
        1          | ann         | A         | 2025-01-05
        2          | bob         | B         | 2025-01-05
        3          | cai         | C         | 2025-01-05
        4          | new-ann     | A         | 2026-09-05
        5          | new-bob     | B         | 2026-09-12
        6          | new-cai     | X         | 2026-09-20
    """,
    "offers": """
        offer_id | customer_id | happened_at | policy | outcome  | cost_fen
        o1       | ann         | 2026-07-01  | keep   | accepted | 3000
        o2       | cai         | 2026-07-01  | keep   | accepted | 500
    """,
}
BY_THE_MODEL = {("new-ann", "ann"), ("new-bob", "bob")}
HEAD = "customer_id | former_id | verdict | known_at\n"


@pytest.fixture(scope="module")
def engine():
    return Engine(threads=1)


def tables_with(verdicts: str = ""):
    return company(**DRAWN, reentry_verdicts=HEAD + verdicts if verdicts else "")


def find(engine, verdicts: str = "", *, as_of: date = TODAY):
    return find_reentries(tables_with(verdicts), CHURN, engine, as_of=as_of)


def pairs_of(found) -> set[tuple[str, str]]:
    return {(row["customer_id"], row["former_id"]) for row in found.matches.to_pylist()}


@pytest.mark.parametrize(
    "verdicts, expected",
    [
        ("", BY_THE_MODEL),
        ("new-ann | ann | rejected | 2026-10-05", {("new-bob", "bob")}),
        ("new-cai | cai | confirmed | 2026-10-05", BY_THE_MODEL | {("new-cai", "cai")}),
        # A person has one former self: who is said to be another is not the one of the same device.
        ("new-ann | cai | confirmed | 2026-10-05", {("new-ann", "cai"), ("new-bob", "bob")}),
        ("new-cai | ann | confirmed | 2026-10-05", {("new-cai", "ann"), ("new-bob", "bob")}),
        # Said on the as-of day, or later: not known yet.
        ("new-ann | ann | rejected | 2026-11-01", BY_THE_MODEL),
        ("new-ann | ann | rejected | 2026-10-31 23:59:59", {("new-bob", "bob")}),
        # The last word counts, and one that is taken back is none.
        ("new-ann | ann | rejected | 2026-10-05\nnew-ann | ann | open | 2026-10-06", BY_THE_MODEL),
        ("new-ann | ann | open | 2026-10-05\nnew-ann | ann | rejected | 2026-10-06", {("new-bob", "bob")}),
        # Of two that exclude each other the one said last.
        (
            "new-cai | cai | confirmed | 2026-10-05\nnew-bob | cai | confirmed | 2026-10-06",
            {("new-ann", "ann"), ("new-bob", "cai")},
        ),
        # Nobody known by these numbers left or came.
        ("stranger | ann | confirmed | 2026-10-05", BY_THE_MODEL),
    ],
)
def test_the_word_of_people_decides_a_pair(engine, verdicts, expected):
    assert pairs_of(find(engine, verdicts)) == expected


def test_a_confirmed_pair_is_certain_and_says_why(engine):
    found = find(engine, "new-cai | cai | confirmed | 2026-10-05")
    (first, *_) = found.matches.to_pylist()

    assert (first["customer_id"], first["probability"]) == ("new-cai", 1.0)
    assert first["evidence"][0]["code"] == "verdict"
    assert first["weight"] == pytest.approx(sum(each["bits"] for each in first["evidence"]))
    assert (found.card["confirmed"], found.card["refuted"]) == (1, 0)


def test_churn_follows_the_word_of_people(engine):
    plain, refuted, confirmed, settled = (
        find(engine, verdicts).churn.to_pylist()[-1]
        for verdicts in (
            "",
            "new-ann | ann | rejected | 2026-10-05",
            "new-cai | cai | confirmed | 2026-10-05",
            "\n".join(
                (
                    "new-ann | ann | confirmed | 2026-10-05",
                    "new-bob | bob | rejected | 2026-10-05",
                    "new-cai | cai | confirmed | 2026-10-05",
                )
            ),
        )
    )

    assert plain["gross"] == refuted["gross"] == confirmed["gross"] == 3
    assert refuted["reentry"] < plain["reentry"] - 0.5
    assert confirmed["reentry"] > plain["reentry"] + 0.5
    # When every pair is decided nothing is uncertain any more.
    assert settled["reentry"] == settled["reentry_low"] == settled["reentry_high"] == 2
    assert settled["real_loss"] == settled["real_loss_low"] == 1


def test_money_is_wasted_on_those_whom_people_recognise_and_on_no_others(engine):
    assert find(engine).card["spent_before_fen"] == 3000
    assert find(engine, "new-ann | ann | rejected | 2026-10-05").card["spent_before_fen"] == 0
    assert find(engine, "new-cai | cai | confirmed | 2026-10-05").card["spent_before_fen"] == 3500


@pytest.mark.parametrize(
    "as_of, expected",
    [(date(2026, 10, 5), {"ann", "bob"}), (date(2026, 10, 6), {"bob", "cai"})],
)
def test_labels_are_taken_back_from_the_day_on_which_it_was_said(engine, as_of, expected):
    verdicts = "new-ann | ann | rejected | 2026-10-05 09:00\nnew-cai | cai | confirmed | 2026-10-05 17:00"
    tables = tables_with(verdicts)
    found = find_reentries(tables, CHURN, engine, as_of=as_of)
    left = find_leavings(tables, CHURN, known_by=as_of)
    marked = engine.to_arrow(mark_reentered(left, ibis.memtable(found.matches), CHURN.reentry)).to_pylist()

    assert {row["customer_id"] for row in marked if row["reentered_as"]} == expected
