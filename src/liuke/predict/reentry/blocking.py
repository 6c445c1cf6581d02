"""Pairs of a leaver and a newcomer who share something, by inverted index; never all pairs.

Only values that both sides have are looked at, newcomers in blocks, so that memory is bounded by the
pairs of a block and not by the numbers of leavers and newcomers.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from liuke.predict.reentry.traces import Side, Trace


@dataclass(frozen=True)
class Index:
    """Leavers by value: values ascending, and where the rows of each begin and end."""

    values: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    rows: np.ndarray

    @classmethod
    def of(cls, side: Side) -> "Index":
        order = np.argsort(side.values, kind="stable")
        values, starts = np.unique(side.values[order], return_index=True)
        ends = np.append(starts[1:], len(order))
        return cls(values, starts, ends, side.rows[order])

    def look_up(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Start and number of the leavers who have each value; number 0 where nobody has."""
        if not len(self.values):
            return np.zeros(len(values), np.int64), np.zeros(len(values), np.int64)
        place = np.minimum(np.searchsorted(self.values, values), len(self.values) - 1)
        found = self.values[place] == values
        return self.starts[place], np.where(found, self.ends[place] - self.starts[place], 0)


@dataclass(frozen=True)
class Shared:
    """Pairs that share values of one kind, each once, ascending by newcomer and leaver.

    count: how many values; weight: their rarity in units of a value nobody else has; holders: of the rarest.
    """

    leaver: np.ndarray
    newcomer: np.ndarray
    count: np.ndarray
    weight: np.ndarray
    holders: np.ndarray


def rarity(holders: np.ndarray, customers: int) -> np.ndarray:
    """How much a shared value tells: 1 when the two alone have it, less the more customers have it.

    Inverse document frequency, log(customers / holders), in units of that of a value with two holders.
    """
    scale = np.log(max(customers, 3) / 2.0)
    return np.maximum(np.log(np.maximum(customers, 3) / holders) / scale, 0.0)


def blocks_of(traces: dict[str, Trace], newcomers: int, *, pairs_at_once: int) -> Iterator[tuple[int, int]]:
    """Ranges of newcomers, [start, end), each with about so many values shared with leavers."""
    work = np.zeros(newcomers, np.int64)
    for trace in traces.values():
        _, counts = Index.of(trace.leavers).look_up(trace.newcomers.values)
        np.add.at(work, trace.newcomers.rows, counts)
    ends = np.cumsum(work)
    start = 0
    while start < newcomers:
        done = ends[start - 1] if start else 0
        end = max(int(np.searchsorted(ends, done + pairs_at_once, side="right")), start + 1)
        yield start, end
        start = end


def pairs_sharing(trace: Trace, index: Index, start: int, end: int) -> Shared:
    """Pairs of leavers and the newcomers [start, end) that share a value. index: of the trace's leavers."""
    side = trace.newcomers
    low, high = np.searchsorted(side.rows, [start, end])
    begins, counts = index.look_up(side.values[low:high])
    newcomer = np.repeat(side.rows[low:high], counts)
    holders = np.repeat(side.holders[low:high], counts)
    offset = np.arange(len(newcomer)) - np.repeat(np.cumsum(counts) - counts, counts)
    leaver = index.rows[np.repeat(begins, counts) + offset]
    return _each_pair_once(leaver, newcomer, holders, rarity(holders, trace.customers))


def _each_pair_once(
    leaver: np.ndarray, newcomer: np.ndarray, holders: np.ndarray, weight: np.ndarray
) -> Shared:
    order = np.argsort(newcomer * (int(leaver.max(initial=0)) + 1) + leaver, kind="stable")
    leaver, newcomer = leaver[order], newcomer[order]
    changes = (np.diff(newcomer) != 0) | (np.diff(leaver) != 0)
    first = np.flatnonzero(np.append(True, changes)) if len(order) else np.zeros(0, np.int64)
    if not len(first):
        nothing = np.zeros(0, np.int64)
        return Shared(nothing, nothing, nothing, np.zeros(0), nothing)
    return Shared(
        leaver[first],
        newcomer[first],
        np.diff(np.append(first, len(order))),
        np.add.reduceat(weight[order], first),
        np.minimum.reduceat(holders[order], first),
    )
