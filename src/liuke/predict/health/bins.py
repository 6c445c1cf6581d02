"""Bins cut from a reference and used for whatever is compared with it; the missing have a bin of their own.

A number: tenths of the reference, (edge before, edge], equal values together, so fewer bins where many are
equal; below the first and above the last edge everything. A text or a flag: the reference's most frequent
levels, then all others together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.predict.columns import is_text, to_floats, to_texts

TENTHS = np.arange(1, 10) / 10
LEVELS = 9
MISSING, OTHER = "missing", "other"


class Bins(Protocol):
    """How a column is cut; the last label is that of the missing."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Of each bin."""

    def count(self, values: pa.Array) -> np.ndarray:
        """How many values lie in each bin."""


@dataclass(frozen=True)
class NumberBins:
    """Upper edges, rising; a value on an edge lies below it."""

    name: str
    edges: tuple[float, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        said = [f"{edge:,.6g}" for edge in self.edges]
        between = [f"{low} – {high}" for low, high in pairwise(said)]
        return (f"≤ {said[0]}", *between, f"> {said[-1]}", MISSING)

    def count(self, values: pa.Array) -> np.ndarray:
        numbers = to_floats(self.name, values)
        known = numbers[~np.isnan(numbers)]
        places = np.searchsorted(self.edges, known, side="left")
        counts = np.bincount(places, minlength=len(self.edges) + 1)
        return np.append(counts, len(numbers) - len(known))


@dataclass(frozen=True)
class LevelBins:
    name: str
    levels: tuple[str, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        return (*self.levels, OTHER, MISSING)

    def count(self, values: pa.Array) -> np.ndarray:
        texts = to_texts(self.name, values)
        found = pc.fill_null(
            pc.index_in(texts, value_set=pa.array(self.levels, pa.string())), len(self.levels)
        )
        places = np.array(found.to_numpy(zero_copy_only=False), int)
        places[np.asarray(pc.is_null(texts))] = len(self.levels) + 1
        return np.bincount(places, minlength=len(self.levels) + 2)


def cut_bins(name: str, reference: pa.Array) -> Bins | None:
    """Bins of a column, or None where the reference knows nothing of it."""
    if is_ordered(reference):
        numbers = to_floats(name, reference)
        known = numbers[~np.isnan(numbers)]
        if not len(known):
            return None
        edges = np.unique(np.quantile(known, TENTHS, method="inverted_cdf"))
        return NumberBins(name, tuple(edges.tolist()))
    texts = to_texts(name, reference)
    counts = pc.value_counts(texts.drop_null())
    if not len(counts):
        return None
    ranked = sorted((-each["counts"], each["values"]) for each in counts.to_pylist())
    return LevelBins(name, tuple(level for _, level in ranked[:LEVELS]))


def is_ordered(values: pa.Array) -> bool:
    """Whether values are numbers or times; texts and flags have no order worth telling."""
    return not is_text(values) and not pa.types.is_boolean(values.type)


def widest_move(labels: Sequence[str], before: np.ndarray, after: np.ndarray) -> tuple[str, float, float]:
    """The bin whose share changed most, and its shares before and after."""
    place = int(np.argmax(np.abs(after - before)))
    return labels[place], float(before[place]), float(after[place])
