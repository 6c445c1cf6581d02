"""A grid of buying habits, and how likely each habit makes a history: the cells of a mixture."""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammainc, gammaincinv, pdtrc
from scipy.stats import beta as beta_law

RATES, CHANCES = 36, 20
TAIL = 1e-6  # of the fitted law: rates up to twice where it begins are thought possible
SLOWEST = 1e-4  # of the quickest rate, or below
LEAST_CHANCE = 0.003


@dataclass(frozen=True)
class HabitGrid:
    """Customers of one kind each: they buy at a rate, and leave after any purchase, the first included,
    with a chance. shares: how many of all customers are of each kind.
    """

    rates: np.ndarray
    chances: np.ndarray
    shares: np.ndarray

    @classmethod
    def around(cls, r: float, alpha: float, a: float, b: float) -> "HabitGrid":
        """Cells that divide Gamma(r, alpha) by Beta(a, b), each in its middle; shares are their masses."""
        rate_edges = _rate_edges(r, alpha)
        below = gammainc(r, alpha * rate_edges)
        rate_masses = np.diff(below)
        rates = _middles(rate_masses, r / alpha * np.diff(gammainc(r + 1.0, alpha * rate_edges)), rate_edges)
        half = np.geomspace(LEAST_CHANCE, 0.5, CHANCES // 2)
        edges = np.concatenate([[0.0], half, 1.0 - half[-2::-1], [1.0]])
        masses = np.diff(beta_law.cdf(edges, a, b))
        chances = _middles(masses, a / (a + b) * np.diff(beta_law.cdf(edges, a + 1.0, b)), edges)
        rates, chances = np.meshgrid(rates, chances, indexing="ij")
        shares = np.outer(rate_masses, masses).ravel()
        return cls(rates.ravel(), chances.ravel(), shares / shares.sum())

    def with_shares(self, shares: np.ndarray) -> "HabitGrid":
        return HabitGrid(self.rates, self.chances, shares)

    def log_likelihoods(
        self, x: np.ndarray, t_x: np.ndarray, age: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Of each history (rows) from a customer of each kind (columns): at all, and while still active.

        lambda^x (1-p)^x [ (1-p) e^(-lambda T) + p e^(-lambda t_x) ], the first term alone while active.
        """
        x, t_x, age = x[:, None], t_x[:, None], age[:, None]
        stays = np.log1p(-self.chances)
        bought = x * (np.log(self.rates) + stays)
        active = bought + stays - self.rates * age
        left = bought + np.log(self.chances) - self.rates * t_x
        return np.logaddexp(active, left), active

    def expected_purchases(self, t: np.ndarray) -> np.ndarray:
        """In the next `t` of an active customer of each kind: (1 - e^(-lambda p t)) / p."""
        found: np.ndarray = -np.expm1(-self.rates * self.chances * t[:, None]) / self.chances
        return found

    def at_least(self, n: int, t: np.ndarray) -> np.ndarray:
        """The chance of `n` purchases or more in the next `t`: so many were wanted, and after none of the
        n - 1 before the last the customer left.
        """
        found: np.ndarray = pdtrc(n - 1, self.rates * t[:, None]) * (1.0 - self.chances) ** (n - 1)
        return found


def _rate_edges(r: float, alpha: float) -> np.ndarray:
    quickest = 2.0 * float(gammaincinv(r, 1.0 - TAIL)) / alpha
    return np.concatenate([[0.0], np.geomspace(SLOWEST * quickest, quickest, RATES)])


def _middles(masses: np.ndarray, moments: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """The mean within each cell, or its midpoint where there is next to nothing in it."""
    weighty = masses > 1e-12
    middle = (edges[1:] + edges[:-1]) / 2.0
    mean = moments / np.where(weighty, masses, 1.0)
    return np.where(weighty, np.clip(mean, edges[:-1] + 1e-12 * middle, edges[1:]), middle)
