"""What a method says of every customer at risk, before values and words are added."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from liuke.predict.churn import KINDS, Kind
from liuke.predict.model_store import Storable
from liuke.view.feature import Feature

MONTHS = (1, 2, 3)


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """Probabilities by customer_id, NaN where unknown, and what is needed to explain them.

    p: by months ahead, for each of 1, 2, 3. kinds: parts of the three-month probability.
    why_empty: reason code of a customer for whom any of them is unknown, else None.
    features: what contributions are given for. rows: figures for reasons, row by row.
    explain: positions of customers to their contributions (positions by features).
    models: what to keep, by name. card: what the model card tells of the method.
    hazards_ahead: customers by months of a lifetime, the chance to leave in each; None where not learned.
    """

    customers: np.ndarray
    p: Mapping[int, np.ndarray]
    kinds: Mapping[Kind, np.ndarray]
    why_empty: np.ndarray
    features: Sequence[Feature]
    rows: pa.Table
    explain: Callable[[np.ndarray], np.ndarray]
    models: Mapping[str, Storable]
    card: Mapping[str, Any]
    hazards_ahead: np.ndarray | None = None

    @property
    def p_longest(self) -> np.ndarray:
        """The probability within the longest horizon that is known of the customer."""
        found = self.p[MONTHS[0]]
        for months in MONTHS[1:]:
            found = np.where(np.isnan(self.p[months]), found, self.p[months])
        return found


def all_months(p: Mapping[int, np.ndarray], count: int) -> dict[int, np.ndarray]:
    """The probabilities with the horizons that were not predicted filled up as unknown."""
    return {months: p.get(months, np.full(count, np.nan)) for months in MONTHS}


def all_kinds(kinds: Mapping[Kind, np.ndarray], p_3m: np.ndarray) -> dict[Kind, np.ndarray]:
    """The parts of the three-month probability; a kind that the definition does not declare has none."""
    nothing = np.where(np.isnan(p_3m), np.nan, 0.0)
    return {kind: kinds.get(kind, nothing) for kind in KINDS}


def no_explanation(count: int) -> Callable[[np.ndarray], np.ndarray]:
    """For a method that could not predict: nothing raises a risk that is not known."""
    return lambda positions: np.zeros((len(positions), count))
