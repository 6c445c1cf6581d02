"""Forecasts of an earlier day beside what became of its customers."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from liuke.predict.churn import Kind
from liuke.predict.examples import Example
from liuke.predict.metrics import judge


def judge_forecasts(
    judged: Example, p: Mapping[int, np.ndarray], kinds: Mapping[Kind, np.ndarray], *, seed: int
) -> dict[str, Any]:
    """Measures for each horizon and each kind at the longest; customers of unknown outcome are left out."""
    outcome, customers = judged.outcome, judged.population.customers
    horizons = {}
    for months, forecast in p.items():
        rows = np.flatnonzero(~np.isnan(outcome.left[months]))
        left = outcome.left[months][rows].astype(int)
        horizons[f"{months}m"] = judge(
            forecast[rows], left, seed=("horizon", months, seed), customers=customers[rows]
        )
    rows = np.flatnonzero(~np.isnan(outcome.left[max(outcome.left)]))
    by_kind = {
        kind: judge(
            forecast[rows],
            (outcome.kind[rows] == kind).astype(int),
            seed=("kind", kind, seed),
            customers=customers[rows],
        )
        for kind, forecast in kinds.items()
    }
    return {"horizons": horizons, "kinds": by_kind}
