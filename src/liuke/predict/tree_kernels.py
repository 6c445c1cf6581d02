"""Compiled loops that put rows through trees: bins, masks and leaves in flat arrays, and nothing of models.

Compiled once and kept beside the source; imported only when many rows are scored.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit
from numba.extending import intrinsic

Array = np.ndarray[Any, Any]

SIDE_BY_SIDE = (
    8  # masks taken together, so that what is left of the leaves is read and written an eighth as often
)


@njit(cache=True, nogil=True)
def bin_rows(codes: Array, edges: Array, begins: Array, source: Array, gap_bin: Array, bins: Array) -> None:
    """Number of a column's edges below each value; `gap_bin` of the place where the value is missing.

    codes: rows by columns. edges: of column c, in [begins[c], begins[c + 1]). source: the column that each
    place of `bins` is made from. bins: rows by places. Every edge is compared with all rows, without a branch
    to guess: for the few thousand edges of a group of trees that is faster than a search.
    """
    values, below = np.empty(len(codes)), np.empty(len(codes), np.int64)
    for place in range(len(source)):
        column = source[place]
        for row in range(len(codes)):
            values[row] = codes[row, column]
            below[row] = 0
        for at in range(begins[column], begins[column + 1]):
            edge = edges[at]
            for row in range(len(codes)):
                below[row] += np.int64(edge < values[row])
        for row in range(len(codes)):
            bins[row, place] = gap_bin[place] if values[row] != values[row] else below[row]


@njit(cache=True, nogil=True)
def add_leaves(bins: Array, masks: Array, begins: Array, values: Array, said: Array) -> None:
    """Add to `said` the value of the leaf that each row reaches in each tree, trees in order.

    masks: bins of all places by trees, the leaves that a bin leaves possible as bits, leftmost leaf lowest.
    begins: where the bins of each place stand in it. values: trees by leaves. Masks may have more columns
    than there are trees. (Lucchese et al., 2015, QuickScorer, section 3, with each bin's masks made before.)
    """
    places = len(begins)
    here = np.empty((places + SIDE_BY_SIDE - 1) // SIDE_BY_SIDE * SIDE_BY_SIDE, np.int64)
    left = np.empty(masks.shape[1], masks.dtype)
    for row in range(len(said)):
        for place in range(len(here)):
            asked = min(place, places - 1)
            here[place] = begins[asked] + np.int64(bins[row, asked])
        left[:] = masks[here[0]]
        for first in range(0, len(here), SIDE_BY_SIDE):
            i, j = first, first + SIDE_BY_SIDE // 2
            a, b, c, d = masks[here[i]], masks[here[i + 1]], masks[here[i + 2]], masks[here[i + 3]]
            e, f, g, h = masks[here[j]], masks[here[j + 1]], masks[here[j + 2]], masks[here[j + 3]]
            for tree in range(len(left)):
                left[tree] &= a[tree] & b[tree] & c[tree] & d[tree] & e[tree] & f[tree] & g[tree] & h[tree]
        total = said[row]
        for tree in range(len(values)):
            total += values[tree, np.int64(_lowest_bit(left[tree]))]
        said[row] = total


@intrinsic
def _lowest_bit(context: Any, mask: Any) -> Any:
    """Place of a mask's lowest bit; a mask has one."""

    def count_zeros(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return builder.cttz(given[0], ir.Constant(ir.IntType(1), 1))

    return mask(mask), count_zeros
