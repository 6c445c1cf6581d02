"""From several models' log-odds to one probability that means what it says, and how to check that it does."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

PULL = 8.0  # how many rows' worth of evidence the prior of equal, slope-one weights stands for
LIMIT = 12.0  # log-odds beyond this say nothing that a table of customers could confirm


@dataclass(frozen=True)
class Blend:
    """Log-odds = intercept + sum of weights * member log-odds, no weight negative.

    Weighing and calibrating are one step (logistic recalibration: Cox 1958, Platt 1999; stacking with
    non-negative weights: Breiman 1996). Being linear, it keeps what each column contributes additive.
    """

    intercept: float
    weights: tuple[float, ...]

    def log_odds(self, members: np.ndarray) -> np.ndarray:
        """members: rows by members. returns: one log-odds per row."""
        return self.intercept + np.clip(members, -LIMIT, LIMIT) @ np.array(self.weights)


def fit_blend(members: np.ndarray, labels: np.ndarray, row_weights: np.ndarray) -> Blend:
    """The blend with the least log-loss on predictions for rows the members had not seen.

    members: rows by members, out-of-fold log-odds. With few rows the weights stay near equal shares.
    """
    count = members.shape[1]
    table = np.column_stack([np.ones(len(members)), np.clip(members, -LIMIT, LIMIT)])
    prior = np.array([0.0, *([1.0 / count] * count)])

    def loss(beta: np.ndarray) -> tuple[float, np.ndarray]:
        eta = table @ beta
        losses = np.logaddexp(0.0, eta) - labels * eta
        away = beta - prior
        slope = table.T @ (row_weights * (expit(eta) - labels)) + PULL * away
        return float(row_weights @ losses + 0.5 * PULL * away @ away), slope

    limits = [(None, None), *([(0.0, None)] * count)]
    found = minimize(loss, prior, jac=True, method="L-BFGS-B", bounds=limits, options={"gtol": 1e-8})
    return Blend(float(found.x[0]), tuple(float(weight) for weight in found.x[1:]))


def expected_calibration_error(labels: np.ndarray, said: np.ndarray, *, bins: int = 10) -> float:
    """How far probabilities are from frequencies, on average: over equally many rows a bin.

    Naeini, Cooper and Hauskrecht (2015), with bins of equal count, so that none is nearly empty.

    >>> labels, said = np.array([0, 0, 1, 1]), np.array([0.25, 0.25, 0.75, 0.75])
    >>> expected_calibration_error(labels, said, bins=2)
    0.25
    """
    parts = np.array_split(np.argsort(said, kind="stable"), bins)
    apart = [len(rows) * abs(labels[rows].mean() - said[rows].mean()) for rows in parts if len(rows)]
    return float(sum(apart)) / len(labels)
