"""How many are still there after so long, when some were only watched for a while.

Kaplan and Meier (1958); the variance is Greenwood's (1926) and the interval is that of ln(-ln S), which
stays within 0 and 1 (Kalbfleisch and Prentice 1980). Leavings at an instant come before the end of
watching at the same instant.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from liuke.kernel.errors import LiukeError


class DurationsRefused(LiukeError):
    """Durations that no survival can be told from."""


@dataclass(frozen=True)
class SurvivalCurve:
    """One row per different duration, rising; survival holds from that duration on.

    low, high: NaN before the first leaving and where nobody is left, for there is no interval.
    """

    duration: np.ndarray
    survival: np.ndarray
    low: np.ndarray
    high: np.ndarray
    standard_error: np.ndarray
    at_risk: np.ndarray
    left: np.ndarray

    @property
    def median(self) -> float | None:
        """The duration after which at most half are still there; None when more than half still are."""
        below = np.flatnonzero(self.survival <= 0.5)
        return float(self.duration[below[0]]) if len(below) else None


def kaplan_meier(duration: ArrayLike, left: ArrayLike, *, confidence: float = 0.95) -> SurvivalCurve:
    """Survival from durations, one per customer, in any unit of time.

    left: 1 where the duration ended by leaving, 0 where watching ended first.
    The example: weeks in remission under 6-mercaptopurine (Freireich and others 1963).

    >>> weeks = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    >>> curve = kaplan_meier(weeks, [1] * 9 + [0] * 12)
    >>> told = curve.left > 0
    >>> curve.survival[told].round(3).tolist()
    [0.857, 0.807, 0.753, 0.69, 0.627, 0.538, 0.448]
    """
    time, gone = np.asarray(duration, float), np.asarray(left, float)
    if time.ndim != 1 or time.shape != gone.shape or not len(time):
        raise DurationsRefused(
            f"duration and left need one row for each customer: {time.shape}, {gone.shape}"
        )
    if not np.isfinite(time).all() or (time < 0).any() or not np.isin(gone, (0, 1)).all():
        raise DurationsRefused("durations must be known and at least 0, and left must be 0 or 1")
    durations, place = np.unique(time, return_inverse=True)
    leavers = np.bincount(place, weights=gone)
    at_risk = len(time) - np.concatenate([[0], np.cumsum(np.bincount(place))[:-1]])
    survival = np.cumprod(1 - leavers / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.cumsum(leavers / (at_risk * (at_risk - leavers))))
        reach = float(ndtri((1 + confidence) / 2)) * spread / np.log(survival)
        low, high = survival ** np.exp(-reach), survival ** np.exp(reach)
        error = np.where(survival > 0, survival * spread, np.nan)
    inside = (survival > 0) & (survival < 1)
    return SurvivalCurve(
        duration=durations,
        survival=survival,
        low=np.where(inside, np.minimum(low, high), np.nan),
        high=np.where(inside, np.maximum(low, high), np.nan),
        standard_error=error,
        at_risk=at_risk.astype(int),
        left=leavers.astype(int),
    )
