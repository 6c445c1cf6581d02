"""Forecasts of an earlier day beside what became of its customers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from liuke.predict.churn import Kind
from liuke.predict.examples import Example
from liuke.predict.metrics import judge
from liuke.predict.side_by_side import do_side_by_side


@dataclass(frozen=True)
class _Asked:
    """Forecasts of one horizon or kind, row by row, and what became of the customers."""

    p: np.ndarray
    left: np.ndarray
    customers: np.ndarray
    seed: tuple[object, ...]

    def judge(self) -> dict[str, Any]:
        return judge(self.p, self.left, seed=self.seed, customers=self.customers)


def judge_forecasts(
    judged: Example, p: Mapping[int, np.ndarray], kinds: Mapping[Kind, np.ndarray], *, seed: int
) -> dict[str, Any]:
    """Measures for each horizon and each kind at the longest; customers of unknown outcome are left out."""
    outcome, customers = judged.outcome, judged.population.customers
    asked = []
    for months, forecast in p.items():
        rows = np.flatnonzero(~np.isnan(outcome.left[months]))
        left = outcome.left[months][rows].astype(int)
        asked.append(_Asked(forecast[rows], left, customers[rows], ("horizon", months, seed)))
    rows = np.flatnonzero(~np.isnan(outcome.left[max(outcome.left)]))
    for kind, forecast in kinds.items():
        left = (outcome.kind[rows] == kind).astype(int)
        asked.append(_Asked(forecast[rows], left, customers[rows], ("kind", kind, seed)))
    found = iter(do_side_by_side(_Asked.judge, asked))
    horizons = {f"{months}m": next(found) for months in p}
    return {"horizons": horizons, "kinds": {kind: next(found) for kind in kinds}}
