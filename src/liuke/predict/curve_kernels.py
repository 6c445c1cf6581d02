"""A compiled loop that reads additive models off their curves, and knows nothing of models.

Compiled once and kept beside the source; imported only when many rows are asked of.
"""

from typing import Any

import numpy as np
from numba import njit

Array = np.ndarray[Any, Any]


@njit(cache=True, nogil=True)
def add_curves(
    codes: Array,
    scales: Array,
    lines: Array,
    gaps: Array,
    begins: Array,
    steps: Array,
    table: Array,
    said: Array,
) -> None:
    """Add to `said`, models by rows, what the columns of each row's codes say, column after column.

    codes: rows by columns. scales: of each column the lowest, highest and middle value and the spread; of a
    category the spread is 0. lines, gaps: columns by models. table: of column c, in [begins[c],
    begins[c + 1]), what each level of a category says, or each ramp; steps: where a ramp begins, how wide.
    """
    models, rows = said.shape
    values, along, missing, added = np.empty(rows), np.empty(rows), np.empty(rows), np.empty(rows)
    for column in range(len(scales)):
        low, high = scales[column, 0], scales[column, 1]
        middle, spread = scales[column, 2], scales[column, 3]
        first, last = begins[column], begins[column + 1]
        if spread == 0.0:
            for row in range(rows):
                level = first + np.int64(codes[row, column])
                for model in range(models):
                    said[model, row] += table[level, model]
            continue
        for row in range(rows):
            value = codes[row, column]
            missing[row] = 1.0 if value != value else 0.0
            value = middle if value != value else value
            values[row] = min(max(value, low), high)
            along[row] = (values[row] - middle) / spread
        for model in range(models):
            for row in range(rows):
                added[row] = along[row] * lines[column, model]
            for ramp in range(first, last):
                left, width, says = steps[ramp, 0], steps[ramp, 1], table[ramp, model]
                for row in range(rows):
                    added[row] += min(max((values[row] - left) / width, 0.0), 1.0) * says
            if gaps[column, model] != 0.0:
                for row in range(rows):
                    added[row] += missing[row] * gaps[column, model]
            for row in range(rows):
                said[model, row] += added[row]
