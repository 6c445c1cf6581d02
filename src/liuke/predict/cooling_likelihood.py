"""The likelihood of purchase times of customers who may cool or leave, and its slope.

A history with purchases at 0 = t_0 <= t_1 <= ... <= t_x, known until T, came about in one of these ways: the
customer has never changed; changed for good right after purchase j and left (only j = x, for nothing came
after it); or changed after purchase j and cooled, to s = slower times the rate. Their weights, B being the
beta function:

    never changed      B(a, b+n)     C (alpha + T)^-(r+x)
    after j, left      B(a+1, b+n_j) C (alpha + t_x)^-(r+x) gone
    after j, cooled    B(a+1, b+n_j) C (alpha + t_j + s (T - t_j))^-(r+x) (1 - gone) s^(x-j)

C = Gamma(r+x) alpha^r / (Gamma(r) B(a, b)); n and n_j are the purchases after which they stayed as they were:
n_j = j and n = x + 1 where the first purchase is like any other, one less each where it has a chance of its
own, whose odds then multiply. Rates that slow down turn time into s times as much of it, hence the third
line. slower = 0 and gone = 1 leave the MBG/NBD likelihood of Batislam, Denizel and Filiztekin (2007).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, expit, gammaln, psi

from liuke.predict.cooling_laws import Form, Laws
from liuke.predict.purchase_times import PurchaseTimes

NOTHING = -np.inf


@dataclass(frozen=True)
class Way:
    """One way a history may have come about, in one crowd: the logarithm of its weight, and by `by` how it
    grows with each parameter's logarithm or odds. From then on the rate is Gamma(p, scale) times `pace`.

    by_purchase: one value per purchase (they changed right after it), else one per customer.
    """

    log: np.ndarray
    by: dict[str, np.ndarray]
    by_purchase: bool
    p: np.ndarray
    scale: np.ndarray
    pace: float


@dataclass(frozen=True)
class Chances:
    """Logarithms of the chances to have changed right after a purchase and to have never changed."""

    change: np.ndarray
    change_by: dict[str, np.ndarray]
    keep: np.ndarray
    keep_by: dict[str, np.ndarray]

    @classmethod
    def of(cls, laws: Laws, told: PurchaseTimes) -> "Chances":
        x, who, place = told.repeats, told.whose, told.place
        a, b, bw = laws.a, laws.b, laws.b[who]
        like_any = laws.odds is None
        stays = place if like_any else np.maximum(place - 1, 0)
        stayed = x + 1.0 if like_any else x
        base = betaln(a, b)
        both, zero_a, zero_b, zero = psi(a + bw + stays + 1.0), psi(a), psi(b), psi(a + b)
        every = psi(a + b + stayed)
        found = cls(
            betaln(a + 1.0, bw + stays) - base[who],
            {
                "a": a * (psi(a + 1.0) - both - (zero_a - zero)[who]),
                "b": bw * (psi(bw + stays) - both - (zero_b - zero)[who]),
                "first": np.zeros(len(who)),
            },
            betaln(a, b + stayed) - base,
            {
                "a": a * (zero - every),
                "b": b * (psi(b + stayed) - every - zero_b + zero),
                "first": np.zeros(len(x)),
            },
        )
        return found if laws.odds is None else found._with_first(laws.odds, who, place == 0)

    def _with_first(self, odds: np.ndarray, who: np.ndarray, begin: np.ndarray) -> "Chances":
        """odds: logarithms, to change after the first purchase."""
        change, by = self.change, self.change_by
        stay_first, leave_first = -np.logaddexp(0.0, odds), -np.logaddexp(0.0, -odds)
        keep_first = -expit(odds)
        return Chances(
            np.where(begin, leave_first[who], np.where(begin, 0.0, change) + stay_first[who]),
            {
                "a": np.where(begin, 0.0, by["a"]),
                "b": np.where(begin, 0.0, by["b"]),
                "first": np.where(begin, expit(-odds)[who], keep_first[who]),
            },
            self.keep + stay_first,
            self.keep_by | {"first": keep_first},
        )


@dataclass(frozen=True)
class Crowd:
    """A history's weight in one crowd, but for the chances to change and the times."""

    number: int
    r: float
    alpha: np.ndarray
    p: np.ndarray
    head: np.ndarray
    head_by_r: np.ndarray
    share: np.ndarray
    who: np.ndarray

    @classmethod
    def of(cls, number: int, laws: Laws, told: PurchaseTimes) -> "Crowd":
        r, alpha = laws.r[number], laws.alpha[number]
        p = r + told.repeats
        head = np.log(laws.share[number]) + gammaln(p) - gammaln(r) + r * np.log(alpha)
        return cls(number, r, alpha, p, head, psi(p) - psi(r) + np.log(alpha), laws.share, told.whose)

    def tell(
        self, log: np.ndarray, scale: np.ndarray, pace: float, by: dict[str, np.ndarray], *, by_purchase: bool
    ) -> Way:
        """log: of the chances; by: their slopes."""
        parts = (self.p, self.alpha, self.head, self.head_by_r)
        p, alpha, head, by_r = (part[self.who] if by_purchase else part for part in parts)
        slopes = by | {
            f"r{self.number}": self.r * (by_r - np.log(scale)),
            f"alpha{self.number}": self.r - p * alpha / scale,
        }
        for other in range(1, len(self.share)):
            slopes[f"crowd{other}"] = np.full(len(log), float(other == self.number) - self.share[other])
        return Way(head + log - p * np.log(scale), slopes, by_purchase, p, scale, pace)


def tell_ways(laws: Laws, told: PurchaseTimes) -> list[Way]:
    """By crowd: never changed, left, cooled."""
    chances = Chances.of(laws, told)
    return [
        way
        for number in range(laws.crowds)
        for way in _ways_of(Crowd.of(number, laws, told), chances, laws, told)
    ]


def _ways_of(crowd: Crowd, chances: Chances, laws: Laws, told: PurchaseTimes) -> Iterator[Way]:
    who, gone, slower = told.whose, laws.gone, laws.slower
    yield crowd.tell(chances.keep, crowd.alpha + told.age, 1.0, chances.keep_by, by_purchase=False)
    since, later = told.age[who] - told.time, told.repeats[who] - told.place
    start = crowd.alpha[who] + told.time
    left = np.where(later == 0, chances.change + np.log(gone), NOTHING)
    by = chances.change_by | {"gone": np.full(len(who), 1.0 - gone)}
    yield crowd.tell(left, start, 0.0, by, by_purchase=True)
    scale = start + slower * since
    by = chances.change_by | {
        "gone": np.full(len(who), -gone),
        "slower": later - crowd.p[who] * slower * since / scale,
    }
    cooled = chances.change + np.log1p(-gone) + later * np.log(slower)
    yield crowd.tell(cooled, scale, slower, by, by_purchase=True)


def add_up(ways: list[Way], told: PurchaseTimes) -> np.ndarray:
    """The log-likelihood of each customer."""
    top = np.max([told.greatest(way.log) if way.by_purchase else way.log for way in ways], axis=0)
    sums = [
        told.total(np.exp(way.log - top[told.whose])) if way.by_purchase else np.exp(way.log - top)
        for way in ways
    ]
    found: np.ndarray = top + np.log(np.sum(sums, axis=0))
    return found


def weigh(way: Way, whole: np.ndarray, told: PurchaseTimes) -> np.ndarray:
    """The chance that a history came about in this way."""
    return np.exp(way.log - (whole[told.whose] if way.by_purchase else whole))


def lose(theta: np.ndarray, form: Form, told: PurchaseTimes, traits: np.ndarray) -> tuple[float, np.ndarray]:
    """Minus the log-likelihood, and its slope, per customer."""
    ways = tell_ways(form.read(theta, traits), told)
    whole = add_up(ways, told)
    names = form.names
    slope = np.zeros(len(names))
    of_rate, of_stay = np.zeros(len(whole)), np.zeros(len(whole))
    for way in ways:
        share = weigh(way, whole, told)
        slope += [share @ way.by[name] if name in way.by else 0.0 for name in names]
        by_rate = -share * next(by for name, by in way.by.items() if name.startswith("alpha"))
        by_stay = share * (way.by["b"] - way.by["first"])
        of_rate += told.total(by_rate) if way.by_purchase else by_rate
        of_stay += told.total(by_stay) if way.by_purchase else by_stay
    slope = np.concatenate([slope, of_rate @ traits, of_stay @ traits])
    return -float(whole.mean()), -slope / len(whole)
