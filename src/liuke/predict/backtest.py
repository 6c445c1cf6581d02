"""Forecasts of an earlier day beside what became of its customers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from liuke.predict.churn import Kind
from liuke.predict.examples import Example
from liuke.predict.metrics import judge, judge_calibration
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

    def judge_calibration(self) -> dict[str, Any]:
        return judge_calibration(self.p, self.left, seed=self.seed)


def judge_forecasts(
    judged: Example, p: Mapping[int, np.ndarray], kinds: Mapping[Kind, np.ndarray], *, seed: int
) -> dict[str, Any]:
    """Measures for each horizon and each kind at the longest; customers of unknown outcome are left out."""
    asked = [*_ask_horizons(judged, p, seed), *_ask_kinds(judged, kinds, seed)]
    found = iter(do_side_by_side(_Asked.judge, asked))
    horizons = {f"{months}m": next(found) for months in p}
    return {"horizons": horizons, "kinds": {kind: next(found) for kind in kinds}}


def judge_calibrations(judged: Example, p: Mapping[int, np.ndarray], *, seed: int) -> dict[str, Any]:
    """What `judge_forecasts` says of each horizon's calibration; no interval is asked for."""
    asked = _ask_horizons(judged, p, seed)
    return {f"{months}m": each.judge_calibration() for months, each in zip(p, asked, strict=True)}


def _ask_horizons(judged: Example, p: Mapping[int, np.ndarray], seed: int) -> list[_Asked]:
    asked, customers = [], judged.population.customers
    for months, forecast in p.items():
        rows = np.flatnonzero(~np.isnan(judged.outcome.left[months]))
        left = judged.outcome.left[months][rows].astype(int)
        asked.append(_Asked(forecast[rows], left, customers[rows], ("horizon", months, seed)))
    return asked


def _ask_kinds(judged: Example, kinds: Mapping[Kind, np.ndarray], seed: int) -> list[_Asked]:
    asked, outcome = [], judged.outcome
    rows = np.flatnonzero(~np.isnan(outcome.left[max(outcome.left)]))
    for kind, forecast in kinds.items():
        left = (outcome.kind[rows] == kind).astype(int)
        asked.append(_Asked(forecast[rows], left, judged.population.customers[rows], ("kind", kind, seed)))
    return asked
