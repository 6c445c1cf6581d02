"""Draws that belong to one customer, one month and one purpose, whoever else is drawn for.

A draw is a hash of what it is for, not the next number of a stream. So a customer meets the same
luck whether the rest of the company is simulated or not, and whatever was done to others or to
the customer before: two lives differ by what was done, never by the dice (common random numbers).
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from liuke.kernel.seeds import seed_from

Array: TypeAlias = NDArray[Any]

# The finaliser of splitmix64 (Steele, Lea, Flood 2014), a bijection that passes BigCrush.
_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_DOUBLE = 2.0**-53


class Chance:
    """Draws of one named part of a company's life, such as one month."""

    def __init__(self, *names: object):
        self._names = names

    def uniform(self, purpose: str, index: Array) -> Array:
        """A number in [0, 1) for each index."""
        key = np.uint64(seed_from(*self._names, purpose))
        mixed = key + (index.astype(np.uint64) + np.uint64(1)) * _STEP
        mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
        return ((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(11)).astype(np.float64) * _DOUBLE

    def happens(self, purpose: str, index: Array, probability: Array | float) -> Array:
        """Whether each thing happens that has this probability."""
        return self.uniform(purpose, index) < probability

    def normal(self, purpose: str, index: Array) -> Array:
        """A standard normal number for each index (Box and Muller)."""
        radius = np.sqrt(-2.0 * np.log1p(-self.uniform(purpose + ".radius", index)))
        return radius * np.cos(2.0 * np.pi * self.uniform(purpose + ".angle", index))

    def whole(self, purpose: str, index: Array, low: Array | int, high: Array | int) -> Array:
        """A whole number in [low, high) for each index; `low` where the range is empty."""
        width = np.maximum(np.asarray(high) - np.asarray(low), 1)
        return (np.asarray(low) + np.floor(self.uniform(purpose, index) * width)).astype(np.int64)

    def count(self, purpose: str, index: Array, mean: Array) -> Array:
        """A Poisson count for each index, by inversion; cut at 40."""
        rest = self.uniform(purpose, index)
        term = np.exp(-np.minimum(mean, 20.0))
        counts = np.zeros(len(index), np.int64)
        for number in range(1, 41):
            rest = rest - term
            more = rest >= 0
            if not more.any():
                break
            counts += more
            term = term * mean / number
        return counts

    def pick(self, purpose: str, index: Array, weights: Array) -> Array:
        """The place of one of the weighted choices for each index."""
        edges = np.cumsum(weights) / np.sum(weights)
        return np.minimum(np.searchsorted(edges, self.uniform(purpose, index), side="right"), len(edges) - 1)
