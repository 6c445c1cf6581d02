"""Survivors of cohorts, read and checked, as the renewals that a contractual lifetime model learns from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from liuke.kernel.errors import LiukeError


class SurvivorsRefused(LiukeError, ValueError):
    """Survivors that cannot be as they are told, or of which nothing can be learned."""


@dataclass(frozen=True)
class Renewals:
    """Of all cohorts together: how many could renew for the t-th time (t = 1, 2, ...), and how many did."""

    could: np.ndarray
    did: np.ndarray

    @classmethod
    def read(cls, survivors: Any) -> "Renewals":
        """survivors: one cohort, as counts by period that begin with the cohort's size; or several, as a
        sequence of such or a table of one row per cohort. A cohort not seen to the end ends in NaN.
        """
        cohorts = [_read_cohort(row, number) for number, row in enumerate(_rows(survivors))]
        periods = max(len(cohort) for cohort in cohorts) - 1
        could, did = np.zeros(periods), np.zeros(periods)
        for cohort in cohorts:
            could[: len(cohort) - 1] += cohort[:-1]
            did[: len(cohort) - 1] += cohort[1:]
        found = cls(could, did)
        found._refuse_silence()
        return found

    @property
    def customers(self) -> float:
        """Renewals that were offered; a cohort seen for longer tells more."""
        return float(self.could.sum())

    def _refuse_silence(self) -> None:
        if len(self.could) < 2 or not self.could[1:].any():
            raise SurvivorsRefused(
                "One renewal tells how many leave, not how differently customers are disposed to. Give the"
                " survivors of at least two renewals: the cohort, then two counts."
            )
        if (self.did == self.could).all():
            raise SurvivorsRefused(
                "Nobody has left, so how long customers stay cannot be told. Look at more periods."
            )
        if not self.did.any():
            raise SurvivorsRefused(
                "Nobody has renewed even once, so how long customers stay cannot be told. Use shorter"
                " periods."
            )


def _rows(survivors: Any) -> Sequence[Any]:
    if hasattr(survivors, "to_numpy"):
        survivors = survivors.to_numpy()
    rows = list(survivors) if isinstance(survivors, Sequence) or np.ndim(survivors) else []
    if not rows:
        raise SurvivorsRefused("There is no cohort to learn from; give its survivors by period.")
    return rows if any(np.ndim(row) for row in rows) else [rows]


def _read_cohort(row: Any, number: int) -> np.ndarray:
    try:
        counts = np.asarray(row, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise SurvivorsRefused(f"Cohort {number}: survivors are counts by period ({error}).") from None
    if counts.ndim != 1:
        raise SurvivorsRefused(f"Cohort {number}: survivors are one count per period, in one dimension.")
    seen = ~np.isnan(counts)
    counts = counts[: int(seen.sum())]
    if np.isnan(counts).any():
        raise SurvivorsRefused(
            f"Cohort {number}: a count is missing before the last one known; only the end may be unknown."
        )
    if len(counts) < 2 or not np.isfinite(counts).all() or counts[0] <= 0 or counts[-1] < 0:
        raise SurvivorsRefused(
            f"Cohort {number}: give its size, which is over 0, and then at least one count of survivors;"
            f" not {counts.tolist()}."
        )
    grown = np.flatnonzero(np.diff(counts) > 0)
    if len(grown):
        at = int(grown[0])
        raise SurvivorsRefused(
            f"Cohort {number}: {counts[at + 1]:g} survive period {at + 1}, more than the {counts[at]:g}"
            " before. Nobody joins a cohort later: count newcomers in a cohort of their own."
        )
    return counts
