"""Hazards set right by a day that neither taught them nor judges them.

A model calibrated on the months it learned from is off when later months are different. What a model
fitted on what was known by an earlier day said of that day's customers, beside what became of them,
tells by how much: logit(hazard') = intercept + slope * logit(hazard), for each month ahead on its own
(logistic recalibration: Cox, Biometrika 45, 1958).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logit

from liuke.predict.metrics import calibrate_table

SURE = 1e-12  # a hazard this near to 0 or 1 is as good as certain
PULL = 20.0  # expected leavers' worth of evidence that the hazard is right as it is
SLOPES = (0.25, 4.0)  # a slope outside says that the day was odd, not that the order is wrong


@dataclass(frozen=True)
class Correction:
    """What is done to the log-odds of one month's hazard."""

    intercept: float
    slope: float

    def apply(self, log_odds: np.ndarray) -> np.ndarray:
        return self.intercept + self.slope * log_odds


NONE = Correction(0.0, 1.0)


def learn_corrections(
    hazards: Sequence[np.ndarray], left: Mapping[int, np.ndarray], *, seed: object
) -> tuple[Correction, ...]:
    """A correction for each month; `NONE` where the month is not off by more than luck would have it.

    hazards: of months 1, 2, ...; left: by months ahead, 1 left, 0 stayed, NaN not known; row by row.
    """
    found = []
    for months, hazard in enumerate(hazards, start=1):
        before = left[months - 1] if months > 1 else np.zeros(len(hazard))
        rows = np.flatnonzero((before == 0) & ~np.isnan(left[months]))
        found.append(learn_correction(hazard[rows], left[months][rows], seed=(seed, months)))
    return tuple(found)


def learn_correction(hazard: np.ndarray, left: np.ndarray, *, seed: object) -> Correction:
    """The correction of one month, drawn towards none; none when the month is not off, or tells nothing."""
    if not 0 < left.sum() < len(left):
        return NONE
    table = calibrate_table(hazard, left, seed=("correction", seed))
    if table["ece"]["value"] <= table["ece_if_perfect"]:
        return NONE
    return _fit(logit(np.clip(hazard, SURE, 1 - SURE)), left)


def _fit(odds: np.ndarray, left: np.ndarray) -> Correction:
    centre = float(odds.mean())

    def loss(beta: np.ndarray) -> tuple[float, np.ndarray]:
        eta = beta[0] + centre + beta[1] * (odds - centre)
        away = beta - np.array([0.0, 1.0])
        error = expit(eta) - left
        slope = np.array([error.sum(), error @ (odds - centre)]) + PULL * away
        return float((np.logaddexp(0.0, eta) - left * eta).sum() + 0.5 * PULL * away @ away), slope

    limits = [(None, None), SLOPES]
    found = minimize(loss, np.array([0.0, 1.0]), jac=True, method="L-BFGS-B", bounds=limits)
    shift, slope = (float(value) for value in found.x)
    return Correction(shift + centre * (1.0 - slope), slope)
