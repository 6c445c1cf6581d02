"""Shifted beta-geometric: how long customers under contract stay, from nothing but survivors by period."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from liuke.kernel.errors import LiukeError
from liuke.predict.likelihood_region import trace_region
from liuke.predict.model_store import Parts, Storable
from liuke.predict.newton import Expansion, climb
from liuke.predict.parameters import Parameters
from liuke.predict.survivors import Renewals
from liuke.predict.worth_of_renewals import worth

LOG_LIMIT = 14.0
MOST_PERIODS = 100_000
CANARY = ((1, 0), (5, 0), (12, 7))  # periods ahead, renewals made


@dataclass(frozen=True)
class ShiftedBetaGeometricParameters(Parameters):
    """The chance to leave at a renewal varies between customers as Beta(alpha, beta)."""

    alpha: float
    beta: float


@dataclass(frozen=True)
class Projection:
    """An expectation per customer, and its profile-likelihood interval."""

    expected: float
    low: float
    high: float


class ShiftedBetaGeometric(Storable, BaseEstimator):
    """The model of Fader and Hardie (2007) for customers who renew or leave at the end of each period.

    Each customer leaves at every renewal with one and the same chance of their own; chances vary as
    Beta(alpha, beta). Those likely to leave go first, which is why the retention of a cohort rises with
    its age though no customer changes. S(t) = B(alpha, beta+t) / B(alpha, beta) stay for more than t
    periods; of those who made t-1 renewals (beta+t-1) / (alpha+beta+t-1) make the t-th.

    References: P. Fader, B. Hardie, "How to Project Customer Retention", Journal of Interactive Marketing
    21 (2007) 76-90, for the model and its likelihood; the same authors, "Customer-Base Valuation in a
    Contractual Setting: The Perils of Ignoring Heterogeneity", Marketing Science 29 (2010) 85-93, for the
    discounted expected residual lifetime, 2F1(1, beta+n; alpha+beta+n; 1/(1+d)) after n renewals.

    >>> model = ShiftedBetaGeometric().fit([1000, 869, 743, 653, 593, 551, 517, 491])
    >>> round(model.params_.alpha, 3), round(model.params_.beta, 3), round(model.log_likelihood_, 1)
    (0.668, 3.806, -1611.2)
    >>> model.probability_alive([7, 12]).round(3).tolist()
    [0.489, 0.378]
    >>> value = model.lifetime_value(100, 0.1)
    >>> round(value.low, 1), round(value.expected, 1), round(value.high, 1)
    (563.9, 592.2, 621.1)
    """

    params_: ShiftedBetaGeometricParameters
    log_likelihood_: float
    renewals_: Renewals

    def fit(self, survivors: Any) -> "ShiftedBetaGeometric":
        """Find the parameters with the greatest likelihood.

        survivors: of one cohort, its size and then how many were left after each period; or of several,
        a sequence of such or a table with one row per cohort, which ends in NaN where it was not seen for
        as long. All cohorts share the parameters. Where chances to leave do not differ, or do not fall,
        both parameters end at their upper limit: every customer is then taken to be alike.
        """
        renewals = Renewals.read(survivors)

        def expand(theta: np.ndarray) -> Expansion:
            value, slope, curvature = expand_likelihood(renewals, *theta.tolist())
            scale = renewals.customers
            return value / scale, slope / scale, curvature / scale

        (alpha, beta), height = climb(expand, np.array([1.0, 1.0]), limit=LOG_LIMIT)
        self.params_ = ShiftedBetaGeometricParameters(alpha=float(alpha), beta=float(beta))
        self.log_likelihood_ = height * renewals.customers
        self.renewals_ = renewals
        return self

    def probability_alive(self, t: Any, *, renewals: Any = 0) -> np.ndarray:
        """The chance that a customer who made so many renewals makes `t` more."""
        ahead, made = _read_periods("t", t), _read_periods("renewals", renewals)
        check_is_fitted(self, "params_")
        return np.exp(log_survival(self.params_.alpha, self.params_.beta + made, ahead))

    def retention_rate(self, t: Any) -> np.ndarray:
        """Of those who made t-1 renewals, the share that makes the t-th (t = 1, 2, ...)."""
        before = _read_periods("t", t) - 1.0
        if (before < 0).any():
            raise LiukeError("t counts renewals from the first: 1, 2, ...; not 0.")
        check_is_fitted(self, "params_")
        return (self.params_.beta + before) / (self.params_.alpha + self.params_.beta + before)

    def expected_lifetime(self, periods: float, *, renewals: int = 0, confidence: float = 0.95) -> Projection:
        """Periods that a customer will be with the company, of the next `periods`, the one begun included.

        periods may be infinite; the expectation then is too where alpha <= 1: in such a cohort a few stay
        for so long that no average exists.
        """
        return self.lifetime_value(1.0, 0.0, renewals=renewals, periods=periods, confidence=confidence)

    def lifetime_value(
        self,
        margin: float,
        discount_rate: float,
        *,
        renewals: int = 0,
        periods: float = np.inf,
        first_included: bool = True,
        confidence: float = 0.95,
    ) -> Projection:
        """Margin expected of a customer from now on, discounted to now.

        margin: of one period, paid at its start. discount_rate: per period. renewals: made so far, 0 for a
        customer just won. periods: payments counted, all there will ever be unless told. first_included:
        whether the payment due now counts; without it the first one is a period away. The interval is for
        the expectation: the lowest and highest that any parameters give which the data do not speak
        against (profile likelihood). It does not hold what one single customer will bring.
        """
        check_is_fitted(self, "params_")
        _check_terms(margin, discount_rate, renewals, periods, confidence)

        def value(alpha: np.ndarray, beta: np.ndarray) -> np.ndarray:
            found = worth(alpha, beta + renewals, discount_rate, periods, first_included=first_included)
            return margin * found

        return self._project(value, confidence)

    def _project(
        self, value: Callable[[np.ndarray, np.ndarray], np.ndarray], confidence: float
    ) -> Projection:
        top = np.array([self.params_.alpha, self.params_.beta])
        _, slope, curvature = expand_likelihood(self.renewals_, *top.tolist())
        in_logs = curvature * np.outer(top, top) + np.diag(slope * top)
        edge = trace_region(
            lambda logs: likelihood_at(self.renewals_, *np.exp(logs)),
            np.log(top),
            in_logs,
            confidence=confidence,
            limit=LOG_LIMIT,
        )
        expected = float(value(*top[:, None])[0])
        around = value(*np.exp(edge))
        return Projection(expected, min(expected, float(around.min())), max(expected, float(around.max())))

    def to_parts(self) -> Parts:
        check_is_fitted(self, "params_")
        state = {
            "params": asdict(self.params_),
            "log_likelihood": self.log_likelihood_,
            "could_renew": self.renewals_.could.tolist(),
            "did_renew": self.renewals_.did.tolist(),
        }
        canary = [list(row) for row in CANARY]
        return Parts(state, canary, self.answer_canary(canary))

    @classmethod
    def from_parts(cls, state: Mapping[str, Any], trees: tuple[str, ...]) -> Self:
        model = cls()
        model.params_ = ShiftedBetaGeometricParameters(**state["params"])
        model.log_likelihood_ = state["log_likelihood"]
        model.renewals_ = Renewals(np.array(state["could_renew"]), np.array(state["did_renew"]))
        return model

    def answer_canary(self, canary: Any) -> list[float]:
        periods, renewals = np.array(canary, dtype=float).T
        value = self.lifetime_value(1.0, 0.1)
        staying = self.probability_alive(periods, renewals=renewals).tolist()
        return [*staying, value.low, value.expected, value.high]


def expand_likelihood(renewals: Renewals, alpha: float, beta: float) -> Expansion:
    """Log-likelihood, slope and curvature: each renewal offered is a trial, kept with chance r(t)."""
    could, did = renewals.could, renewals.did
    lost, before = could - did, np.arange(len(could))
    all_of, kept = alpha + beta + before, beta + before
    value = float(np.sum(lost * np.log(alpha) + did * np.log(kept) - could * np.log(all_of)))
    shared, bent = np.sum(could / all_of), np.sum(could / all_of**2)
    slope = np.array([np.sum(lost) / alpha - shared, np.sum(did / kept) - shared])
    curvature = np.full((2, 2), bent)
    curvature -= np.diag([np.sum(lost) / alpha**2, np.sum(did / kept**2)])
    return value, slope, curvature


def likelihood_at(renewals: Renewals, alpha: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """Log-likelihood of many parameters at once, without losing digits where both are huge."""
    before = np.arange(len(renewals.could))[:, None]
    odds = np.log(alpha) - np.log(beta + before)
    lost = (renewals.could - renewals.did)[:, None]
    found: np.ndarray = np.sum(
        -lost * np.logaddexp(0.0, -odds) - renewals.did[:, None] * np.logaddexp(0.0, odds), axis=0
    )
    return found


def log_survival(alpha: float, beta: np.ndarray, periods: np.ndarray) -> np.ndarray:
    """ln B(alpha, beta+t)/B(alpha, beta), renewal by renewal, exact where parameters are huge."""
    beta, periods = np.broadcast_arrays(beta, periods)
    longest = int(periods.max(initial=0))
    kept = beta[..., None] + np.arange(longest)
    each = -np.log1p(alpha / kept)
    return np.sum(np.where(np.arange(longest) < periods[..., None], each, 0.0), axis=-1)


def _read_periods(name: str, values: Any) -> np.ndarray:
    try:
        periods = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise LiukeError(
            f"{name} counts periods: 0, 1, 2, ...; it cannot be read as such ({error})."
        ) from None
    if not np.isfinite(periods).all() or (periods < 0).any() or (periods != np.floor(periods)).any():
        raise LiukeError(f"{name} counts periods: 0, 1, 2, ...; not {np.asarray(values).tolist()}.")
    if (periods > MOST_PERIODS).any():
        raise LiukeError(f"{name} is at most {MOST_PERIODS:,} periods; not {float(periods.max()):,.0f}.")
    return periods


def _check_terms(
    margin: float, discount_rate: float, renewals: int, periods: float, confidence: float
) -> None:
    _read_periods("renewals", renewals)
    terms = {"margin": margin, "discount_rate": discount_rate, "periods": periods, "confidence": confidence}
    for name, given in terms.items():
        if not isinstance(given, int | float | np.number):
            raise LiukeError(f"{name} is one number, not {given!r}.")
    if periods != np.inf:
        _read_periods("periods", periods)
    if not np.isfinite(margin) or not periods >= 1:
        raise LiukeError(f"margin is a finite amount and periods at least 1; not {margin!r} and {periods!r}.")
    if not (0 < confidence < 1 and 0 <= discount_rate < np.inf):
        raise LiukeError(
            f"confidence lies between 0 and 1 and discount_rate is 0 or more; not {confidence!r} and"
            f" {discount_rate!r}."
        )
