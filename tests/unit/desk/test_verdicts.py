"""An effect is told only as far as its interval goes."""

import pytest

from liuke_desk.bridge.effects import smallest_visible_difference
from liuke_desk.effects.verdicts import Verdict, read_effect

LEAVING = {"estimate": -0.1, "low": -0.15, "high": -0.05, "why_empty": None}
OVER = {"is_over": True, "treated": 200, "value_unknown": 0, "leaving": LEAVING, "value": LEAVING}


def over(**changes):
    return OVER | {"leaving": LEAVING | changes}


@pytest.mark.parametrize(
    "figures, verdict",
    [
        ({"is_over": False}, Verdict.NOT_OVER),
        (over(why_empty="too_few", low=None, high=None, estimate=None), Verdict.TOO_FEW),
        (over(), Verdict.FEWER_LEFT),
        (over(high=-0.0001), Verdict.FEWER_LEFT),
        (over(high=0.0), Verdict.NOT_CLEAR),  # an interval that touches nought holds it
        (over(high=0.05), Verdict.NOT_CLEAR),
        (over(low=0.0, high=0.1), Verdict.NOT_CLEAR),
        (over(low=0.0001, high=0.1), Verdict.MORE_LEFT),
    ],
)
def test_the_verdict(figures, verdict):
    assert read_effect(figures).verdict is verdict


def test_customers_saved_turn_the_sign_and_keep_the_order():
    assert read_effect(OVER).saved_customers == pytest.approx((20, 10, 30))


@pytest.mark.parametrize("change", [{"value_unknown": 1}, {"value": LEAVING | {"why_empty": "too_few"}}])
def test_value_saved_is_not_told_where_it_is_not_known(change):
    assert read_effect(OVER | change).saved_fen is None
    assert read_effect(OVER).saved_fen is not None


@pytest.mark.parametrize(
    "rate, treated, held_out, expected",
    [
        (0.5, 200, 200, 0.14),  # 2.8 x 0.5 x sqrt(2 / 200)
        (0.1, 900, 100, 0.0885),
        (0.1, 0, 100, None),
        (0.1, 100, 0, None),
        (None, 100, 100, None),
    ],
)
def test_the_smallest_difference_that_shows(rate, treated, held_out, expected):
    found = smallest_visible_difference(rate=rate, treated=treated, held_out=held_out)

    assert found == (expected and pytest.approx(expected, abs=1e-4))
