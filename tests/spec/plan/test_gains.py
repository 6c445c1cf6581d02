"""gain = p x save rate x value at stake - (cost of the contact + cost of the offer), in fen."""

from dataclasses import replace

import pytest

from liuke.plan.candidates import probability_of
from liuke.plan.gains import expected_gain_fen, expected_saves
from tests.spec.plan.test_eligibility import CREDIT, FIT

BOTH = CREDIT.model_copy(update={"aims_at": frozenset({"voluntary", "dormant"})})


def test_a_drawn_example():
    # 0.3 x 0.25 x 2,000.00 yuan = 150.00, less 5.00 for the call and 55.00 for the offer
    assert expected_gain_fen(FIT, CREDIT) == 9000
    assert expected_saves(FIT, CREDIT) == pytest.approx(0.075)


@pytest.mark.parametrize(
    "unknown",
    [{"p_leave": None}, {"value_at_stake_fen": None}, {"leave_kind": "dormant"}, {"leave_kind": None}],
)
def test_the_unknown_is_not_zero(unknown):
    assert expected_gain_fen(replace(FIT, **unknown), CREDIT) is None


def test_with_probabilities_by_kind_only_those_aimed_at_count():
    known = replace(FIT, p_by_kind={"voluntary": 0.1, "dormant": 0.15, "involuntary": 0.2})

    assert probability_of(known, CREDIT.aims_at) == 0.1
    assert probability_of(known, BOTH.aims_at) == pytest.approx(0.25)
    assert expected_gain_fen(known, BOTH) == round(0.25 * 0.25 * 200_000) - 6000


def test_kinds_that_sum_over_one_are_certain():
    sure = replace(FIT, p_by_kind={"voluntary": 0.6, "dormant": 0.5})

    assert probability_of(sure, BOTH.aims_at) == 1.0
