"""The BG/NBD likelihood from sums, so that a million customers cost what their distinct histories cost.

Fader, Hardie and Lee (2005), eq. (6), with A = (alpha+T)^-(r+x) for a customer still active and
G = a/(b+x-1) (alpha+t_x)^-(r+x), only where x > 0, for one who left after the last purchase:

    L = Gamma(r+x) alpha^r / Gamma(r)  *  Gamma(a+b) Gamma(b+x) / (Gamma(b) Gamma(a+b+x))  *  (A + G)

ln(A + G) = -(r+x) ln(alpha+T) + softplus(d),  d = ln(a/(b+x-1)) + (r+x) (ln(alpha+T) - ln(alpha+t_x)).
In the modified model (Batislam, Denizel and Filiztekin 2007) a customer may leave after the first purchase
too: there b+x-1 becomes b+x in G, b+x becomes b+x+1 in the second factor, and x = 0 has a G like the rest.
The first factors need a count per x, the term before the softplus two sums per T; only the softplus
needs the distinct (x, t_x, T) of those who bought again. Logarithms are taken once per distinct value.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln, zeta

from liuke.predict.distinct_rows import find_distinct, put_together
from liuke.predict.newton import Expansion

BLOCK_ROWS = 8192  # what is computed of so many rows stays in the processor's cache
COARSE_LEVELS = 64


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
    leaves_at_first: bool = False

    @property
    def customers(self) -> float:
        return float(self.customers_at_x.sum())

    @property
    def _chances(self) -> np.ndarray:
        """How often a customer with so many repeat purchases could have left."""
        return self.xs + float(self.leaves_at_first)

    @classmethod
    def gather(
        cls,
        x: np.ndarray,
        t_x: np.ndarray,
        age: np.ndarray,
        weights: np.ndarray | None,
        *,
        leaves_at_first: bool = False,
    ) -> "Histories":
        """weights: customers per row, 1 each when None. Equal histories are put together; the order of
        rows is lost. leaves_at_first: of the modified model, where the first purchase may be the last.
        """
        xs, x_of = find_distinct(x)
        ages, age_of = find_distinct(age)
        again = np.flatnonzero((x > 0) | leaves_at_first)
        lasts, last_of = find_distinct(t_x[again])
        places, counts = put_together(
            (x_of[again], last_of, age_of[again]),
            (len(xs), len(lasts), len(ages)),
            None if weights is None else weights[again],
        )
        bought = x if weights is None else weights * x
        return cls(
            xs,
            np.bincount(x_of, weights, len(xs)).astype(float),
            ages,
            np.bincount(age_of, weights, len(ages)).astype(float),
            np.bincount(age_of, bought, len(ages)),
            lasts,
            *places,
            counts,
            leaves_at_first,
        )

    def coarsen(self) -> "Histories":
        """Nearly the same histories, with few distinct ages; a search that starts here is short."""
        unit = float(self.ages[-1]) / COARSE_LEVELS
        ages, age_to = find_distinct(np.rint(self.ages / unit) * unit)
        lasts, last_to = find_distinct(np.rint(self.lasts / unit) * unit)
        places, counts = put_together(
            (self.x_of, last_to[self.last_of], age_to[self.age_of]),
            (len(self.xs), len(lasts), len(ages)),
            self.counts,
        )
        return Histories(
            self.xs,
            self.customers_at_x,
            ages,
            np.bincount(age_to, self.customers_at_age, len(ages)),
            np.bincount(age_to, self.purchases_at_age, len(ages)),
            lasts,
            *places,
            counts,
            self.leaves_at_first,
        )

    def log_likelihood(self, theta: np.ndarray) -> Expansion:
        """Summed over customers, its slope and its curvature in (r, alpha, a, b)."""
        value, slope, curvature = self._counts_part(*theta)
        tables = self._tables(*theta)
        sums, products = np.zeros(8), np.zeros((4, 4))
        for start in range(0, len(self.counts), BLOCK_ROWS):
            sums_here, products_here = self._block(slice(start, start + BLOCK_ROWS), theta[0], tables)
            sums += sums_here
            products += products_here
        a = theta[2]
        scale = np.array([1.0, 1.0, 1.0 / a, -1.0])
        value += sums[0]
        slope += scale * sums[1:5]
        curvature += np.outer(scale, scale) * products
        curvature[0, 1] += sums[5]
        curvature[1, 0] += sums[5]
        curvature[[1, 2, 3], [1, 2, 3]] += sums[6], -sums[3] / a**2, sums[7]
        return float(value), slope, curvature

    def _tables(self, r: float, alpha: float, a: float, b: float) -> tuple[np.ndarray, ...]:
        """What the blocks look up, per distinct x, age and last purchase."""
        survived = np.where(self._chances > 0, b + self._chances - 1.0, 1.0)
        ages, lasts = alpha + self.ages, alpha + self.lasts
        of_x = np.stack([np.log(a) - np.log(survived), 1.0 / survived])
        return of_x, np.stack([np.log(ages), 1.0 / ages]), np.stack([np.log(lasts), 1.0 / lasts])

    def _block(self, rows: slice, r: float, tables: tuple[np.ndarray, ...]) -> tuple[np.ndarray, np.ndarray]:
        """Sums over some histories, weighted by customers gone: softplus, the four parts of d's slope
        (the one in a without 1/a, the one in b without its sign), the three of its curvature that vary;
        and the products of the four, weighted by customers whose state is in doubt.
        """
        of_x, of_age, of_last = tables
        x_of, counts = self.x_of[rows], self.counts[rows]
        rate = r + self.xs[x_of]
        log_odds, survived = of_x[0][x_of], of_x[1][x_of]
        age, last = of_age[1][self.age_of[rows]], of_last[1][self.last_of[rows]]
        waited = of_age[0][self.age_of[rows]] - of_last[0][self.last_of[rows]]
        d = log_odds + rate * waited
        # exp of a number that is never positive: nothing overflows, and softplus and chance share it.
        small = np.exp(-np.abs(d))
        gone = np.where(d > 0, 1.0, small) / (1.0 + small)
        doubt = counts * (small / np.square(1.0 + small))
        turned = age - last
        parts = np.stack([waited, rate * turned, np.ones(len(d)), survived])
        gone *= counts
        sums = (
            np.einsum("n,n->", counts, np.maximum(d, 0.0) + np.log1p(small)),
            *np.einsum("n,in->i", gone, parts),
            np.einsum("n,n->", gone, turned),
            -np.einsum("n,n,n->", gone, parts[1], age + last),
            np.einsum("n,n,n->", gone, survived, survived),
        )
        # Without BLAS, whose idle threads would burn as much time as the sum takes.
        return np.array(sums), np.einsum("in,jn->ij", doubt * parts, parts)

    def _counts_part(self, r: float, alpha: float, a: float, b: float) -> Expansion:
        x, n, left = self.xs, self.customers_at_x, self._chances
        ages, customers = alpha + self.ages, float(n.sum())
        weight_at_age = r * self.customers_at_age + self.purchases_at_age
        rates = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        chances = gammaln(a + b) + gammaln(b + left) - gammaln(b) - gammaln(a + b + left)
        value = dot(n, rates + chances) - dot(weight_at_age, np.log(ages))
        both = dot(n, digamma(a + b) - digamma(a + b + left))
        slope = np.array(
            [
                dot(n, digamma(r + x) - digamma(r) + np.log(alpha))
                - dot(self.customers_at_age, np.log(ages)),
                customers * r / alpha - dot(weight_at_age, 1.0 / ages),
                both,
                both + dot(n, digamma(b + left) - digamma(b)),
            ]
        )
        curvature = np.zeros((4, 4))
        curvature[2:, 2:] = dot(n, trigamma(a + b) - trigamma(a + b + left))
        curvature[3, 3] += dot(n, trigamma(b + left) - trigamma(b))
        curvature[0, 0] = dot(n, trigamma(r + x) - trigamma(r))
        curvature[0, 1] = curvature[1, 0] = customers / alpha - dot(self.customers_at_age, 1.0 / ages)
        curvature[1, 1] = dot(weight_at_age, 1.0 / np.square(ages)) - customers * r / alpha**2
        return value, slope, curvature


def trigamma(values: np.ndarray | float) -> np.ndarray:
    """The second derivative of ln Gamma."""
    return np.asarray(zeta(2.0, values))


def dot(left: np.ndarray, right: np.ndarray) -> float:
    """Without BLAS, whose idle threads would burn as much time as the sum takes."""
    return float(np.einsum("i,i->", left, right))
