"""The difference of two means when rows come in clusters: repeated contacts, households.

Rows of one cluster tell less than as many rows of strangers, so the variance is summed over clusters.
Few clusters make that sum too small and too shaky: CR2 (Bell and McCaffrey, 2002) corrects the one by
each cluster's leverage, their Satterthwaite degrees of freedom the other. Rows that are their own
clusters give HC2 and degrees near Welch's. A covariate known before the draw is adjusted for by a slope
of its own in each arm (Lin, 2013), which cannot make the estimate worse in large samples even when the
slope is wrong. The formulas in q x q matrices: Pustejovsky and Tipton (2018).

Amounts are skewed, and with a hold-out much smaller than the treated arm so is the estimate: Student's t
then misses on one side (93 % for exponential amounts at 180 to 20). Hall's transformation (1992) takes
the skewness out. Taken from both arms together it is settled by the larger one, and the interval covers
94.6 to 95.7 % wherever the estimate's skewness is at most 0.4 (log-normal and zero-inflated amounts,
contacts in clusters of 20, households; 20 to 400 held out).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liuke.learn.sample import EffectRefused

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Difference:
    """A difference of means, its standard error and the degrees of freedom of Student's t.

    skewness: of the estimate, taking the clusters of both arms as alike in shape.
    """

    estimate: float
    standard_error: float
    degrees: float
    skewness: float

    def interval(self, confidence: float) -> tuple[float, float]:
        from scipy.special import stdtrit

        reach = float(stdtrit(self.degrees, (1 + confidence) / 2))
        return (
            self.estimate - self._from_t(reach) * self.standard_error,
            self.estimate - self._from_t(-reach) * self.standard_error,
        )

    @property
    def p_value(self) -> float:
        """Of the null of no difference; under 1 - confidence just when the interval excludes 0."""
        from scipy.special import stdtr

        return float(2 * stdtr(self.degrees, -abs(self._to_t(self.estimate / self.standard_error))))

    def _to_t(self, ratio: float) -> float:
        """Hall's monotone cubic, which makes a skewed ratio nearly symmetric."""
        skewness = self.skewness
        return ratio + skewness / 3 * ratio**2 + skewness**2 / 27 * ratio**3 + skewness / 6

    def _from_t(self, value: float) -> float:
        if abs(self.skewness) < 1e-8:
            return value
        return float(3 / self.skewness * (np.cbrt(1 + self.skewness * (value - self.skewness / 6)) - 1))


def difference_of_means(
    outcome: Floats, treated: NDArray[np.bool_], cluster: NDArray[np.intp], covariate: Floats | None
) -> Difference:
    """Mean outcome of the treated less that of the others.

    cluster: number of each row's cluster, 0 to clusters - 1; clusters may lie in both arms.
    covariate: rows x covariates, known before the draw, or None.
    """
    design = _design(treated, covariate)
    basis, triangle = np.linalg.qr(design)
    if (np.abs(np.diag(triangle)) <= 1e-10 * np.linalg.norm(design, axis=0)).any():
        raise EffectRefused(
            "a covariate says nothing in one of the arms: it is constant there, or follows from the others. "
            "Leave it out."
        )
    contrast = np.zeros(design.shape[1])
    contrast[0], contrast[design.shape[1] // 2] = 1.0, -1.0
    weights = np.linalg.solve(triangle.T, contrast)  # estimate = (basis' outcome) . weights
    fitted = basis.T @ outcome
    residual = outcome - basis @ fitted
    leverage = _summed(basis[:, :, None] * basis[:, None, :], cluster)
    adjusted = _inverse_root(np.eye(len(weights)) - leverage) @ weights
    influence = np.einsum("gq,gq->g", adjusted, _summed(basis * residual[:, None], cluster))
    return Difference(
        estimate=float(fitted @ weights),
        standard_error=float(np.sqrt((influence**2).sum())),
        degrees=_satterthwaite(leverage, adjusted),
        skewness=_skewness(residual, treated, cluster),
    )


def _design(treated: NDArray[np.bool_], covariate: Floats | None) -> Floats:
    """A mean and the slopes of each arm; covariates are centred so that the means are at their average."""
    columns = [np.ones(len(treated))]
    if covariate is not None:
        columns += list((covariate - covariate.mean(axis=0)).T)
    one_arm = np.column_stack(columns)
    return np.hstack([one_arm * treated[:, None], one_arm * ~treated[:, None]])


def _summed(rows: Floats, cluster: NDArray[np.intp]) -> Floats:
    """Sums of the rows of each cluster."""
    order = np.argsort(cluster, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(cluster[order]) > 0])
    return np.add.reduceat(rows[order], starts, axis=0)


def _inverse_root(matrices: Floats) -> Floats:
    """The inverse square root of symmetric matrices; directions of no length stay without."""
    lengths, directions = np.linalg.eigh(matrices)
    inverse = np.where(lengths > 1e-10, 1 / np.sqrt(np.maximum(lengths, 1e-10)), 0.0)
    return (directions * inverse[:, None, :]) @ directions.transpose(0, 2, 1)


def _satterthwaite(leverage: Floats, adjusted: Floats) -> float:
    """trace(M)^2 / trace(M^2) with M the covariance of the influences if rows were independent.

    M = diag(own) - shared shared', so neither M nor its square has to be made.
    """
    shared = np.einsum("gqp,gp->gq", leverage, adjusted)
    own = np.einsum("gq,gq->g", adjusted, shared)
    inner = shared.T @ shared
    trace = own.sum() - np.trace(inner)
    squares = (own**2).sum() - 2 * (own @ (shared**2).sum(axis=1)) + (inner**2).sum()
    return float(trace**2 / squares)


def _skewness(residual: Floats, treated: NDArray[np.bool_], cluster: NDArray[np.intp]) -> float:
    """Third standardised moment of the difference of two means of clusters of one shape."""
    arms = [_summed(residual[arm], cluster[arm]) for arm in (treated, ~treated)]
    sums = np.concatenate(arms)
    spread = np.sqrt((sums**2).mean())
    if spread == 0:
        return 0.0
    here, there = (1 / len(arm) for arm in arms)
    return float(((sums / spread) ** 3).mean() * (here**2 - there**2) / (here + there) ** 1.5)
