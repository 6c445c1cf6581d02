"""What the model of cooling customers believes, and how a search reads it from a row of numbers."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

LIMIT = 12.0  # logarithms and odds are sought so far from 0, those of alpha from the mean age
FORMS = ("same", "own")
MOST_CROWDS = 2


@dataclass(frozen=True)
class CoolingParameters:
    """Of a customer with average covariates, in the unit of time told.

    share, r, alpha: one per crowd, whose rates are Gamma(r, alpha). Chances to change after a purchase are
    Beta(a, b); after the very first the chance is `first` (None: as after any other). Of those who change
    `gone` leave, the others go on at `slower` times their rate. rate_effects and stay_effects: of a standard
    deviation of each covariate on the logarithms of the rate and of b.
    """

    share: tuple[float, ...]
    r: tuple[float, ...]
    alpha: tuple[float, ...]
    a: float
    b: float
    slower: float
    gone: float
    first: float | None
    rate_effects: tuple[float, ...]
    stay_effects: tuple[float, ...]


@dataclass(frozen=True)
class Laws:
    """Rates and chances of every customer told. odds: logarithms, to change after the first purchase."""

    share: np.ndarray
    r: tuple[float, ...]
    alpha: tuple[np.ndarray, ...]
    a: float
    b: np.ndarray
    slower: float
    gone: float
    odds: np.ndarray | None

    @property
    def crowds(self) -> int:
        return len(self.r)


@dataclass(frozen=True)
class Form:
    """Which parameters there are, in the order in which the search moves their logarithms or odds."""

    crowds: int
    first: str
    covariates: int

    @property
    def names(self) -> list[str]:
        crowds = range(self.crowds)
        of_crowds = [f"{name}{i}" for name in ("r", "alpha") for i in crowds] + [
            f"crowd{i}" for i in crowds[1:]
        ]
        return [*of_crowds, "a", "b", "slower", "gone", *(["first"] if self.first == "own" else [])]

    def start(self, unit: float) -> np.ndarray:
        """unit: the mean age."""
        given = {"a": -0.1, "b": -0.2, "slower": -2.0, "gone": 0.0, "first": 0.0}
        if self.crowds == 1:
            given |= {"r0": -0.5, "alpha0": np.log(0.3 * unit)}
        else:
            given |= {"r0": -0.2, "alpha0": np.log(0.4 * unit), "crowd1": -1.5}
            given |= {"r1": -0.2, "alpha1": np.log(0.1 * unit)}
        return np.array([given[name] for name in self.names] + [0.0] * (2 * self.covariates))

    def bounds(self, unit: float) -> np.ndarray:
        """Lowest and highest of each, a row each."""
        middle = [np.log(unit) if name.startswith("alpha") else 0.0 for name in self.names]
        middles = np.array(middle + [0.0] * (2 * self.covariates))
        return np.column_stack([middles - LIMIT, middles + LIMIT])

    def read(self, theta: np.ndarray, traits: np.ndarray) -> Laws:
        """traits: a row per customer, a column per covariate."""
        names = self.names
        value = dict(zip(names, theta[: len(names)].tolist(), strict=True))
        of_rate, of_stay = (traits @ effects for effects in theta[len(names) :].reshape(2, -1))
        share = np.exp([0.0] + [value[f"crowd{i}"] for i in range(1, self.crowds)])
        return Laws(
            share=share / share.sum(),
            r=tuple(np.exp(value[f"r{i}"]) for i in range(self.crowds)),
            alpha=tuple(np.exp(value[f"alpha{i}"] - of_rate) for i in range(self.crowds)),
            a=np.exp(value["a"]),
            b=np.exp(value["b"] + of_stay),
            slower=np.exp(value["slower"]),
            gone=expit(value["gone"]),
            odds=value["first"] - of_stay if self.first == "own" else None,
        )

    def describe(self, theta: np.ndarray) -> CoolingParameters:
        laws = self.read(theta, np.zeros((1, self.covariates)))
        of_rate, of_stay = theta[len(self.names) :].reshape(2, -1).tolist()
        return CoolingParameters(
            share=tuple(laws.share.tolist()),
            r=tuple(float(r) for r in laws.r),
            alpha=tuple(float(alpha[0]) for alpha in laws.alpha),
            a=float(laws.a),
            b=float(laws.b[0]),
            slower=float(laws.slower),
            gone=float(laws.gone),
            first=None if laws.odds is None else float(expit(laws.odds[0])),
            rate_effects=tuple(of_rate),
            stay_effects=tuple(of_stay),
        )
