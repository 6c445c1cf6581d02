"""A month's hazard is set right only where a day that judges nothing showed that it is off."""

import numpy as np
import pytest
from scipy.special import expit, logit

from liuke.predict.challenger import corrections_help
from liuke.predict.examples import Example, Outcome, Population
from liuke.predict.recalibration import NONE, learn_correction, learn_corrections

CUSTOMERS = 6000


def drawn(seed):
    draw = np.random.default_rng(seed)
    return expit(-2.5 + draw.normal(size=CUSTOMERS)), draw


def leave(p, draw):
    return (draw.random(len(p)) < p).astype(float)


def test_a_calibrated_month_is_left_alone():
    kept = [learn_correction(p, leave(p, draw), seed=1) == NONE for p, draw in map(drawn, range(10))]

    assert sum(kept) >= 8  # the check is at 5 %


@pytest.mark.parametrize("shift", [-0.6, 0.6])
def test_a_month_that_is_off_by_a_level_gets_it_back(shift):
    p, draw = drawn(1)
    left = leave(expit(logit(p) + shift), draw)

    found = learn_correction(p, left, seed=1)

    assert found.apply(np.array([-2.5]))[0] == pytest.approx(-2.5 + shift, abs=0.15)
    assert expit(found.apply(logit(p))).mean() == pytest.approx(left.mean(), rel=0.05)


def test_a_month_that_is_too_sure_is_drawn_in():
    p, draw = drawn(2)
    left = leave(expit(-1.0 + 0.5 * logit(p)), draw)

    found = learn_correction(p, left, seed=1)

    assert found.slope == pytest.approx(0.5, abs=0.12)


def test_the_order_of_customers_is_never_turned_round():
    p, draw = drawn(3)
    found = learn_correction(p, leave(expit(-5.0 - logit(p)), draw), seed=1)

    assert found.slope > 0


@pytest.mark.parametrize("left", [np.zeros(CUSTOMERS), np.ones(CUSTOMERS)])
def test_one_class_teaches_nothing(left):
    assert learn_correction(drawn(4)[0], left, seed=1) == NONE


def test_later_months_are_learned_from_those_who_stayed_until_then_and_are_known():
    p, draw = drawn(5)
    first = leave(p, draw)
    second = np.maximum(first, leave(expit(logit(p) + 0.8), draw))
    second[: CUSTOMERS // 3] = np.nan

    one, two = learn_corrections([p, p], {1: first, 2: second}, seed=1)

    assert one == NONE
    assert two.apply(np.array([-2.5]))[0] == pytest.approx(-1.7, abs=0.2)


def judged(left):
    names = np.array([f"k{i}" for i in range(len(left))], dtype=object)
    return Example(Population(None, names, None), Outcome({1: left}, np.full(len(left), None)))


@pytest.mark.parametrize("shift, helps", [(0.7, True), (0.0, False), (-0.7, False)])
def test_a_correction_is_used_only_when_what_was_off_is_still_off(shift, helps):
    """Earlier the level was too low by 0.7; on the judged day it still is, is no more, or is too high."""
    p, draw = drawn(6)
    corrected = expit(logit(p) + 0.7)

    left = leave(expit(logit(p) + shift), draw)

    assert corrections_help({1: p}, {1: corrected}, judged(left), seed=1) is helps


def test_no_correction_helps_nobody():
    p, draw = drawn(7)

    assert not corrections_help({1: p}, {1: p}, judged(leave(p, draw)), seed=1)
