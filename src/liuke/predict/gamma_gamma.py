"""What a customer's purchases are worth on average, and with their rate, what the customer is worth."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, gammaln
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from liuke.predict.beta_geo import BetaGeo
from liuke.predict.beta_geo_likelihood import dot
from liuke.predict.histories import (
    HistoryRefused,
    read_numbers,
    read_weights,
    refuse_missing,
    refuse_uncounted,
)
from liuke.predict.lifetime_value import LifetimeValue, Terms, value_customers
from liuke.predict.model_store import Parts, Storable
from liuke.predict.parameters import Parameters

LOG_LIMIT = 14.0
CANARY = ((0, 0.0), (1, 0.5), (9, 3.0))  # frequency, monetary in units of v


@dataclass(frozen=True)
class GammaGammaParameters(Parameters):
    """One purchase is Gamma(p, rate nu); nu varies between customers as Gamma(q, v)."""

    p: float
    q: float
    v: float


class GammaGamma(Storable, BaseEstimator):
    """The gamma-gamma model of spend per purchase.

    How much a customer spends has nothing to do with how often they buy: check that the two are hardly
    correlated before believing it. frequency: repeat purchases; monetary: the average amount of these
    purchases, in any currency; v and all results come in that currency.

    References: P. Fader, B. Hardie, "The Gamma-Gamma Model of Monetary Value" (2013), eq. (1a) for the
    likelihood, eq. (5) for the expectation; P. Fader, B. Hardie, K. L. Lee, "RFM and CLV: Using Iso-Value
    Curves for Customer Base Analysis", Journal of Marketing Research 42 (2005) 415-430.

    >>> frequency = [1, 1, 1, 1, 2, 2, 8, 9, 0, 6]
    >>> monetary = [9, 95, 20, 150, 12, 70, 30, 62, 0, 18]
    >>> model = GammaGamma().fit(frequency, monetary)
    >>> round(model.log_likelihood_, 4)
    -43.4921
    >>> model.expected_average([0, 1, 20], [0, 60, 60]).round(2).tolist()
    [44.27, 45.56, 54.35]
    """

    params_: GammaGammaParameters
    log_likelihood_: float

    def fit(self, frequency: Any, monetary: Any, weights: Any = None) -> "GammaGamma":
        """Find the parameters with the greatest likelihood.

        Customers without a repeat purchase, or whose repeat purchases cost nothing, cannot be described
        by this model and are passed over. weights: how many customers a row stands for.
        """
        x, spend = _read_spend(frequency, monetary)
        refuse_missing(frequency=x)
        refuse_missing(monetary=spend[x > 0])
        told = (x > 0) & (spend > 0)
        if told.sum() < 2:
            raise HistoryRefused(
                f"Only {int(told.sum())} customers bought again and paid for it; at least 2 are needed to"
                " learn what a purchase is worth. Look at a longer time."
            )
        counts = read_weights(weights, len(x))[told]
        unit = float(np.exp(np.average(np.log(spend[told]), weights=counts)))
        spends = Spends(x[told], spend[told] / unit, counts)
        p, q, v = _most_likely(spends).tolist()
        self.params_ = GammaGammaParameters(p=p, q=q, v=v * unit)
        scaled = spends.log_likelihood(np.array([p, q, v]))[0]
        self.log_likelihood_ = scaled - float(counts.sum() * np.log(unit))
        return self

    def expected_average(self, frequency: Any, monetary: Any) -> np.ndarray:
        """A customer's own average spend, between what they showed and what all show, eq. (5):
        p (v + x m) / (p x + q - 1).

        Without a repeat purchase it is the population's p v / (q - 1). NaN where it is unknown: frequency
        missing, monetary missing with purchases made, or an average that does not exist (p x + q <= 1).
        """
        check_is_fitted(self, "params_")
        x, spend = _read_spend(frequency, monetary)
        p, q, v = self.params_.p, self.params_.q, self.params_.v
        spent = np.where(x > 0, x * spend, 0.0 * x)
        over = p * x + q - 1.0
        return np.where(over > 0, p * (v + spent) / np.where(over > 0, over, 1.0), np.nan)

    def lifetime_value(
        self,
        purchases: BetaGeo,
        frequency: Any,
        recency: Any,
        T: Any,
        monetary: Any,
        *,
        months: int = 12,
        month_length: float = 365.25 / 12,
        margin_rate: float = 1.0,
        monthly_discount: float = 0.01,
        confidence: float = 0.8,
        draws: int = 200,
        random_state: int = 0,
    ) -> LifetimeValue:
        """Margin expected from each customer over the coming months, discounted, with an interval.

        purchases: a fitted BetaGeo in the unit of time of recency and T; month_length: a month in that unit
        (30.4375 for days, 4.348 for weeks). margin_rate: margin per unit of spend. The expectation is
        closed-form, money of a month counted in its middle. The interval is for what the customer
        *will* bring, by simulation from their posterior: whether they are still active, how often they
        buy, when they leave, how many purchases chance brings, what they spend on average and on these
        purchases. The population's parameters are held at their estimates, so an interval learned from
        few customers is too narrow. A customer's draws come from random_state and their own history alone.
        Missing where the history or the average is.
        """
        check_is_fitted(self, "params_")
        if not isinstance(purchases, BetaGeo):
            raise HistoryRefused(f"purchases is a {type(purchases).__name__}. Give a fitted BetaGeo.")
        terms = Terms(months, month_length, margin_rate, monthly_discount, confidence, draws, random_state)
        x, spend = _read_spend(frequency, monetary)
        return value_customers(purchases, self, (x, recency, T, spend), terms)

    def to_parts(self) -> Parts:
        check_is_fitted(self, "params_")
        state = {"params": asdict(self.params_), "log_likelihood": self.log_likelihood_}
        canary = [[x, self.params_.v * mean] for x, mean in CANARY]
        return Parts(state, canary, self.answer_canary(canary))

    @classmethod
    def from_parts(cls, state: Mapping[str, Any], trees: tuple[str, ...]) -> Self:
        model = cls()
        model.params_ = GammaGammaParameters(**state["params"])
        model.log_likelihood_ = state["log_likelihood"]
        return model

    def answer_canary(self, canary: Any) -> list[float]:
        frequency, monetary = np.array(canary).T
        return np.nan_to_num(self.expected_average(frequency, monetary), nan=-1.0).tolist()


def _read_spend(frequency: Any, monetary: Any) -> tuple[np.ndarray, np.ndarray]:
    x, spend = read_numbers("frequency", frequency), read_numbers("monetary", monetary)
    if x.shape != spend.shape:
        raise HistoryRefused(
            f"frequency and monetary must have one row per customer; rows: {x.size} and {spend.size}."
        )
    refuse_uncounted(x)
    if (spend < 0).any() or np.isinf(spend).any():
        raise HistoryRefused(
            f"monetary is 0 or more and finite; the least is {float(np.nanmin(spend))!r}, the most"
            f" {float(np.nanmax(spend))!r}. Net the refunds, or leave the customers out."
        )
    return np.atleast_1d(x), np.atleast_1d(spend)


@dataclass(frozen=True)
class Spends:
    x: np.ndarray
    mean: np.ndarray
    counts: np.ndarray

    def log_likelihood(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        """Eq. (1a) summed over customers, and its slope in (p, q, v)."""
        p, q, v = theta
        shape = p * self.x
        total = np.log(v + self.x * self.mean)
        each = gammaln(shape + q) - gammaln(shape) - gammaln(q) + q * np.log(v)
        each += (shape - 1.0) * np.log(self.mean) + shape * np.log(self.x) - (shape + q) * total
        both = digamma(shape + q)
        slopes = (
            self.x * (both - digamma(shape) + np.log(self.mean) + np.log(self.x) - total),
            both - digamma(q) + np.log(v) - total,
            q / v - (shape + q) / (v + self.x * self.mean),
        )
        return dot(self.counts, each), np.array([dot(self.counts, slope) for slope in slopes])


def _most_likely(spends: Spends) -> np.ndarray:
    customers = spends.counts.sum()

    def cost(logs: np.ndarray) -> tuple[float, np.ndarray]:
        theta = np.exp(logs)
        value, slope = spends.log_likelihood(theta)
        return -value / customers, -slope * theta / customers

    found = minimize(
        cost,
        np.log([3.0, 3.0, 1.0]),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-LOG_LIMIT, LOG_LIMIT)] * 3,
        options={"maxiter": 1000, "ftol": 1e-15, "gtol": 1e-8, "maxcor": 20},
    )
    return np.exp(np.asarray(found.x))
