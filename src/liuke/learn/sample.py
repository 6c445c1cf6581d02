"""What an effect is measured on, read whole: nothing is dropped in silence."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from liuke.kernel.errors import LiukeError


class EffectRefused(LiukeError):
    """Outcomes and arms that cannot be compared."""


@dataclass(frozen=True)
class Sample:
    """Outcomes row by row: arm, cluster number (0, 1, ...), covariates known before the draw."""

    outcome: NDArray[np.float64]
    treated: NDArray[np.bool_]
    cluster: NDArray[np.intp]
    covariate: NDArray[np.float64] | None

    @property
    def clusters(self) -> int:
        return int(self.cluster.max()) + 1 if len(self.cluster) else 0

    @property
    def is_binary(self) -> bool:
        return bool(((self.outcome == 0) | (self.outcome == 1)).all())

    @property
    def is_clustered(self) -> bool:
        return self.clusters < len(self.cluster)

    def units(self, rows: NDArray[np.bool_]) -> int:
        """Clusters with at least one of the rows."""
        return int(np.count_nonzero(np.bincount(self.cluster[rows])))


def read_sample(
    outcome: ArrayLike, arm: ArrayLike, cluster: ArrayLike | None, covariate: ArrayLike | None
) -> Sample:
    outcomes = _numbers("outcome", outcome)
    rows = len(outcomes)
    treated = _arms(arm)
    clusters = np.arange(rows) if cluster is None else _clusters(cluster)
    known = None
    if covariate is not None:
        known = np.atleast_2d(_numbers("covariate", covariate).T).T  # one column when it has none
    for name, column in (("arm", treated), ("cluster", clusters), ("covariate", known)):
        if column is not None and len(column) != rows:
            raise EffectRefused(f"{name} has {len(column)} rows, outcome {rows}; they go row by row")
    return Sample(outcomes, treated, clusters, known)


def _numbers(name: str, given: ArrayLike) -> NDArray[np.float64]:
    try:
        numbers = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise EffectRefused(f"{name} is not all numbers; missing values are not taken either") from None
    wrong = ~np.isfinite(numbers) if numbers.ndim == 1 else ~np.isfinite(numbers).all(axis=1)
    if wrong.any():
        raise EffectRefused(
            f"{name} is missing in {int(wrong.sum())} rows, first in row {int(wrong.argmax())}; "
            "settle them, or leave such rows out of both arms alike"
        )
    return numbers


def _arms(given: ArrayLike) -> NDArray[np.bool_]:
    names: dict[Any, bool] = {"treat": True, "hold_out": False, True: True, False: False}
    array = np.asarray(given)
    if array.dtype == np.bool_:
        return array
    arms = array.tolist()
    unknown = {value for value in arms if value not in names}
    if unknown:
        raise EffectRefused(
            f"arm is 'treat' or 'hold_out' (or true, false), not {sorted(map(repr, unknown))[0]}"
        )
    return np.array([names[value] for value in arms], dtype=np.bool_)


def _clusters(given: ArrayLike) -> NDArray[np.intp]:
    values = np.asarray(given)
    if values.dtype.kind in "iu":
        return np.unique(values, return_inverse=True)[1]
    missing = [place for place, value in enumerate(values.tolist()) if value is None or value != value]
    if missing:
        raise EffectRefused(f"cluster is missing in row {missing[0]}; give such a row a cluster of its own")
    return np.unique(values, return_inverse=True)[1]
