"""How often customers who owe us no notice will buy, when those who stop may have only cooled."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from liuke.kernel.errors import LiukeError
from liuke.kernel.seeds import generator
from liuke.predict.beta_geo import read_times
from liuke.predict.cooling_ahead import Outlook, draw_purchases
from liuke.predict.cooling_laws import FORMS, MOST_CROWDS, CoolingParameters, Form
from liuke.predict.cooling_likelihood import lose
from liuke.predict.cooling_search import search, settle
from liuke.predict.histories import HistoryRefused
from liuke.predict.model_store import Parts, Storable
from liuke.predict.purchase_times import Asked, PurchaseTimes, read_purchases, refuse_unlearnable
from liuke.predict.repeat_purchases import PurchaseRange

# Times of purchases and age of customers made up to be asked of, in units of alpha.
CANARY = (([0.0], 1.0), ([0.0, 0.4, 1.0], 4.0), ([0.0, 0.2, 0.3, 2.9], 3.0))


@dataclass(frozen=True)
class CustomerStates:
    """Chances that add up to 1, one row per customer: in full swing (as from the first), cooled, gone."""

    full: np.ndarray
    cooled: np.ndarray
    gone: np.ndarray


class CoolingPurchases(Storable, BaseEstimator):
    """A BG/NBD model in which to stop may mean to leave or only to buy more rarely.

    A customer buys at a Poisson rate; after any purchase, with a chance of their own, they change for good:
    some leave, the others go on at a share of their rate. Rates vary as a mixture of `crowds` Gamma laws,
    chances as Beta(a, b); covariates (Fader and Hardie 2007) make a rate exp(effect) times as large, and b
    likewise. So a burst after the first purchase is told from a lasting habit, for which all times of
    purchases are needed, not the last alone. Where everybody who changes leaves it is the MBG/NBD model.

    forms: whether the chance to change after the very first purchase is the "same" as later or its "own".
    Each is fitted, and answers are the mean of both, for data seldom tell them apart. Parameters are those
    of the greatest likelihood, found without chance; all answers take them for true, and the mean pace of the
    time learned from for that of the time ahead.

    customer, time: one row per purchase, in any order; time since the customer's first purchase, which is
    itself a row with time 0. customers, age, covariates: one row per customer; age: time from the first
    purchase to the day until which purchases are known. Answers are in the order of customers; NaN where
    anything of a customer is missing or no purchase is told.

    References: P. Fader, B. Hardie, K. L. Lee, "Counting Your Customers" the Easy Way, Marketing Science 24
    (2005) 275-284; E. P. Batislam, M. Denizel, A. Filiztekin, Empirical validation and comparison of models
    for customer base analysis, International Journal of Research in Marketing 24 (2007) 201-209; P. Fader,
    B. Hardie, Incorporating time-invariant covariates into the Pareto/NBD and BG/NBD models (2007).

    >>> draw = np.random.default_rng(2)  # 900 made-up customers; those who change leave or slow to a tenth
    >>> pause, last = draw.choice([10, np.inf], (900, 1)), draw.geometric(draw.beta(0.8, 1.6, (900, 1)))
    >>> gaps = draw.exponential(1 / draw.gamma(1.0, 0.4, (900, 1)), (900, 60))
    >>> gaps *= np.where(np.arange(1, 61) < last, 1, pause)
    >>> times = np.column_stack([np.zeros(900), gaps.cumsum(axis=1)])
    >>> customer, number = np.nonzero(times < 39)
    >>> told = customer, times[customer, number], np.arange(900), np.full(900, 39)
    >>> model = CoolingPurchases(crowds=1, forms=("same",)).fit(*told)
    >>> round(model.params_["same"].slower, 2)
    0.1
    >>> asked = ["ann"] * 4 + ["bob"], [0, 11, 22, 33, 0], ["ann", "bob"], [39, 39]
    >>> model.expected_purchases(39, *asked).round(2).tolist()
    [2.21, 0.26]
    >>> model.states(*asked).full.round(2).tolist(), model.states(*asked).gone.round(2).tolist()
    ([0.36, 0.08], [0.07, 0.67])
    >>> model.purchase_range(39, *asked).high.tolist()
    [5.0, 1.0]
    """

    centre_: np.ndarray
    spread_: np.ndarray
    thetas_: dict[str, np.ndarray]
    log_likelihoods_: dict[str, float]

    def __init__(self, crowds: int = 2, forms: tuple[str, ...] = FORMS, random_state: int = 0):
        self.crowds = crowds
        self.forms = forms
        self.random_state = random_state

    def fit(self, customer: Any, time: Any, customers: Any, age: Any, covariates: Any = None) -> Self:
        """Find the parameters with the greatest likelihood of each form. Missing values are refused."""
        self._check()
        told = read_purchases(customer, time, customers, age, covariates)
        refuse_unlearnable(told, time, age, covariates)
        self.centre_, self.spread_ = told.traits.mean(axis=0), told.traits.std(axis=0)
        traits = self._standardize(told)
        self.thetas_, self.log_likelihoods_ = {}, {}
        for form in self._forms():
            theta = self._find(form, told.times, traits)
            self.thetas_[form.first] = theta
            height = -lose(theta, form, told.times, traits)[0] * told.asked
            self.log_likelihoods_[form.first] = height
        return self

    def _find(self, form: Form, told: PurchaseTimes, traits: np.ndarray) -> np.ndarray:
        return settle(search(form, told, traits), form, told, traits)

    @property
    def params_(self) -> dict[str, CoolingParameters]:
        """By form, of a customer with average covariates."""
        return {form.first: form.describe(self.thetas_[form.first]) for form in self._forms()}

    @property
    def aic_(self) -> dict[str, float]:
        """By form: twice the parameters less twice the log-likelihood."""
        return {
            first: 2.0 * len(self.thetas_[first]) - 2.0 * height
            for first, height in self.log_likelihoods_.items()
        }

    def expected_purchases(
        self, t: Any, customer: Any, time: Any, customers: Any, age: Any, covariates: Any = None
    ) -> np.ndarray:
        """Purchases expected in the next `t`, one length or one per customer."""
        return self._answer(
            (customer, time, customers, age, covariates), t, lambda one, ahead: one.expected_purchases(ahead)
        )

    def probability_alive(
        self, customer: Any, time: Any, customers: Any, age: Any, covariates: Any = None
    ) -> np.ndarray:
        """The chance that the customer has not left, cooled or not."""
        asked = (customer, time, customers, age, covariates)
        return self._answer(asked, 0.0, lambda one, _: one.probability_full() + one.probability_cooled())

    def probability_silent(
        self, t: Any, customer: Any, time: Any, customers: Any, age: Any, covariates: Any = None
    ) -> np.ndarray:
        """The chance of no purchase in the next `t`."""
        return self._answer(
            (customer, time, customers, age, covariates), t, lambda one, ahead: one.probability_silent(ahead)
        )

    def states(
        self, customer: Any, time: Any, customers: Any, age: Any, covariates: Any = None
    ) -> CustomerStates:
        """How likely each customer is to be in full swing, cooled, or gone."""
        asked = (customer, time, customers, age, covariates)
        full = self._answer(asked, 0.0, lambda one, _: one.probability_full())
        cooled = self._answer(asked, 0.0, lambda one, _: one.probability_cooled())
        return CustomerStates(full, cooled, np.maximum(1.0 - full - cooled, 0.0))

    def purchase_range(
        self,
        t: Any,
        customer: Any,
        time: Any,
        customers: Any,
        age: Any,
        covariates: Any = None,
        *,
        confidence: float = 0.8,
        draws: int = 2000,
    ) -> PurchaseRange:
        """Between which numbers the purchases of the next `t` will lie, tails being at most equal.

        Drawn, for there is no closed form: about a millisecond per customer. What is drawn for a customer
        hangs on their own history and random_state alone. Whole numbers, so the range holds at least the
        confidence asked for, and more where a customer will likely buy nothing.
        """
        if not 0 < confidence < 1 or draws < 1:
            raise LiukeError(
                f"confidence lies between 0 and 1 and draws is at least 1; not {confidence!r} and {draws!r}."
            )
        told, ahead, outlooks = self._look((customer, time, customers, age, covariates), t)
        tails = np.array([(1.0 - confidence) / 2.0, (1.0 + confidence) / 2.0])
        found = np.zeros((len(told.known), 2))
        for place in range(len(told.known)):
            draw = self._generator(told, place, float(ahead[place]))
            made = draw_purchases(outlooks, place, float(ahead[place]), size=draws, draw=draw)
            found[place] = np.quantile(made, tails, method="inverted_cdf")
        return PurchaseRange(told.spread(found[:, 0]), told.spread(found[:, 1]))

    def _generator(self, told: Asked, place: int, ahead: float) -> np.random.Generator:
        times = told.times
        first = int(times.starts[place])
        own = times.time[first : first + int(times.repeats[place]) + 1].tolist()
        known = (ahead, float(times.age[place]), *told.traits[place].tolist())
        return generator("cooling purchases", self.random_state, *known, *own)

    def _answer(
        self, asked: tuple[Any, ...], t: Any, ask: Callable[[Outlook, np.ndarray], np.ndarray]
    ) -> np.ndarray:
        """The mean over forms."""
        told, ahead, outlooks = self._look(asked, t)
        if not outlooks:
            return told.spread(ahead)
        return told.spread(np.mean([ask(outlook, ahead) for outlook in outlooks], axis=0))

    def _look(self, asked: tuple[Any, ...], t: Any) -> tuple[Asked, np.ndarray, list[Outlook]]:
        check_is_fitted(self, "thetas_")
        told = read_purchases(*asked)
        ahead = _read_ahead(t, told.asked)[told.known]
        if told.traits.shape[1] != len(self.centre_):
            raise HistoryRefused(
                f"The model learned {len(self.centre_)} covariates; it is asked with {told.traits.shape[1]}."
            )
        if not len(told.known):
            return told, ahead, []  # nobody to say anything of
        traits = self._standardize(told)
        laws = [form.read(self.thetas_[form.first], traits) for form in self._forms()]
        return told, ahead, [Outlook.of(each, told.times) for each in laws]

    def _standardize(self, told: Asked) -> np.ndarray:
        found: np.ndarray = (told.traits - self.centre_) / self.spread_
        return found

    def _forms(self) -> list[Form]:
        return [Form(self.crowds, first, len(self.centre_)) for first in self.forms]

    def _check(self) -> None:
        if self.crowds not in range(1, MOST_CROWDS + 1):
            raise LiukeError(f"crowds is 1 or {MOST_CROWDS}, not {self.crowds!r}.")
        if not self.forms or len(set(self.forms)) < len(self.forms) or set(self.forms) - set(FORMS):
            raise LiukeError(f"forms are some of {', '.join(FORMS)}, each once; not {self.forms!r}.")

    def to_parts(self) -> Parts:
        check_is_fitted(self, "thetas_")
        state = {
            "crowds": self.crowds,
            "forms": list(self.forms),
            "random_state": self.random_state,
            "centre": self.centre_.tolist(),
            "spread": self.spread_.tolist(),
            "thetas": {first: theta.tolist() for first, theta in self.thetas_.items()},
            "log_likelihoods": self.log_likelihoods_,
        }
        unit = self.params_[self.forms[0]].alpha[0]
        canary = [[unit, [at * unit for at in times], age * unit] for times, age in CANARY]
        return Parts(state, canary, self.answer_canary(canary))

    @classmethod
    def from_parts(cls, state: Mapping[str, Any], trees: tuple[str, ...]) -> Self:
        model = cls(state["crowds"], tuple(state["forms"]), state["random_state"])
        model.centre_, model.spread_ = np.array(state["centre"]), np.array(state["spread"])
        model.thetas_ = {first: np.array(theta) for first, theta in state["thetas"].items()}
        model.log_likelihoods_ = dict(state["log_likelihoods"])
        return model

    def answer_canary(self, canary: Any) -> list[float]:
        customer = [number for number, (_, times, _) in enumerate(canary) for _ in times]
        time = [at for _, times, _ in canary for at in times]
        rows = (customer, time, range(len(canary)), [age for _, _, age in canary])
        asked = (*rows, np.tile(self.centre_, (len(canary), 1)))
        ahead = canary[0][0]
        return [
            *self.expected_purchases(ahead, *asked).tolist(),
            *self.probability_silent(ahead, *asked).tolist(),
        ]


def _read_ahead(t: Any, customers: int) -> np.ndarray:
    ahead = read_times(t)
    if ahead.ndim and len(ahead) != customers:
        raise HistoryRefused(f"t is one length of time or one per customer; {len(ahead)} for {customers}.")
    return np.broadcast_to(ahead, (customers,))
