"""Discounted margin of the coming months: its expectation in closed form, its spread by simulation."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from liuke.kernel.errors import LiukeError
from liuke.kernel.seeds import generator
from liuke.predict.beta_geo import BetaGeo
from liuke.predict.histories import read_histories

if TYPE_CHECKING:
    from liuke.predict.gamma_gamma import GammaGamma


@dataclass(frozen=True)
class LifetimeValue:
    """One number per customer each; the interval is between equal tails."""

    expected: np.ndarray
    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True)
class Terms:
    """What is counted as value."""

    months: int
    month_length: float
    margin_rate: float
    monthly_discount: float
    confidence: float
    draws: int
    random_state: int

    def __post_init__(self) -> None:
        for name in ("months", "draws"):
            if not isinstance(given := getattr(self, name), int | np.integer) or given < 1:
                raise LiukeError(f"{name} is {given!r}. Give a whole number, 1 or more.")
        for name, low, high in (
            ("month_length", 0.0, np.inf),
            ("confidence", 0.0, 1.0),
            ("monthly_discount", -1.0, np.inf),
            ("margin_rate", -np.inf, np.inf),
        ):
            if (
                not isinstance(given := getattr(self, name), int | float | np.number)
                or not low < given < high
            ):
                raise LiukeError(f"{name} is {given!r}. Give a number between {low:g} and {high:g}.")


def value_customers(
    purchases: BetaGeo, spend: "GammaGamma", history: tuple[Any, Any, Any, Any], terms: Terms
) -> LifetimeValue:
    """history: frequency, recency, T and average spend, one row per customer."""
    x, t_x, age = (np.atleast_1d(part) for part in read_histories(*history[:3]))
    expected = _expect(purchases, spend, (x, t_x, age, history[3]), terms)
    rows = np.stack([x, t_x, age, np.where(x > 0, history[3], 0.0)], axis=1)
    known = ~np.isnan(expected)
    low, high = np.full(len(x), np.nan), np.full(len(x), np.nan)
    distinct, place = np.unique(rows[known], axis=0, return_inverse=True)
    tails = np.array([(1.0 - terms.confidence) / 2.0, (1.0 + terms.confidence) / 2.0])
    alive = purchases.probability_alive(*distinct[:, :3].T)
    found = np.array(
        [
            np.quantile(simulate(purchases, spend, row, chance, terms), tails)
            for row, chance in zip(distinct.tolist(), alive.tolist(), strict=True)
        ]
    ).reshape(-1, 2)
    low[known], high[known] = found[place.ravel()].T
    return LifetimeValue(expected, low, high)


def _expect(
    purchases: BetaGeo, spend: "GammaGamma", history: tuple[np.ndarray, ...], terms: Terms
) -> np.ndarray:
    x, t_x, age, mean = history
    worth = np.zeros(len(x))
    before = np.zeros(len(x))
    for month in range(1, terms.months + 1):
        after = purchases.expected_purchases(month * terms.month_length, x, t_x, age)
        worth += (after - before) / (1.0 + terms.monthly_discount) ** (month - 0.5)
        before = after
    return terms.margin_rate * spend.expected_average(x, mean) * worth


def simulate(
    purchases: BetaGeo, spend: "GammaGamma", row: list[float], alive: float, terms: Terms
) -> np.ndarray:
    """Draws of one customer's discounted margin.

    Given active: rate ~ Gamma(r+x, alpha+T), chance to leave ~ Beta(a, b+x). Purchases fall at random
    over the horizon; a geometric number of them come before the customer leaves.
    """
    x, _, age, mean = row
    chance, amounts = purchases.params_, spend.params_
    draw = generator("lifetime value", terms.random_state, *row)
    horizon, size = terms.months * terms.month_length, terms.draws
    rates = draw.gamma(chance.r + x, 1.0 / (chance.alpha + age), size)
    leaves = np.maximum(draw.beta(chance.a, chance.b + x, size), 1e-12)
    wanted = draw.poisson(rates * horizon)
    made = np.where(draw.random(size) < alive, np.minimum(wanted, draw.geometric(leaves)), 0)
    scale = draw.gamma(amounts.p * x + amounts.q, 1.0 / (amounts.v + x * mean), size)
    total = draw.gamma(np.maximum(amounts.p * made, 1e-12), 1.0 / scale)
    return np.where(made > 0, terms.margin_rate * total * _discount(wanted, made, terms), 0.0)


def _discount(wanted: np.ndarray, made: np.ndarray, terms: Terms) -> np.ndarray:
    """Average discount of the first `made` of `wanted` purchases spread evenly over the horizon."""
    factor = np.log1p(terms.monthly_discount) * terms.months / (wanted + 1.0)
    if not terms.monthly_discount:
        return np.ones(len(made))
    number = np.maximum(made, 1)
    return np.exp(-factor) * np.expm1(-factor * number) / np.expm1(-factor) / number
