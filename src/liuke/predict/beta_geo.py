"""BG/NBD: how often customers who owe us no notice will buy, and whether they still do."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
from scipy.special import expit, hyp2f1
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from liuke.predict.beta_geo_likelihood import Histories, dot
from liuke.predict.histories import (
    HistoryRefused,
    read_histories,
    read_numbers,
    read_weights,
    refuse_missing,
)
from liuke.predict.model_store import Parts, Storable
from liuke.predict.newton import Expansion, climb, climb_from_all
from liuke.predict.parameters import Parameters

LOG_LIMIT = 14.0  # parameters are sought between exp(-14) and exp(14), in the scaled unit of time
# Few customers may leave two tops: one where they hardly ever leave, one where most do.
STARTS = ((1.0, 1.0, 1.0, 1.0), (1.0, 1.0, 0.01, 0.1), (0.5, 0.2, 2.0, 4.0))
MANY_HISTORIES = 10_000  # from here on the search starts where that of coarser histories ended
NEAR_ONE = 1e-5  # at a = 1 the closed form is 0/0; it is smooth there, so both sides are averaged
CANARY = ((1, 0, 0, 1), (2, 1, 1, 4), (0.5, 7, 3, 4))  # t, frequency, recency, T; times in units of alpha


@dataclass(frozen=True)
class BetaGeoParameters(Parameters):
    """Purchase rates are Gamma(r, alpha), the chance to leave after a purchase is Beta(a, b)."""

    r: float
    alpha: float
    a: float
    b: float


class BetaGeo(Storable, BaseEstimator):
    """The BG/NBD model of Fader, Hardie and Lee (2005).

    While active, a customer buys at a Poisson rate; right after each purchase they leave for good with a
    chance of their own; rates vary as Gamma(r, alpha), chances as Beta(a, b). A history is frequency (how
    many *repeat* purchases), recency (the age at the last of them, 0 when none) and T (the age now), all
    ages counted from the first purchase, in one unit of time of your choosing; alpha comes in that unit.

    References: P. Fader, B. Hardie, K. L. Lee, "Counting Your Customers" the Easy Way, Marketing Science
    24 (2005) 275-284: likelihood eq. (6), E[X(t)] eq. (9), conditional expectation eq. (10). P(alive):
    the same authors, "Computing P(alive) Using the BG/NBD Model" (2008).

    >>> x, last = [0, 1, 1, 0, 2, 6, 0, 3], [0, 2, 9, 0, 20, 30, 0, 8]
    >>> age = [31, 30, 28, 25, 33, 31, 39, 35]
    >>> model = BetaGeo().fit(x, last, age)
    >>> round(model.log_likelihood_, 4)
    -48.1792
    >>> model.expected_purchases(10, frequency=[6, 3], recency=[30, 8], T=[31, 35]).round(4).tolist()
    [1.3558, 0.0609]
    >>> model.probability_alive([6, 3], [30, 8], [31, 35]).round(4).tolist()
    [0.8447, 0.0756]
    >>> model.probability_silent(10, [6, 3], [30, 8], [31, 35]).round(4).tolist()
    [0.3275, 0.9588]
    """

    params_: BetaGeoParameters
    log_likelihood_: float

    def fit(self, frequency: Any, recency: Any, T: Any, weights: Any = None) -> "BetaGeo":
        """Find the parameters with the greatest likelihood.

        weights: how many customers a row stands for. Missing values are refused.
        """
        x, t_x, age, counts = read_lesson(frequency, recency, T, weights)
        customers = float(len(x) if counts is None else counts.sum())
        purchases = float(x.sum() if counts is None else dot(counts, x))
        unit = float(age.sum() if counts is None else dot(counts, age)) / customers
        if not unit:
            raise HistoryRefused(
                "No time has passed since anybody's first purchase (T is 0 in every row), so nothing can be"
                " said of rates. Look at a longer time, or measure it in a smaller unit."
            )
        histories = Histories.gather(x, t_x / unit, age / unit, counts)
        theta, height = most_likely(histories)
        r, alpha, a, b = theta.tolist()
        self.params_ = BetaGeoParameters(r=r, alpha=alpha * unit, a=a, b=b)
        self.log_likelihood_ = height * customers - purchases * float(np.log(unit))
        return self

    def expected_purchases(self, t: Any, frequency: Any, recency: Any, T: Any) -> np.ndarray:
        """Purchases expected in the next `t`, eq. (10).

        With Pfaff's transformation, which keeps 2F1 in range for heavy buyers, it is
        P(alive) (a+b+x-1)/(a-1) [1 - 2F1(r+x, a-1; a+b+x-1; -t/(alpha+T))].
        A new customer is frequency 0, recency 0, T 0. A missing history gives NaN.
        """
        x, t_x, age = read_histories(frequency, recency, T)
        ahead = read_times(t, rows=x)
        scale = self.probability_alive(x, t_x, age)
        return scale * self._purchases_if_alive(ahead, x, age)

    def _purchases_if_alive(self, ahead: np.ndarray, x: np.ndarray, age: np.ndarray) -> np.ndarray:
        near = min(abs(self.params_.a - 1.0), abs(self.params_.a + self.params_.b - 1.0)) < NEAR_ONE
        sides = (1.0 - NEAR_ONE, 1.0 + NEAR_ONE) if near else (self.params_.a,)
        return np.mean([self._purchases_at(a, ahead, x, age) for a in sides], axis=0)

    def _purchases_at(self, a: float, ahead: np.ndarray, x: np.ndarray, age: np.ndarray) -> np.ndarray:
        r, alpha, b = self.params_.r, self.params_.alpha, self.params_.b
        top = a + b + x - 1.0
        return top / (a - 1.0) * (1.0 - hyp2f1(r + x, a - 1.0, top, -ahead / (alpha + age)))

    def probability_alive(self, frequency: Any, recency: Any, T: Any) -> np.ndarray:
        """The chance that the customer has not left: 1 / (1 + a/(b+x-1) ((alpha+T)/(alpha+t_x))^(r+x)).

        1 for a customer who has not bought again, because in this model one leaves only after a repeat
        purchase. A missing history gives NaN.
        """
        check_is_fitted(self, "params_")
        x, t_x, age = read_histories(frequency, recency, T)
        r, alpha, a, b = self._parameters()
        again = x > 0
        odds_gone = np.log(a / (b + np.where(again, x, 1.0) - 1.0))
        odds_gone = odds_gone + (r + x) * (np.log(alpha + age) - np.log(alpha + t_x))
        return np.where(np.isnan(x), np.nan, np.where(again, expit(-odds_gone), 1.0))

    def probability_silent(self, t: Any, frequency: Any, recency: Any, T: Any) -> np.ndarray:
        """The chance of no purchase in the next `t`: gone already, or active and not buying.

        (1 - P(alive)) + P(alive) ((alpha+T)/(alpha+T+t))^(r+x): a customer leaves only right after a
        purchase, so one who is active at T stays so until the next purchase, and their rate is
        Gamma(r+x, alpha+T). A missing history gives NaN.
        """
        x, t_x, age = read_histories(frequency, recency, T)
        ahead = read_times(t, rows=x)
        alive = self.probability_alive(x, t_x, age)
        r, alpha = self.params_.r, self.params_.alpha
        quiet = np.exp((r + x) * (np.log(alpha + age) - np.log(alpha + age + ahead)))
        return (1.0 - alive) + alive * quiet

    def to_parts(self) -> Parts:
        check_is_fitted(self, "params_")
        state = {"params": asdict(self.params_), "log_likelihood": self.log_likelihood_}
        scale = self.params_.alpha
        canary = [[scale * t, x, scale * t_x, scale * age] for t, x, t_x, age in CANARY]
        return Parts(state, canary, self.answer_canary(canary))

    @classmethod
    def from_parts(cls, state: Mapping[str, Any], trees: tuple[str, ...]) -> Self:
        model = cls()
        model.params_ = BetaGeoParameters(**state["params"])
        model.log_likelihood_ = state["log_likelihood"]
        return model

    def answer_canary(self, canary: Any) -> list[float]:
        rows = np.array(canary).T
        return [*self.expected_purchases(*rows).tolist(), *self.probability_silent(*rows).tolist()]

    def _parameters(self) -> tuple[float, float, float, float]:
        return self.params_.r, self.params_.alpha, self.params_.a, self.params_.b


def read_times(t: Any, *, rows: np.ndarray | None = None) -> np.ndarray:
    """Lengths of time to come, 0 or more. rows: the customers they are for, of whom each may have its own."""
    ahead = read_numbers("t", t)
    if rows is not None and rows.size > 1 and ahead.size not in (1, rows.size):
        raise HistoryRefused(
            f"t has {ahead.size} lengths of time for {rows.size} customers; give one, or one for each."
        )
    if (ahead < 0).any():
        raise HistoryRefused(f"t is a length of time to come: 0 or more, not {float(ahead.min())!r}.")
    return ahead


def read_lesson(
    frequency: Any, recency: Any, T: Any, weights: Any
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray | None]:
    """Histories to learn from, checked, with the customers that each stands for (1 each when None)."""
    x, t_x, age = read_histories(frequency, recency, T)
    refuse_missing(frequency=x, recency=t_x, T=age)
    if x.ndim == 0 or not len(x):
        raise HistoryRefused("There is no purchase history to learn from; give at least one row.")
    counts = None if weights is None else read_weights(weights, len(x))
    if not (x.any() if counts is None else dot(counts, x)):
        raise HistoryRefused(
            "No customer has bought again (frequency is 0 in every row), so nothing can be said of"
            " rates. Look at a longer time."
        )
    return x, t_x, age, counts


def most_likely(histories: Histories) -> tuple[np.ndarray, float]:
    """Parameters, ages being about 1, and their log-likelihood per customer."""

    def expand(theta: np.ndarray, told: Histories) -> Expansion:
        value, slope, curvature = told.log_likelihood(theta)
        return value / told.customers, slope / told.customers, curvature / told.customers

    if len(histories.counts) <= MANY_HISTORIES:
        return climb_from_all(lambda theta: expand(theta, histories), STARTS, limit=LOG_LIMIT)
    coarse = histories.coarsen()
    start, _ = climb(lambda theta: expand(theta, coarse), np.array(STARTS[0]), limit=LOG_LIMIT)
    return climb(lambda theta: expand(theta, histories), start, limit=LOG_LIMIT)
