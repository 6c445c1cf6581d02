"""The BG/NBD likelihood from sums, so that a million customers cost what their distinct histories cost.

Fader, Hardie and Lee (2005), eq. (6), with A = (alpha+T)^-(r+x) for a customer still active and
G = a/(b+x-1) (alpha+t_x)^-(r+x), only where x > 0, for one who left after the last purchase:

    L = Gamma(r+x) alpha^r / Gamma(r)  *  Gamma(a+b) Gamma(b+x) / (Gamma(b) Gamma(a+b+x))  *  (A + G)

ln(A + G) = -(r+x) ln(alpha+T) + softplus(d),  d = ln(a/(b+x-1)) + (r+x) (ln(alpha+T) - ln(alpha+t_x)).
The first factors need a count per x, the term before the softplus two sums per T; only the softplus
needs the distinct (x, t_x, T) of those who bought again. Logarithms are taken once per distinct value.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from scipy.special import digamma, gammaln

KEY_LIMIT = 2**62


@dataclass(frozen=True)
class Histories:
    """Distinct values, how many customers have them, and the distinct histories of repeat buyers."""

    xs: np.ndarray
    customers_at_x: np.ndarray
    ages: np.ndarray
    customers_at_age: np.ndarray
    purchases_at_age: np.ndarray
    lasts: np.ndarray
    x_of: np.ndarray  # per distinct history of a repeat buyer: positions in xs, lasts and ages
    last_of: np.ndarray
    age_of: np.ndarray
    counts: np.ndarray

    @property
    def customers(self) -> float:
        return float(self.customers_at_x.sum())

    @classmethod
    def gather(cls, x: np.ndarray, t_x: np.ndarray, age: np.ndarray, weights: np.ndarray) -> "Histories":
        """weights: customers per row. Equal histories are put together; the order of rows is lost."""
        xs, x_of = _distinct(x)
        ages, age_of = _distinct(age)
        again = x > 0
        lasts, last_of = _distinct(t_x[again])
        places = _together(
            (x_of[again], last_of, age_of[again]), (len(xs), len(lasts), len(ages)), weights[again]
        )
        return cls(
            xs,
            np.bincount(x_of, weights, len(xs)),
            ages,
            np.bincount(age_of, weights, len(ages)),
            np.bincount(age_of, weights * x, len(ages)),
            lasts,
            *places,
        )

    def log_likelihood(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        """Summed over customers, and its slope in (r, alpha, a, b)."""
        r, alpha, a, b = theta
        value, slope = self._counts_part(r, alpha, a, b)
        x = self.xs[self.x_of]
        survived = b + x - 1.0
        logs_age, logs_last = np.log(alpha + self.ages), np.log(alpha + self.lasts)
        waited = logs_age[self.age_of] - logs_last[self.last_of]
        # exp of a number that is never positive: nothing overflows, and softplus and chance share it.
        d = np.log(a) - np.log(b + self.xs - 1.0, where=self.xs > 0, out=np.zeros(len(self.xs)))[self.x_of]
        d += (r + x) * waited
        small = np.exp(-np.abs(d))
        value += dot(self.counts, np.maximum(d, 0.0) + np.log1p(small))
        gone = self.counts * np.where(d > 0, 1.0, small) / (1.0 + small)
        turned = (1.0 / (alpha + self.ages))[self.age_of] - (1.0 / (alpha + self.lasts))[self.last_of]
        slope += [dot(gone, waited), dot(gone, (r + x) * turned), gone.sum() / a, -dot(gone, 1.0 / survived)]
        return float(value), slope

    def _counts_part(self, r: float, alpha: float, a: float, b: float) -> tuple[float, np.ndarray]:
        x, n = self.xs, self.customers_at_x
        logs_age = np.log(alpha + self.ages)
        weight_at_age = r * self.customers_at_age + self.purchases_at_age
        rates = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        chances = gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
        both = digamma(a + b) - digamma(a + b + x)
        slope = np.array(
            [
                n @ (digamma(r + x) - digamma(r) + np.log(alpha)) - self.customers_at_age @ logs_age,
                n.sum() * r / alpha - weight_at_age @ (1.0 / (alpha + self.ages)),
                n @ both,
                n @ (both + digamma(b + x) - digamma(b)),
            ]
        )
        return float(n @ (rates + chances) - weight_at_age @ logs_age), slope


def dot(left: np.ndarray, right: np.ndarray) -> float:
    """Without BLAS, whose idle threads would burn as much time as the sum takes."""
    return float(np.einsum("i,i->", left, right))


def _distinct(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sorted distinct values and each value's position among them, by hashing."""
    coded = pa.array(values).dictionary_encode()
    found = coded.dictionary.to_numpy()
    order = np.argsort(found)
    places = np.empty(len(found), dtype=np.int64)
    places[order] = np.arange(len(found))
    return found[order], places[coded.indices.to_numpy()]


def _together(
    places: tuple[np.ndarray, np.ndarray, np.ndarray], sizes: tuple[int, int, int], weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    first, second, third = places
    if sizes[0] * sizes[1] * sizes[2] >= KEY_LIMIT:
        return first, second, third, weights
    keys, key_of = _distinct((first * sizes[1] + second) * sizes[2] + third)
    rest, thirds = np.divmod(keys, sizes[2])
    firsts, seconds = np.divmod(rest, sizes[1])
    return firsts, seconds, thirds, np.bincount(key_of, weights, len(keys))
