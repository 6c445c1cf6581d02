"""How often customers will buy, with the common ups and downs of the calendar told apart from leaving."""

from typing import Any, Self

import numpy as np
from scipy.special import hyp2f1
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from bench.quality.pace import Chances, Lesson, PaceParameters, find_most_likely, operational
from liuke.kernel.errors import LiukeError
from liuke.predict.beta_geo import read_lesson, read_times
from liuke.predict.histories import HistoryRefused, read_histories, read_numbers, refuse_missing

NEAR_ONE = 1e-5  # at a = 1 the closed form is 0/0; it is smooth there, so both sides are averaged


class PacedPurchases(BaseEstimator):
    """The modified BG/NBD model, with a pace that all customers share and with what is known of each.

    A customer buys at a Poisson rate of their own times the pace of the period, and leaves after any
    purchase, the first included, with a chance of their own, as in the MBG/NBD model of Batislam, Denizel
    and Filiztekin (2007); rates vary as Gamma(r, alpha), chances as Beta(a, b). A slack season then lowers
    the pace, where models without it find that customers have left. Covariates (Fader and Hardie 2007) make
    a rate exp(effect) times as large, and b likewise. The pace of an average period is 1, and 1 is what is
    foretold: the model knows seasons it has seen, not those to come.

    period: the length of a period of equal pace, in the unit of time of the histories; periods are counted
    back from now. leaves_at_first: whether one may leave after the first purchase.

    References: E. P. Batislam, M. Denizel, A. Filiztekin, Empirical validation and comparison of models for
    customer base analysis, International Journal of Research in Marketing 24 (2007) 201-209; P. Fader,
    B. Hardie, Incorporating time-invariant covariates into the Pareto/NBD and BG/NBD models (2007).

    >>> x, last = [0, 1, 1, 0, 2, 6, 0, 3], [0, 2, 9, 0, 20, 30, 0, 8]
    >>> age = [31, 30, 28, 25, 33, 31, 39, 35]
    >>> ago = [28, 19, 20, 13, 26, 20, 15, 9, 4, 1, 33, 30, 27]
    >>> model = PacedPurchases(period=13).fit(x, last, age, ago)
    >>> model.pace_.round(2).tolist()
    [0.77, 1.02, 1.2]
    >>> model.expected_purchases(10, frequency=[6, 3], recency=[30, 8], T=[31, 35]).round(2).tolist()
    [1.35, 0.05]
    """

    params_: PaceParameters
    pace_: np.ndarray
    log_likelihood_: float

    def __init__(self, period: float = 1.0, leaves_at_first: bool = True):
        self.period = period
        self.leaves_at_first = leaves_at_first

    def fit(self, frequency: Any, recency: Any, T: Any, ago: Any, covariates: Any = None) -> Self:
        """Find parameters and pace with the greatest likelihood.

        ago: how long ago each repeat purchase was, of all customers in any order. covariates: customers by
        columns of numbers, none missing. The order of customers changes nothing. pace_ begins with now.
        """
        if not (np.isfinite(self.period) and self.period > 0):
            raise LiukeError(f"period is a length of time above 0, not {self.period!r}.")
        x, t_x, age, _ = read_lesson(frequency, recency, T, None)
        table = self._table(covariates, len(x))
        times = self._read_ago(ago, purchases=int(x.sum()), oldest=float(age.max()))
        order = np.lexsort((*table.T, age, t_x, x))
        table = table[order]
        centre, spread = table.mean(axis=0), table.std(axis=0)
        spread = np.where(spread > 0, spread, 1.0)
        lesson = Lesson(
            x=x[order],
            t_x=t_x[order],
            age=age[order],
            made=np.bincount(self._period_of(times, age.max()), minlength=self._periods(age.max())),
            period=self.period,
            traits=(table - centre) / spread,
            first=int(self.leaves_at_first),
        )
        with threadpool_limits(1, user_api="blas"):
            found, self.pace_, self.log_likelihood_ = find_most_likely(lesson)
        self.params_ = PaceParameters(**found, centre=tuple(centre.tolist()), spread=tuple(spread.tolist()))
        return self

    def _periods(self, oldest: float) -> int:
        return max(1, int(np.ceil(oldest / self.period - 1e-9)))

    def _period_of(self, ago: np.ndarray, oldest: float) -> np.ndarray:
        found = np.floor(ago / self.period + 1e-9).astype(int)
        return np.minimum(found, self._periods(oldest) - 1)

    def _read_ago(self, ago: Any, *, purchases: int, oldest: float) -> np.ndarray:
        times = np.atleast_1d(read_numbers("ago", ago))
        refuse_missing(ago=times)
        if len(times) != purchases:
            raise HistoryRefused(
                f"ago tells of {len(times)} repeat purchases, frequency of {purchases}; give each once."
            )
        if (times < 0).any() or (times > oldest).any():
            raise HistoryRefused(
                f"ago lies between 0 (now) and the greatest T ({oldest:g}); it is {times.min():g} to"
                f" {times.max():g}. Count it back from the day that T is counted to."
            )
        return times

    def _table(self, covariates: Any, rows: int) -> np.ndarray:
        if covariates is None:
            return np.empty((rows, 0))
        table = np.asarray(covariates, dtype=float)
        if table.ndim != 2 or len(table) != rows:
            raise HistoryRefused(
                f"covariates are {rows} customers by columns of numbers; their shape is {table.shape}."
            )
        refuse_missing(covariates=table)
        return table

    def _chances(self, covariates: Any, x: np.ndarray, t_x: np.ndarray, age: np.ndarray) -> Chances:
        check_is_fitted(self, "params_")
        table = self._table(covariates, len(x))
        if table.shape[1] != len(self.params_.centre):
            raise HistoryRefused(
                f"The model learned {len(self.params_.centre)} covariates; it is asked with {table.shape[1]}."
            )
        traits = (table - np.array(self.params_.centre)) / np.array(self.params_.spread)
        t1, t2 = operational(self.pace_, self.period, t_x, age)
        return Chances.of(self.params_, traits, x, t1, t2, int(self.leaves_at_first))

    def expected_purchases(
        self, t: Any, frequency: Any, recency: Any, T: Any, covariates: Any = None
    ) -> np.ndarray:
        """Purchases expected in the next `t` at the average pace. A missing history gives NaN.

        E[X(t)] of Batislam, Denizel and Filiztekin, in operational time, with Pfaff's transformation.
        """
        x, t_x, age = (np.atleast_1d(part) for part in read_histories(frequency, recency, T))
        told = self._chances(covariates, x, t_x, age)
        ahead, a, top = read_times(t), self.params_.a, self.params_.a + told.b + told.y - 1.0
        near = abs(a - 1.0) < NEAR_ONE
        sides = (1.0 - NEAR_ONE, 1.0 + NEAR_ONE) if near else (a,)
        made = [top / (s - 1.0) * (1.0 - hyp2f1(told.p, s - 1.0, top, -ahead / told.scale)) for s in sides]
        found: np.ndarray = told.active * np.mean(made, axis=0)
        return found
