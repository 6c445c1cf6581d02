"""Compiled loops that put rows through trees: bins, nodes and leaves in flat arrays, and nothing of models.

Compiled once and kept beside the source; imported only when many rows are scored.
"""

from typing import Any

import numpy as np
from numba import njit

Array = np.ndarray[Any, Any]

LANES = 16  # rows that walk down a tree side by side, so that none waits for another's memory
KEY_BITS = COLUMN_BITS = 16
FEW_EDGES = 64  # are all compared; more are searched first


@njit(cache=True, nogil=True)
def bin_rows(codes: Array, edges: Array, begins: Array, source: Array, gap_bin: Array, bins: Array) -> None:
    """Number of a column's edges below each value; `gap_bin` of the place where the value is missing.

    codes: rows by columns. edges: of column c, ascending, in [begins[c], begins[c + 1]). source: the
    column that each place of `bins` is made from. bins: rows by places. Edges are compared one and all
    where they are few: without a branch to guess that is faster than a search.
    """
    for place in range(len(source)):
        column = source[place]
        own = edges[begins[column] : begins[column + 1]]
        for row in range(len(codes)):
            value = codes[row, column]
            low, left = np.int64(0), np.int64(len(own))
            while left > FEW_EDGES:
                half = (left + 1) >> 1
                low += half * np.int64(own[low + half - 1] < value)
                left -= half
            below = np.int64(0)
            for edge in range(low, low + left):
                below += np.int64(own[edge] < value)
            bins[row, place] = gap_bin[place] if value != value else low + below


@njit(cache=True, nogil=True)
def add_trees(bins: Array, nodes: Array, roots: Array, depths: Array, values: Array, said: Array) -> None:
    """Add to `said` the value of the leaf that each row reaches in each tree, trees in order.

    bins, said: rows a multiple of LANES. nodes: the left child, the place of the bin looked at and the last
    bin that goes left, packed; the right child follows the left. A leaf is its own child, so that all
    rows of a tree take as many steps.
    """
    at = np.empty(LANES, np.int64)
    key_mask, place_mask = np.int64((1 << KEY_BITS) - 1), np.int64((1 << COLUMN_BITS) - 1)
    for tree in range(len(roots)):
        depth = depths[tree]
        root = np.int64(roots[tree])
        for first in range(0, len(bins), LANES):
            for lane in range(LANES):
                at[lane] = root
            for _ in range(depth):
                for lane in range(LANES):
                    node = nodes[at[lane]]
                    seen = np.int64(bins[first + lane, (node >> KEY_BITS) & place_mask])
                    at[lane] = (node >> (KEY_BITS + COLUMN_BITS)) + np.int64(seen > (node & key_mask))
            for lane in range(LANES):
                said[first + lane] += values[at[lane]]
