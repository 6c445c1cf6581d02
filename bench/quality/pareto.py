"""Pareto/NBD with what the first purchase tells, and with lifetimes of Weibull kind."""

from typing import Any, Self

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln

NODES = 16
_at, _weight = np.polynomial.legendre.leggauss(NODES)
PLACES, SHARES = (_at + 1.0) / 2.0, _weight / 2.0
EARLY, EARLY_SHARES = PLACES**3, SHARES * 3.0 * PLACES**2  # closer to the last purchase, where more leave
LIMIT = 14.0


class ParetoPurchases:
    """Rates are Gamma(r, alpha); lifetimes survive t with (1 + (t / beta)^shape)^-s: Pareto at shape 1,
    else Weibull mixed by Gamma. Covariates scale rates and lifetimes (Fader and Hardie 2007).

    Given when they leave, the rate integrates in closed form; when they leave is summed over 16 places.
    """

    def __init__(self, weibull: bool = False, start: np.ndarray | None = None):
        self.weibull = weibull
        self.start = start

    def fit(self, frequency: Any, recency: Any, T: Any, covariates: Any = None) -> Self:
        x, t_x, age = (np.asarray(part, dtype=float) for part in (frequency, recency, T))
        table = np.empty((len(x), 0)) if covariates is None else np.asarray(covariates, dtype=float)
        self.centre_, self.spread_ = table.mean(axis=0), table.std(axis=0)
        traits = self._traits(table)
        start = self.start
        if start is None:
            start = np.concatenate([np.log([0.6, 12.0, 8.0, 0.5]), [0.0] * self.weibull,
                                    np.zeros(2 * table.shape[1])])  # fmt: skip
        found = minimize(
            lambda theta: -self._heights(theta, traits, x, t_x, age)[0].mean(),
            start,
            method="L-BFGS-B",
            bounds=[(-LIMIT, LIMIT)] * len(start),
            options={"maxiter": 300, "ftol": 1e-12, "gtol": 1e-7, "eps": 1e-6},
        )
        self.theta_ = found.x
        self.log_likelihood_ = -float(found.fun) * len(x)
        return self

    def _traits(self, table: np.ndarray) -> np.ndarray:
        return (table - self.centre_) / self.spread_

    def _read(self, theta: np.ndarray, traits: np.ndarray) -> tuple[Any, ...]:
        r, alpha, beta, s = np.exp(theta[:4])
        shape = np.exp(theta[4]) if self.weibull else 1.0
        effects = theta[4 + self.weibull :]
        k = len(effects) // 2
        return r, alpha * np.exp(-traits @ effects[:k]), beta * np.exp(traits @ effects[k:]), s, shape

    def _heights(
        self, theta: np.ndarray, traits: np.ndarray, x: np.ndarray, t_x: np.ndarray, age: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """The log-likelihood of each history, and the chance to be still active."""
        r, alpha, beta, s, shape = self._read(theta, traits)
        p, since, left = r + x, alpha + t_x, age - t_x
        active = np.exp(-s * np.log1p((age / beta) ** shape) - p * np.log((alpha + age) / since))
        gone = np.zeros(len(x))
        for place, share in zip(EARLY, EARLY_SHARES, strict=True):
            at = np.maximum(t_x + left * place, 1e-12)
            power = (at / beta) ** shape
            density = s * shape * power / at * np.exp(-(s + 1.0) * np.log1p(power))
            gone += share * left * density * np.exp(-p * np.log((alpha + at) / since))
        whole = active + gone
        height = gammaln(p) - gammaln(r) + r * np.log(alpha) - p * np.log(since) + np.log(whole)
        return height, active / whole

    def expected_purchases(
        self, t: float, frequency: Any, recency: Any, T: Any, covariates: Any = None
    ) -> np.ndarray:
        x, t_x, age = (np.asarray(part, dtype=float) for part in (frequency, recency, T))
        traits = self._traits(np.empty((len(x), 0)) if covariates is None else np.asarray(covariates))
        _, active = self._heights(self.theta_, traits, x, t_x, age)
        r, alpha, beta, s, shape = self._read(self.theta_, traits)
        now = np.log1p((age / beta) ** shape)
        stays = np.zeros(len(x))
        for place, share in zip(PLACES, SHARES, strict=True):
            stays += share * t * np.exp(-s * (np.log1p(((age + place * t) / beta) ** shape) - now))
        found: np.ndarray = active * (r + x) / (alpha + age) * stays
        return found
