"""The likelihood of purchases at a common pace: a modified BG/NBD in operational time, and its slope."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln, expit, gammaln, psi

LOG_LIMIT = 14.0  # parameters are sought between exp(-14) and exp(14), in the scaled unit of time
PULL = 1.0  # of each log-pace to none, as one purchase more or less would: it decides where nothing is known
STEPS, SETTLED, LEVEL = 1000, 1e-14, 1e-8
STARTS = ((0.5, 0.3, 0.8, 1.3), (1.0, 1.0, 1.0, 1.0))


@dataclass(frozen=True)
class PaceParameters:
    """Rates are Gamma(r, alpha), chances to leave Beta(a, b). rate_effects and stay_effects: of a standard
    deviation of each covariate on the logarithms of the rate and of b.
    """

    r: float
    alpha: float
    a: float
    b: float
    rate_effects: tuple[float, ...]
    stay_effects: tuple[float, ...]
    centre: tuple[float, ...]
    spread: tuple[float, ...]


@dataclass(frozen=True)
class Chances:
    """What a history leaves of a customer: rate Gamma(p, scale), chance to leave Beta(a, b + y)."""

    p: np.ndarray
    scale: np.ndarray
    b: np.ndarray
    y: np.ndarray
    active: np.ndarray

    @classmethod
    def of(
        cls,
        params: PaceParameters,
        traits: np.ndarray,
        x: np.ndarray,
        t1: np.ndarray,
        t2: np.ndarray,
        first: int,
    ) -> "Chances":
        alpha = params.alpha * np.exp(-traits @ np.array(params.rate_effects))
        b = params.b * np.exp(traits @ np.array(params.stay_effects))
        p, y = params.r + x, x + first
        # B(a + 1, b + y - 1) / B(a, b + y) = a / (b + y - 1)
        left = np.log(params.a) - np.log(np.where(y > 0, b + y - 1.0, 1.0))
        left = left + p * (np.log(alpha + t2) - np.log(alpha + t1))
        active = np.where(np.isnan(x), np.nan, np.where(y > 0, expit(-left), 1.0))
        return cls(p, alpha + t2, b, y, active)


def operational(
    pace: np.ndarray, period: float, t_x: np.ndarray, age: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Recency and age with every period as long as its pace; before the first known period the pace is 1."""
    edges = period * np.arange(len(pace) + 1)
    run = np.concatenate([[0.0], np.cumsum(pace * period)])

    def since(ago: np.ndarray) -> np.ndarray:
        return np.interp(ago, edges, run) + np.maximum(ago - edges[-1], 0.0)

    return since(age) - since(age - t_x), since(age)


@dataclass(frozen=True)
class Lesson:
    """What there is to learn from. made: repeat purchases of each period, from now back."""

    x: np.ndarray
    t_x: np.ndarray
    age: np.ndarray
    made: np.ndarray
    period: float
    traits: np.ndarray  # customers by covariates, each of mean 0 and standard deviation 1
    first: int

    def loss(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        """Minus the log-likelihood less the pull, and its slope, per customer."""
        known, k = len(self.made), self.traits.shape[1]
        (r, alpha, a, b), log_pace = np.exp(theta[:4]), theta[4 : 4 + known]
        of_rate, of_stay = theta[4 + known : 4 + known + k], theta[4 + known + k :]
        alphas = alpha * np.exp(-self.traits @ of_rate)
        bs = b * np.exp(self.traits @ of_stay)
        pace = np.exp(log_pace)
        t1, t2 = operational(pace, self.period, self.t_x, self.age)
        p, y = r + self.x, self.x + self.first
        may_leave = y > 0
        active = betaln(a, bs + y) - p * np.log(alphas + t2)
        left = betaln(a + 1.0, np.where(may_leave, bs + y - 1.0, 1.0)) - p * np.log(alphas + t1)
        whole = np.where(may_leave, np.logaddexp(active, left), active)
        height = gammaln(p) - gammaln(r) + r * np.log(alphas) - betaln(a, bs) + whole
        stays = np.exp(active - whole)
        leaves = np.where(may_leave, np.exp(left - whole), 0.0)
        g1, g2 = -p * leaves / (alphas + t1), -p * stays / (alphas + t2)
        by_r = psi(p) - psi(r) + np.log(alphas) - stays * np.log(alphas + t2) - leaves * np.log(alphas + t1)
        by_log_alpha = r + alphas * (g1 + g2)
        both = psi(a + bs + y)
        by_a = psi(a + bs) - psi(a) + stays * psi(a) + leaves * psi(a + 1.0) - both
        less = psi(np.where(may_leave, bs + y - 1.0, 1.0))
        by_log_b = bs * (psi(a + bs) - psi(bs) + stays * psi(bs + y) + leaves * less - both)
        by_pace = self._by_period(g1 + g2, self.age) - self._by_period(g1, self.age - self.t_x)
        slope = np.concatenate(
            [
                [r * by_r.sum(), by_log_alpha.sum(), a * by_a.sum(), by_log_b.sum()],
                self.made + pace * by_pace - PULL * log_pace,
                -(by_log_alpha @ self.traits),
                by_log_b @ self.traits,
            ]
        )
        value = height.sum() + self.made @ log_pace - 0.5 * PULL * log_pace @ log_pace
        return -float(value) / len(self.x), -slope / len(self.x)

    def _by_period(self, slopes: np.ndarray, ago: np.ndarray) -> np.ndarray:
        """What a change of each period's pace does, when `slopes` are of operational time since `ago`."""
        known = len(self.made)
        last = np.clip((ago / self.period).astype(int), 0, known - 1)
        within = np.bincount(last, slopes * np.minimum(ago - last * self.period, self.period), known)
        beyond = np.cumsum(np.bincount(last, slopes, known)[::-1])[::-1]
        found: np.ndarray = within + self.period * (beyond - np.bincount(last, slopes, known))
        return found


def find_most_likely(lesson: Lesson) -> tuple[dict[str, Any], np.ndarray, float]:
    """Parameters, pace (1 on average over the time known) and log-likelihood."""
    known, k = len(lesson.made), lesson.traits.shape[1]
    unit = float(lesson.age.mean())
    limits = [(-LOG_LIMIT, LOG_LIMIT)] * (4 + known) + [(-10.0, 10.0)] * (2 * k)
    best = None
    for r, alpha, a, b in STARTS:
        start = np.concatenate([np.log([r, alpha * unit, a, b]), np.zeros(known + 2 * k)])
        found = minimize(lesson.loss, start, jac=True, method="L-BFGS-B", bounds=limits,
                         options={"maxiter": STEPS, "ftol": SETTLED, "gtol": LEVEL})  # fmt: skip
        if best is None or found.fun < best.fun - 1e-9 * abs(best.fun):
            best = found
    theta = np.asarray(best.x)
    log_pace = theta[4 : 4 + known]
    pull = 0.5 * PULL * float(log_pace @ log_pace)
    height = -float(best.fun) * len(lesson.x) + pull
    lengths = np.diff(np.minimum(lesson.period * np.arange(known + 1), lesson.age.max()))
    mean = float(np.exp(log_pace) @ lengths / lengths.sum())
    r, alpha, a, b = np.exp(theta[:4]).tolist()
    params = {
        "r": r,
        "alpha": alpha / mean,
        "a": a,
        "b": b,
        "rate_effects": tuple(theta[4 + known : 4 + known + k].tolist()),
        "stay_effects": tuple(theta[4 + known + k :].tolist()),
    }
    return params, np.exp(log_pace) / mean, height
