"""Every gap in a record is named at once; no reason means that it may be stored."""

from dataclasses import replace
from datetime import date

import pytest

from liuke_desk.contact.codes import FEEDBACK_KEYS, OUTCOME_KEYS, Channel, Feedback, Outcome
from liuke_desk.contact.rules import Attempt, refusals

TODAY = date(2026, 3, 1)
KEPT = Attempt(on=TODAY, channel=Channel.PHONE, outcome=Outcome.REACHED_KEPT)
CALLBACK = {"outcome": Outcome.CALLBACK}
REFUSED = {"outcome": Outcome.REACHED_REFUSED}
PRICE = {"feedback": Feedback.PRICE, "importance": 2}
RIVAL = {"feedback": Feedback.COMPETITOR, "importance": 3}


@pytest.mark.parametrize(
    "change, fields",
    [
        ({}, []),
        (PRICE, []),
        (CALLBACK, ["callback_on"]),
        (CALLBACK | {"callback_on": date(2026, 2, 28)}, ["callback_on"]),
        (CALLBACK | {"callback_on": date(2026, 3, 1)}, []),  # later the same day
        (CALLBACK | {"callback_on": date(2026, 4, 1)}, []),  # 31 days
        (CALLBACK | {"callback_on": date(2026, 4, 2)}, ["callback_on"]),  # 32 days
        ({"callback_on": date(2026, 3, 2)}, ["callback_on"]),  # a day, but kept already
        (REFUSED, ["feedback"]),
        (REFUSED | PRICE, []),
        ({"outcome": Outcome.REACHED_LOST}, ["feedback"]),
        ({"outcome": Outcome.REACHED_LOST} | PRICE, []),
        ({"outcome": Outcome.UNREACHABLE}, []),
        ({"outcome": Outcome.UNREACHABLE} | PRICE, ["feedback"]),
        ({"feedback": Feedback.PRICE}, ["importance"]),
        ({"feedback": Feedback.PRICE, "importance": 0}, ["importance"]),
        ({"feedback": Feedback.PRICE, "importance": 1}, []),
        ({"feedback": Feedback.PRICE, "importance": 3}, []),
        ({"feedback": Feedback.PRICE, "importance": 4}, ["importance"]),
        (RIVAL, ["competitor"]),
        (RIVAL | {"competitor": "  "}, ["competitor"]),
        (RIVAL | {"competitor": "Unicom"}, []),
        (PRICE | {"competitor": "Unicom"}, ["competitor"]),
        ({"feedback": Feedback.OTHER, "importance": 1}, ["note"]),
        ({"feedback": Feedback.OTHER, "importance": 1, "note": "moves abroad"}, []),
        (CALLBACK | {"feedback": Feedback.COMPETITOR}, ["callback_on", "importance", "competitor"]),
    ],
)
def test_what_a_record_lacks(change, fields):
    assert [missing.field for missing in refusals(replace(KEPT, **change))] == fields


def test_every_code_has_one_key_of_its_own():
    keys = [*OUTCOME_KEYS.values(), *FEEDBACK_KEYS.values()]

    assert set(OUTCOME_KEYS) == set(Outcome)
    assert set(FEEDBACK_KEYS) == set(Feedback)
    assert len(keys) == len(set(keys))
