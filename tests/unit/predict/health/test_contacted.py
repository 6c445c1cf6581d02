"""Who was contacted while a window was open, and who stands for them."""

from datetime import date

import numpy as np
import pytest

from liuke.predict.health.contacted import find_contacted
from liuke.store import Engine
from tests.tables import company

ASKED = {"opens_on": date(2026, 3, 1), "ends_on": date(2026, 4, 1), "known_by": date(2026, 5, 1)}
NAMES = np.array(["ann", "bob", "cid", "dee", "eve"], dtype=object)


@pytest.fixture(scope="module")
def engine():
    return Engine(memory_gib=0.5)


def found(engine, **tables):
    return find_contacted(company(**tables), engine, NAMES, **ASKED)


def test_nobody_was_contacted_where_nothing_is_told(engine):
    answer = found(engine)

    assert answer.count == 0
    assert answer.weights.tolist() == [1.0] * 5
    assert answer.stands_for_all


def test_the_window_is_half_open_and_only_what_is_known_by_then_counts(engine):
    answer = found(
        engine,
        contacts="""
            customer_id | happened_at      | known_at         | purpose
            ann         | 2026-03-01       | 2026-03-01       | retention
            bob         | 2026-02-28 23:59 | 2026-03-05       | retention
            cid         | 2026-04-01       | 2026-04-01       | retention
            dee         | 2026-03-31 23:59 | 2026-05-01       | retention
            eve         | 2026-03-31 23:59 | 2026-04-30 23:59 | retention
        """,
    )

    assert dict(zip(NAMES, answer.is_contacted, strict=True)) == {
        "ann": True,
        "bob": False,  # before the window
        "cid": False,  # after it
        "dee": False,  # in it, but nobody knew by the day
        "eve": True,
    }


def test_contacts_for_other_purposes_keep_nobody_but_offers_and_campaigns_might(engine):
    answer = found(
        engine,
        contacts="""
            customer_id | happened_at | purpose | campaign
            ann         | 2026-03-05  | service |
            bob         | 2026-03-05  |         | spring
        """,
        offers="""
            customer_id | happened_at | policy | outcome
            cid         | 2026-03-05  | gift   | refused
        """,
    )

    assert answer.is_contacted.tolist() == [False, True, True, False, False]
    assert answer.uncovered == 2
    assert not answer.stands_for_all


def test_those_left_alone_at_random_stand_for_the_chosen(engine):
    answer = found(
        engine,
        assignments="""
            campaign | customer_id | happened_at | arm        | probability
            spring   | ann         | 2026-03-02  | treat      | 0.75
            spring   | bob         | 2026-03-02  | treat      | 0.75
            spring   | cid         | 2026-03-02  | treat      | 0.75
            spring   | dee         | 2026-03-02  | hold_out   | 0.75
            spring   | eve         | 2026-03-02  | not_chosen | 0
        """,
        contacts="""
            customer_id | happened_at | purpose
            ann         | 2026-03-09  | retention
        """,
    )

    assert answer.weights.tolist() == [0.0, 0.0, 0.0, pytest.approx(4.0), 1.0]
    assert answer.count == 3  # drawn to be treated, reached or not
    assert answer.uncovered == 0
    assert answer.weights.sum() == pytest.approx(len(NAMES))


def test_a_campaign_that_left_nobody_alone_leaves_its_customers_uncovered(engine):
    answer = found(
        engine,
        assignments="""
            campaign | customer_id | happened_at | arm      | probability
            spring   | ann         | 2026-03-02  | treat    | 1
            autumn   | bob         | 2026-03-02  | treat    | 0.9
            autumn   | cid         | 2026-03-02  | hold_out | 0.9
        """,
    )

    assert answer.uncovered == 1
