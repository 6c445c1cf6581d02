"""What became of a customer between two lists: told of plain values, the first cause that holds."""

from dataclasses import replace

import pytest

from liuke_desk.warnings.states import (
    Change,
    Limits,
    Standing,
    Why,
    count_listed,
    name_change,
    name_departure,
)

LIMITS = Limits(share=0.10, fewest=50, most=50_000, risk_step=0.05, kept=24)
FEWEST, MOST = LIMITS.fewest, LIMITS.most
THEN = Standing(p=0.40, value_fen=1000_00, loss_fen=400_00)
UNKNOWN = Standing(p=None, value_fen=1000_00, loss_fen=None)


def now(p=0.40, value_fen=1000_00):
    return Standing(p=p, value_fen=value_fen, loss_fen=round(p * value_fen))


@pytest.mark.parametrize(
    "p, change",
    [
        (0.46, Change.RISEN),
        (0.44, Change.STEADY),  # less than five points
        (0.40, Change.STEADY),
        (0.36, Change.STEADY),
        (0.34, Change.FALLEN),
    ],
)
def test_a_risk_has_moved_from_five_points_on(p, change):
    assert name_change(THEN, now(p), risk_step=0.05) is change


def test_a_risk_that_one_list_does_not_tell_has_not_moved():
    assert name_change(UNKNOWN, now(0.9), risk_step=0.05) is Change.STEADY


@pytest.mark.parametrize(
    "standing, has_left, was_kept, why",
    [
        (now(), True, True, Why.LEFT),  # whoever left was not kept, whatever they promised
        (None, True, False, Why.LEFT),
        (None, False, True, Why.ABSENT),
        (now(0.1), False, True, Why.KEPT),
        (UNKNOWN, False, False, Why.UNKNOWN),  # not a risk that fell
        (now(0.34), False, False, Why.RISK_FELL),
        (now(0.38, 900_00), False, False, Why.VALUE_FELL),
        (now(), False, False, Why.OVERTAKEN),
        (now(0.45), False, False, Why.OVERTAKEN),
    ],
)
def test_the_first_cause_that_holds_is_told(standing, has_left, was_kept, why):
    told = name_departure(THEN, standing, has_left=has_left, was_kept=was_kept, risk_step=0.05)
    assert told is why


def test_how_far_a_risk_must_move_is_a_setting():
    assert name_change(THEN, now(0.46), risk_step=0.10) is Change.STEADY


@pytest.mark.parametrize(
    "warned, listed",
    [
        (0, 0),
        (FEWEST - 1, FEWEST - 1),
        (FEWEST, FEWEST),
        (10 * FEWEST + 10, FEWEST + 1),
        (10 * MOST, MOST),
        (10 * MOST + 10, MOST),
    ],
)
def test_a_list_is_a_tenth_within_limits(warned, listed):
    assert count_listed(warned, LIMITS) == listed


def test_share_and_limits_are_settings():
    limits = replace(LIMITS, share=0.5, fewest=1, most=30)

    assert [count_listed(warned, limits) for warned in (1, 10, 100)] == [1, 5, 30]
