"""Predictions of which no plot can be made are refused in a sentence."""

import numpy as np
import pytest

from liuke.kernel.errors import LiukeError
from liuke.predict.displays import CalibrationDisplay, LiftDisplay, RocDisplay


@pytest.mark.parametrize("display", [CalibrationDisplay, LiftDisplay, RocDisplay])
@pytest.mark.parametrize(
    "p, left, says",
    [
        ([], [], "at least one"),
        ([0.1, 0.2], [1], "rows: 2 and 1"),
        ([0.1, np.nan], [0, 1], "missing or infinite in 1 of 2 rows"),
        ([0.1, np.inf], [0, 1], "missing or infinite in 1 of 2 rows"),
        ([0.1, 0.2, 0.3], [0, 1, 2], "1 .left. or 0 .stayed."),
        (["high", "low"], [0, 1], "p must be numbers"),
        ([0.1, 0.2], ["no", "yes"], "left must be numbers"),
        ([[0.9, 0.1], [0.8, 0.2]], [0, 1], "p must have one dimension; it has 2"),
    ],
)
def test_what_cannot_be_drawn_is_named(display, p, left, says):
    with pytest.raises(LiukeError, match=says):
        display.from_predictions(p, left)


def test_scores_beyond_one_are_ranked_but_not_calibrated():
    scores, left = [-1.0, 0.5, 3.0], [0, 0, 1]

    assert RocDisplay.from_predictions(scores, left).auc == 1.0
    with pytest.raises(LiukeError, match="from -1 to 3"):
        CalibrationDisplay.from_predictions(scores, left)
