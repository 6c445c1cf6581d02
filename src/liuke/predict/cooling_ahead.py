"""What customers who may cool will buy: expectations in closed form, numbers of one customer by lot."""

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, hyp2f1

from liuke.predict.cooling_laws import Laws
from liuke.predict.cooling_likelihood import Way, add_up, tell_ways, weigh
from liuke.predict.purchase_times import PurchaseTimes

NEAR_ONE = 1e-5  # at a = 1 the closed form is 0/0; it is smooth there, so both sides are averaged
TINY = 1e-12
NODES, WEIGHTS = np.polynomial.legendre.leggauss(64)


@dataclass(frozen=True)
class Outlook:
    """What is known of customers by one form of the model: how likely each way of their history is."""

    laws: Laws
    told: PurchaseTimes
    ways: list[Way]
    chances: list[np.ndarray]

    @classmethod
    def of(cls, laws: Laws, told: PurchaseTimes) -> "Outlook":
        ways = tell_ways(laws, told)
        whole = add_up(ways, told)
        return cls(laws, told, ways, [weigh(way, whole, told) for way in ways])

    @property
    def stayed(self) -> np.ndarray:
        """After how many purchases a customer who has not changed stayed as they were, by chance c."""
        repeats: np.ndarray = self.told.repeats
        return repeats + (1.0 if self.laws.odds is None else 0.0)

    def probability_full(self) -> np.ndarray:
        return self._add([(way, chance) for way, chance in self._pairs() if not way.by_purchase])

    def probability_cooled(self) -> np.ndarray:
        return self._add([(way, chance) for way, chance in self._pairs() if way.by_purchase and way.pace > 0])

    def probability_silent(self, ahead: np.ndarray) -> np.ndarray:
        """Of no purchase in the next `ahead`, one length per customer."""
        found = []
        for way, chance in self._pairs():
            after = ahead[self.told.whose] if way.by_purchase else ahead
            found.append((way, chance * np.exp(-way.p * np.log1p(way.pace * after / way.scale))))
        return self._add(found)

    def expected_purchases(self, ahead: np.ndarray) -> np.ndarray:
        """Of who has not changed, of who cooled, none of who is gone.

        A customer of rate l and chance c who has not changed makes m = (1 - e^(-l c t)) / c purchases until
        the last after which they change, and slower (1 - gone) (l t - m) after it.
        """
        kept = self.laws.slower * (1.0 - self.laws.gone)
        found = []
        for way, chance in self._pairs():
            after = ahead[self.told.whose] if way.by_purchase else ahead
            all_along = way.p / way.scale * after
            if way.by_purchase:
                found.append((way, chance * way.pace * all_along))
            else:
                until = self._until_change(way, after)
                found.append((way, chance * (kept * all_along + (1.0 - kept) * until)))
        return self._add(found)

    def _until_change(self, way: Way, ahead: np.ndarray) -> np.ndarray:
        """E[(1 - e^(-l c t)) / c] as in BG/NBD, with Pfaff's transformation."""
        a, b = self.laws.a, self.laws.b + self.stayed
        near = abs(a - 1.0) < NEAR_ONE or bool((np.abs(a + b - 1.0) < NEAR_ONE).any())
        sides = (a - NEAR_ONE, a + NEAR_ONE) if near else (a,)
        found: np.ndarray = np.mean([_made(side, b, way, ahead) for side in sides], axis=0)
        return found

    def _pairs(self) -> list[tuple[Way, np.ndarray]]:
        return list(zip(self.ways, self.chances, strict=True))

    def _add(self, parts: list[tuple[Way, np.ndarray]]) -> np.ndarray:
        found = np.zeros(len(self.told.age))
        for way, values in parts:
            found += self.told.total(values) if way.by_purchase else values
        return found


def _made(a: float, b: np.ndarray, way: Way, ahead: np.ndarray) -> np.ndarray:
    top = a + b - 1.0
    found: np.ndarray = top / (a - 1.0) * (1.0 - hyp2f1(way.p, a - 1.0, top, -ahead / way.scale))
    lost = np.flatnonzero(~np.isfinite(found))
    found[lost] = _sum_up(a, b[lost], way.p[lost], ahead[lost] / way.scale[lost])
    return found


def _sum_up(a: float, b: np.ndarray, p: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """The same without 2F1, which gives up where rates or chances hardly vary: over chances, by quantile."""
    found = np.zeros(len(b))
    for node, weight in zip((NODES + 1.0) / 2.0, WEIGHTS / 2.0, strict=True):
        chance = np.maximum(betaincinv(a, b, node), TINY)
        found += weight * -np.expm1(-p * np.log1p(chance * ahead)) / chance
    return found


def draw_purchases(
    outlooks: list[Outlook], customer: int, ahead: float, *, size: int, draw: np.random.Generator
) -> np.ndarray:
    """Purchases of one customer in the next `ahead`, `size` times, by each form of the model alike often."""
    shares = np.bincount(draw.integers(0, len(outlooks), size), minlength=len(outlooks))
    found = [
        _draw_of_form(outlook, customer, ahead, size=int(share), draw=draw)
        for outlook, share in zip(outlooks, shares, strict=True)
    ]
    return np.concatenate(found)


def _draw_of_form(
    outlook: Outlook, customer: int, ahead: float, *, size: int, draw: np.random.Generator
) -> np.ndarray:
    first = outlook.told.starts[customer]
    rows = slice(first, first + int(outlook.told.repeats[customer]) + 1)
    of_one = [
        slice(rows.start, rows.stop) if way.by_purchase else slice(customer, customer + 1)
        for way in outlook.ways
    ]

    def gather(values: list[np.ndarray]) -> np.ndarray:
        return np.concatenate([part[place] for part, place in zip(values, of_one, strict=True)])

    weights = np.cumsum(gather(outlook.chances))
    drawn = np.minimum(
        np.searchsorted(weights / weights[-1], draw.random(size), side="right"), len(weights) - 1
    )
    p, scale = (gather([getattr(way, name) for way in outlook.ways])[drawn] for name in ("p", "scale"))
    pace = gather([np.full(len(way.log), way.pace if way.by_purchase else -1.0) for way in outlook.ways])[
        drawn
    ]
    expected = draw.gamma(p, 1.0 / scale) * ahead
    made = draw.poisson(expected * np.maximum(pace, 0.0))
    full = np.flatnonzero(pace < 0)
    made[full] = _draw_of_unchanged(outlook, customer, expected[full], draw)
    return made


def _draw_of_unchanged(
    outlook: Outlook, customer: int, expected: np.ndarray, draw: np.random.Generator
) -> np.ndarray:
    """expected: purchases if they never changed. The g-th of w purchases falls at a Beta(g, w + 1 - g) share
    of the time."""
    laws, size = outlook.laws, len(expected)
    changes = np.maximum(draw.beta(laws.a, laws.b[customer] + outlook.stayed[customer], size), TINY)
    wanted, last = draw.poisson(expected), draw.geometric(changes)
    changed = last <= wanted
    at = draw.beta(np.where(changed, last, 1), np.where(changed, wanted + 1 - last, 1))
    cools = draw.random(size) >= laws.gone
    after = draw.poisson(expected * laws.slower * (1.0 - at) * cools)
    return np.where(changed, last + after, wanted)
