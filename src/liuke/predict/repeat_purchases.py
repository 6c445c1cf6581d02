"""How often customers who owe us no notice will buy, when their habits follow no textbook law."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from liuke.kernel.errors import LiukeError
from liuke.predict.beta_geo import BetaGeoParameters, most_likely, read_lesson, read_times
from liuke.predict.beta_geo_likelihood import Histories, dot
from liuke.predict.habit_grid import HabitGrid
from liuke.predict.histories import HistoryRefused, read_histories
from liuke.predict.model_store import Parts, Storable

MANY_HISTORIES = 20_000  # beyond, ages are told on a coarser scale while shares are learned
ROUNDS, SETTLED = 500, 1e-8  # of the log-likelihood per customer
BLOCK_ROWS = 4096
MOST_PURCHASES = 100_000
CANARY = ((1, 0, 0, 1), (2, 1, 1, 4), (0.5, 7, 3, 4))  # t, frequency, recency, T; times in units of alpha


@dataclass(frozen=True)
class PurchaseRange:
    """How many purchases a customer will make, with at least the confidence asked for."""

    low: np.ndarray
    high: np.ndarray


class RepeatPurchases(Storable, BaseEstimator):
    """A mixture of buying habits, drawn to the modified BG/NBD model where the data are silent.

    A customer buys at a Poisson rate and leaves after any purchase, the first included, with a chance of
    their own, as in the MBG/NBD model of Batislam, Denizel and Filiztekin (2007). But rates and chances are
    not held to Gamma and Beta: they lie on a grid whose shares are learned by maximum likelihood (Laird
    1978), as if besides the customers seen there were `faith` times as many who follow the fitted MBG/NBD
    (a Dirichlet prior; Dempster, Laird and Rubin 1977 for the EM algorithm). Heavy buyers, whom a Gamma
    makes too much alike, gain from it. faith = 2 was chosen on calibration weeks of CDNOW alone; on the
    hold-out it was no nearer than BG/NBD (docs/algorithms/lifetime-value.en.md), and where nobody leaves
    after a first purchase it says too little. It is there to be compared, not to be believed first.

    Histories are told as to BetaGeo. It answers without a closed form, in time that grows with rows by
    grid cells (720).

    References: E. P. Batislam, M. Denizel, A. Filiztekin, Empirical validation and comparison of models
    for customer base analysis, International Journal of Research in Marketing 24 (2007) 201-209; N. Laird,
    Nonparametric maximum likelihood estimation of a mixing distribution, JASA 73 (1978) 805-811.

    >>> x, last = [0, 1, 1, 0, 2, 6, 0, 3], [0, 2, 9, 0, 20, 30, 0, 8]
    >>> age = [31, 30, 28, 25, 33, 31, 39, 35]
    >>> model = RepeatPurchases().fit(x, last, age)
    >>> model.expected_purchases(10, frequency=[6, 3], recency=[30, 8], T=[31, 35]).round(3).tolist()
    [1.147, 0.037]
    >>> model.probability_alive([6, 3], [30, 8], [31, 35]).round(3).tolist()
    [0.774, 0.026]
    >>> model.purchase_range(10, [6, 3], [30, 8], [31, 35], confidence=0.8).high.tolist()
    [3.0, 0.0]
    """

    center_: BetaGeoParameters
    params_: HabitGrid
    log_likelihood_: float

    def __init__(self, faith: float = 2.0):
        self.faith = faith

    def fit(self, frequency: Any, recency: Any, T: Any, weights: Any = None) -> "RepeatPurchases":
        """Find the shares of habits. weights: how many customers a row stands for.

        log_likelihood_ is of the histories alone, without the prior, and of coarser ages when there are
        many distinct ones. Missing values are refused.
        """
        if not (np.isfinite(self.faith) and self.faith >= 0):
            raise LiukeError(f"faith is 0 or more and finite, not {self.faith!r}.")
        x, t_x, age, counts = read_lesson(frequency, recency, T, weights)
        customers = float(len(x) if counts is None else counts.sum())
        purchases = float(x.sum() if counts is None else dot(counts, x))
        unit = float(age.sum() if counts is None else dot(counts, age)) / customers
        if not unit:
            raise HistoryRefused(
                "No time has passed since anybody's first purchase (T is 0 in every row), so nothing can be"
                " said of rates. Look at a longer time, or measure it in a smaller unit."
            )
        histories = Histories.gather(x, t_x / unit, age / unit, counts, leaves_at_first=True)
        (r, alpha, a, b), _ = most_likely(histories)
        if len(histories.counts) > MANY_HISTORIES:
            histories = histories.coarsen()
        grid = HabitGrid.around(r, alpha, a, b)
        shares, height = _learn_shares(grid, histories, self.faith)
        self.center_ = BetaGeoParameters(r=float(r), alpha=float(alpha * unit), a=float(a), b=float(b))
        self.params_ = HabitGrid(grid.rates / unit, grid.chances, shares)
        self.log_likelihood_ = height * customers - purchases * float(np.log(unit))
        return self

    def expected_purchases(self, t: Any, frequency: Any, recency: Any, T: Any) -> np.ndarray:
        """Purchases expected in the next `t`. A missing history gives NaN."""
        return self._answer(
            (frequency, recency, T),
            t,
            lambda active, ahead: _total(active, self.params_.expected_purchases(ahead)),
        )

    def probability_alive(self, frequency: Any, recency: Any, T: Any) -> np.ndarray:
        """The chance that the customer has not left. A missing history gives NaN."""
        return self._answer((frequency, recency, T), 0.0, lambda active, ahead: active.sum(axis=1))

    def probability_silent(self, t: Any, frequency: Any, recency: Any, T: Any) -> np.ndarray:
        """The chance of no purchase in the next `t`. A missing history gives NaN."""
        return self._answer(
            (frequency, recency, T),
            t,
            lambda active, ahead: 1.0 - _total(active, self.params_.at_least(1, ahead)),
        )

    def purchase_range(
        self, t: Any, frequency: Any, recency: Any, T: Any, *, confidence: float = 0.8
    ) -> PurchaseRange:
        """Between which numbers the purchases of the next `t` will lie, tails being at most equal.

        The numbers are whole, so the range holds at least the confidence asked for, and more where a
        customer will likely buy nothing. The learned shares are taken for true.
        """
        if not 0 < confidence < 1:
            raise LiukeError(f"confidence lies between 0 and 1, not {confidence!r}.")
        tail, history = (1.0 - confidence) / 2.0, (frequency, recency, T)
        low = self._answer(history, t, partial(self._quantile, above=1.0 - tail))
        high = self._answer(history, t, partial(self._quantile, above=tail))
        return PurchaseRange(low, high)

    def _quantile(self, active: np.ndarray, ahead: np.ndarray, *, above: float) -> np.ndarray:
        """The smallest number that is exceeded with a chance of at most `above`."""
        found = np.zeros(len(active))
        open_rows = np.arange(len(active))
        for n in range(1, MOST_PURCHASES):
            over = _total(active[open_rows], self.params_.at_least(n, ahead[open_rows])) > above
            open_rows = open_rows[over]
            if not len(open_rows):
                break
            found[open_rows] = n
        return found

    def _answer(
        self, history: tuple[Any, Any, Any], t: Any, ask: Callable[[np.ndarray, np.ndarray], np.ndarray]
    ) -> np.ndarray:
        """ask: of the chances to be of each kind and still active, and the time ahead, row by row."""
        check_is_fitted(self, "params_")
        x, t_x, age = read_histories(*history)
        rows = np.broadcast_arrays(x, t_x, age, read_times(t, rows=x))
        shape = rows[0].shape
        x, t_x, age, ahead = (np.atleast_1d(row).astype(float) for row in rows)
        found = np.full(len(x), np.nan)
        known = np.flatnonzero(~np.isnan(x))
        for start in range(0, len(known), BLOCK_ROWS):
            some = known[start : start + BLOCK_ROWS]
            found[some] = ask(self._chances_active(x[some], t_x[some], age[some]), ahead[some])
        return found.reshape(shape)

    def _chances_active(self, x: np.ndarray, t_x: np.ndarray, age: np.ndarray) -> np.ndarray:
        whole, active = self.params_.log_likelihoods(x, t_x, age)
        top = whole.max(axis=1, keepdims=True)
        likely = np.einsum("ij,j->i", np.exp(whole - top), self.params_.shares)
        found: np.ndarray = np.exp(active - top) * self.params_.shares / likely[:, None]
        return found

    def to_parts(self) -> Parts:
        check_is_fitted(self, "params_")
        state = {
            "faith": self.faith,
            "center": vars(self.center_),
            "grid": {name: values.tolist() for name, values in vars(self.params_).items()},
            "log_likelihood": self.log_likelihood_,
        }
        scale = self.center_.alpha
        canary = [[scale * t, x, scale * t_x, scale * age] for t, x, t_x, age in CANARY]
        return Parts(state, canary, self.answer_canary(canary))

    @classmethod
    def from_parts(cls, state: Mapping[str, Any], trees: tuple[str, ...]) -> Self:
        model = cls(faith=state["faith"])
        model.center_ = BetaGeoParameters(**state["center"])
        model.params_ = HabitGrid(**{name: np.array(values) for name, values in state["grid"].items()})
        model.log_likelihood_ = state["log_likelihood"]
        return model

    def answer_canary(self, canary: Any) -> list[float]:
        rows = np.array(canary).T
        return [*self.expected_purchases(*rows).tolist(), *self.probability_silent(*rows).tolist()]


def _total(chances: np.ndarray, values: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.einsum("ij,ij->i", chances, values)
    return found


def _learn_shares(grid: HabitGrid, histories: Histories, faith: float) -> tuple[np.ndarray, float]:
    """Shares by EM, and the log-likelihood per customer."""
    x, t_x = histories.xs[histories.x_of], histories.lasts[histories.last_of]
    whole, _ = grid.log_likelihoods(x, t_x, histories.ages[histories.age_of])
    top = whole.max(axis=1)
    likely = np.exp(whole - top[:, None])
    weights = histories.counts / histories.customers
    shares, before = grid.shares, -np.inf
    for _ in range(ROUNDS):
        mixed = np.einsum("ij,j->i", likely, shares)
        height = dot(weights, np.log(mixed) + top)
        if height - before < SETTLED:
            break
        before = height
        of_customers = shares * np.einsum("i,ij->j", weights / mixed, likely)
        shares = (of_customers + faith * grid.shares) / (1.0 + faith)
    return shares, height
