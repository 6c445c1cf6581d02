"""What early warning leaves is what the cycle stores; amounts are exact to the fen."""

from decimal import Decimal

import numpy as np
import pytest

from liuke.pipeline.results import RESULTS
from liuke.predict.result_tables import LEAVINGS, VALUES, WARNINGS, probability_column, yuan_column
from liuke.predict.unknowns import UNKNOWNS, code_where, say_unknown


@pytest.mark.parametrize("name, schema", [("warnings", WARNINGS), ("values", VALUES), ("leavings", LEAVINGS)])
def test_the_columns_are_those_that_the_cycle_stores(name, schema):
    assert schema == RESULTS[name]


@pytest.mark.parametrize(
    "fen, yuan",
    [
        (12345.4, Decimal("123.45")),
        (0.5, Decimal("0.00")),  # half to even
        (1.5, Decimal("0.02")),
        (-250.0, Decimal("-2.50")),
        (123_456_789_012.0, Decimal("1234567890.12")),
        (np.nan, None),
    ],
)
def test_fen_become_yuan(fen, yuan):
    assert yuan_column(np.array([fen])).to_pylist() == [yuan]


@pytest.mark.parametrize("p, kept", [(1 + 1e-12, 1.0), (-1e-17, 0.0), (0.25, 0.25), (np.nan, None)])
def test_probabilities_stay_within_their_bounds(p, kept):
    assert probability_column(np.array([p])).to_pylist() == [kept]


@pytest.mark.parametrize("code", sorted(UNKNOWNS))
def test_every_reason_for_a_gap_is_said_in_both_languages(code):
    assert say_unknown(code, "zh")
    assert say_unknown(code, "en")
    assert say_unknown(code, "zh") != say_unknown(code, "en")


def test_no_gap_has_no_words():
    assert say_unknown(None, "zh") is None
    assert code_where(np.array([True, False]), "one_snapshot").tolist() == ["one_snapshot", None]
