"""Probabilities and outcomes that a plot is to show, checked before anything is drawn."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from liuke.kernel.errors import LiukeError


class PredictionsRefused(LiukeError, ValueError):
    """Probabilities or outcomes of which no plot can be made."""


def read_predictions(p: ArrayLike, left: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """One probability (or score) and one outcome, 0 or 1, for each customer."""
    scores, happened = _read_numbers("p", p), _read_numbers("left", left)
    if len(scores) != len(happened) or not len(scores):
        raise PredictionsRefused(
            f"p and left tell of the same customers, at least one; rows: {len(scores)} and {len(happened)}."
        )
    if not np.isfinite(scores).all():
        raise PredictionsRefused(
            f"p is missing or infinite in {int((~np.isfinite(scores)).sum())} of {len(scores)} rows; leave "
            "these customers out."
        )
    if not np.isin(happened, (0.0, 1.0)).all():
        raise PredictionsRefused("left says of each customer 1 (left) or 0 (stayed), and nothing else.")
    return scores, happened


def refuse_no_probability(p: np.ndarray) -> None:
    if p.min() < 0 or p.max() > 1:
        raise PredictionsRefused(
            f"p holds probabilities, from 0 to 1; it reaches from {p.min():g} to {p.max():g}."
        )


def _read_numbers(name: str, values: Any) -> np.ndarray:
    try:
        numbers = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise PredictionsRefused(f"{name} must be numbers, one per customer ({error}).") from None
    if numbers.ndim != 1:
        raise PredictionsRefused(f"{name} must have one dimension; it has {numbers.ndim}.")
    return numbers
