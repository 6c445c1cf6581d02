"""Who came back under a new number in time, and is known to have done so, did not leave."""

from dataclasses import replace
from datetime import date

import ibis
import pyarrow as pa
import pytest

from liuke.predict.churn import Returning
from liuke.predict.examples import read_leavings, read_outcome, read_population
from liuke.predict.network_tables import REENTRIES
from liuke.predict.reentered import mark_reentered
from liuke.store import Engine
from tests.tables import table
from tests.unit.predict.companies import AS_OF, TELECOM, MadeUp, inputs_of

TERMS = Returning(correct=True, within_days=30, minimum_probability=0.8)
LEAVINGS = table("""
    customer_id | left_at             | kind
    ann         | 2025-06-01          | voluntary
    ann         | 2026-03-10 09:00:00 | voluntary
    bob         | 2026-03-10 09:00:00 | voluntary
    cai         | 2026-03-10 09:00:00 | involuntary
    dai         | 2026-03-10 09:00:00 | dormant
    eve         | 2026-03-10 09:00:00 | diverted
    fay         | 2026-03-10 09:00:00 | voluntary
""")
MATCHES = table("""
    customer_id | former_id | left_at             | opened_at           | probability
    new-ann     | ann       | 2026-03-10 09:00:00 | 2026-04-09 08:59:59 | 0.80
    new-bob     | bob       | 2026-03-10 09:00:00 | 2026-04-09 09:00:00 | 0.99
    new-cai     | cai       | 2026-03-10 09:00:00 | 2026-03-20 00:00:00 | 0.79
    new-dai     | dai       | 2026-03-10 09:00:00 | 2026-01-20 00:00:00 | 0.90
    new-fay     | fay       | 2026-02-01 09:00:00 | 2026-03-20 00:00:00 | 0.99
""")


def test_matches_within_the_days_and_sure_enough_mark_the_leaving_they_belong_to():
    found = mark_reentered(ibis.memtable(LEAVINGS), ibis.memtable(MATCHES), TERMS).to_pyarrow().to_pylist()
    told = {(row["customer_id"], row["left_at"].year): row["reentered_as"] for row in found}

    assert len(found) == len(LEAVINGS)
    assert told == {
        ("ann", 2025): None,  # an earlier leaving of hers
        ("ann", 2026): "new-ann",  # a second before the thirty days were over
        ("bob", 2026): None,  # on the instant at which they were
        ("cai", 2026): None,  # not sure enough
        ("dai", 2026): "new-dai",  # bought the new number before the old one counted as silent
        ("eve", 2026): None,
        ("fay", 2026): None,  # a match of another leaving
    }


@pytest.fixture(scope="module")
def engine():
    return Engine(threads=1)


def outcome_of(inputs, *, known_by):
    """Customer -> whether they left within a month of 1 September."""
    population = read_population(inputs, as_of=date(2025, 9, 1))
    outcome = read_outcome(inputs, population, read_leavings(inputs, known_by=known_by), known_by=known_by)
    return dict(zip(population.customers, outcome.left[1], strict=True))


def match_of(leaving, *, day):
    at = leaving["left_at"]
    row = {"customer_id": "new", "former_id": leaving["customer_id"], "left_at": at, "opened_at": at}
    return pa.Table.from_pylist([row | {"as_of": day, "probability": 0.9}], schema=REENTRIES)


def test_a_return_counts_from_the_day_on_which_it_could_be_recognised(engine):
    told_on = date(2025, 10, 15)
    inputs = inputs_of(MadeUp(), engine, definition=TELECOM.model_copy(update={"reentry": TERMS}))
    september = [
        row for row in read_leavings(inputs, known_by=AS_OF).to_pylist() if row["left_at"].month == 9
    ]

    def matches_of(day):
        return match_of(september[0], day=day) if day >= told_on else REENTRIES.empty_table()

    correcting = replace(inputs, matches_of=matches_of)
    leaver, before, after = september[0]["customer_id"], date(2025, 10, 14), told_on

    assert outcome_of(correcting, known_by=before)[leaver] == 1  # as far as one knew by then
    assert outcome_of(correcting, known_by=after)[leaver] == 0
    others = {row["customer_id"] for row in september[1:]}
    assert {outcome_of(correcting, known_by=after)[other] for other in others} == {1}
    plain = replace(correcting, definition=TELECOM)
    assert outcome_of(plain, known_by=after)[leaver] == 1  # a company that does not correct
