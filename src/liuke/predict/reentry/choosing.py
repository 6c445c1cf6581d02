"""Which leaver each newcomer is, when several could be: one person has one former self."""

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from liuke.predict.reentry.comparing import Pairs

LARGEST = 400  # leavers and newcomers that hang together; beyond it the best pair goes first
CERTAIN = 1 - 1e-12
NEGLIGIBLE = 1e-9
MOST_RAISED = 10.0
HALVINGS = 25


def share_out(pairs: Pairs, chance: np.ndarray) -> np.ndarray:
    """Probabilities of pairs when a newcomer is one leaver at most, and a leaver one newcomer.

    chance: of each pair taken alone. Odds of a pair against the odds of all that exclude it. Taken alone
    the prior allows a newcomer to be several leavers; all odds are raised by one factor so that as many
    re-entries are expected as before, as far as they can stand side by side.
    """
    told = np.flatnonzero(chance > NEGLIGIBLE)
    bounded = np.minimum(chance[told], CERTAIN)
    odds = bounded / (1 - bounded)
    leaver, newcomer = pairs.leaver[told], pairs.newcomer[told]
    low, high = 0.0, float(np.log(MOST_RAISED))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if _against_rivals(leaver, newcomer, odds * np.exp(middle)).sum() < bounded.sum():
            low = middle
        else:
            high = middle
    shared = np.zeros(len(chance))
    shared[told] = _against_rivals(leaver, newcomer, odds * np.exp(low))
    return shared


def _against_rivals(leaver: np.ndarray, newcomer: np.ndarray, odds: np.ndarray) -> np.ndarray:
    rivals = np.zeros(len(odds))
    for side in (newcomer, leaver):
        rivals += np.bincount(side, odds)[side] - odds if len(side) else 0.0
    return odds / (1 + odds + np.maximum(rivals, 0.0))


def choose_pairs(pairs: Pairs, chance: np.ndarray, *, at_least: float) -> np.ndarray:
    """Pairs called matches, nobody in two of them: the most likely set of those that reach `at_least`."""
    able = np.flatnonzero(chance >= at_least)
    if not len(able):
        return able
    leaver, newcomer = pairs.leaver[able], pairs.newcomer[able]
    nodes = int(leaver.max()) + 1
    size = nodes + int(newcomer.max()) + 1
    graph = coo_array((np.ones(len(able)), (leaver, newcomer + nodes)), shape=(size, size))
    _, labels = connected_components(graph, directed=False)
    part = labels[leaver]
    order = np.argsort(part, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(part[order])) + 1)
    chosen = [_best(leaver[group], newcomer[group], chance[able[group]]) for group in groups]
    return np.sort(able[np.concatenate([group[kept] for group, kept in zip(groups, chosen, strict=True)])])


def _best(leaver: np.ndarray, newcomer: np.ndarray, chance: np.ndarray) -> np.ndarray:
    if len(leaver) == 1:
        return np.zeros(1, np.int64)
    rows, row = np.unique(leaver, return_inverse=True)
    columns, column = np.unique(newcomer, return_inverse=True)
    gain = np.log(np.minimum(chance, CERTAIN) / (1 - np.minimum(chance, CERTAIN)))
    gain -= min(float(gain.min()), 0.0) - 1e-9
    if len(rows) + len(columns) > LARGEST:
        return _greedy(row, column, gain)
    matrix = np.zeros((len(rows), len(columns)))
    matrix[row, column] = gain
    place = np.full(matrix.shape, -1)
    place[row, column] = np.arange(len(row))
    found = place[linear_sum_assignment(matrix, maximize=True)]
    return found[found >= 0]


def _greedy(row: np.ndarray, column: np.ndarray, gain: np.ndarray) -> np.ndarray:
    taken_rows: set[int] = set()
    taken_columns: set[int] = set()
    kept = []
    for at in np.lexsort((column, row, -gain)).tolist():
        if row[at] not in taken_rows and column[at] not in taken_columns:
            taken_rows.add(int(row[at]))
            taken_columns.add(int(column[at]))
            kept.append(at)
    return np.array(kept, np.int64)
