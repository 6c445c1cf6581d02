"""From several models' log-odds to one probability that means what it says, and how to check that it does."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

LIMIT = 12.0  # log-odds beyond this say nothing that a table of customers could confirm
# How many rows' worth of evidence the priors stand for: of plain shares, and of the open ones.
STIFF, LOOSE = 200.0, 20.0
CENTRE_PULL = 8.0  # of the intercept, towards none
# The open blend is believed once it beats the plain one by so many nats on unseen rows. Its handful of
# weights, and the choice of where trees stop growing, win several by chance alone; and where less than
# that can be won, a logistic regression ranks as well.
PROOF_NATS, DOUBT_NATS = 10.0, 2.0
SURE = 1e-3  # belief nearer to 0 or 1 than this is taken for it, so that idle members can be dropped


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


@dataclass(frozen=True)
class Unseen:
    """What the members said of rows they had not learned from, and what those rows then did."""

    members: np.ndarray  # rows by members, log-odds
    labels: np.ndarray
    weights: np.ndarray

    @property
    def table(self) -> np.ndarray:
        return np.column_stack([np.ones(len(self.members)), np.clip(self.members, -LIMIT, LIMIT)])

    def log_likelihood(self, beta: np.ndarray) -> float:
        eta = self.table @ beta
        return float(self.weights @ (self.labels * eta - np.logaddexp(0.0, eta)))


def fit_blend(
    members: np.ndarray,
    labels: np.ndarray,
    row_weights: np.ndarray,
    *,
    plain: Sequence[int] | None = None,
    sums: Sequence[int] | None = None,
) -> Blend:
    """The blend with the least log-loss on predictions for rows the members had not seen.

    members: rows by members, out-of-fold log-odds. plain: which of them are straight logistic models;
    sums: which add up one curve per column; all of them when not told.

    Two blends are fitted: a cautious one, held near the plain members, and an open one, held loosely near
    the sums. They are averaged by how well the open one proved itself. So where rows are few or say
    little, the answer is near that of a logistic regression, and each further nat of evidence moves it away.
    """
    unseen = Unseen(members, labels, row_weights)
    cautious = _weigh(unseen, _shares(members.shape[1], plain), pull=STIFF)
    opened = _weigh(unseen, _shares(members.shape[1], sums), pull=LOOSE)
    gain = unseen.log_likelihood(opened) - unseen.log_likelihood(cautious)
    belief = float(expit((gain - PROOF_NATS) / DOUBT_NATS))
    belief = round(belief) if min(belief, 1.0 - belief) < SURE else belief
    beta = (1.0 - belief) * cautious + belief * opened
    return Blend(float(beta[0]), tuple(float(weight) for weight in beta[1:]))


def _shares(count: int, chosen: Sequence[int] | None) -> np.ndarray:
    shares = np.zeros(count)
    shares[list(range(count) if chosen is None else chosen)] = 1.0
    return shares / max(shares.sum(), 1.0)


def _weigh(unseen: Unseen, shares: np.ndarray, *, pull: float) -> np.ndarray:
    """Intercept and weights: the most likely, drawn to slope one in these shares."""
    table, prior = unseen.table, np.array([0.0, *shares])
    pulls = np.array([CENTRE_PULL, *np.full(len(shares), pull)])

    def loss(beta: np.ndarray) -> tuple[float, np.ndarray]:
        eta, away = table @ beta, beta - prior
        losses = np.logaddexp(0.0, eta) - unseen.labels * eta
        slope = table.T @ (unseen.weights * (expit(eta) - unseen.labels)) + pulls * away
        return float(unseen.weights @ losses + 0.5 * pulls @ away**2), slope

    limits = [(None, None), *([(0.0, None)] * len(shares))]
    found = minimize(loss, prior, jac=True, method="L-BFGS-B", bounds=limits, options={"gtol": 1e-8})
    return np.asarray(found.x)


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
