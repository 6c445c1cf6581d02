"""Customers in equal parts by recency, frequency and money, by thresholds that equal values share.

With b customers below a value and s of the same one among n, the value stands at (b + s/2) / n; a part
begins with the lowest value that stands at its lower end or above. The scheme rfm/quantile cuts likewise.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.view.fast.arrays import array_of, is_known, values_of


def with_parts(summary: pa.Table, parts: int) -> pa.Table:
    """The summary with r (1: most recent), f and m (1: least) added; m is missing where spend is."""
    lately = pc.negate(summary["days_since_last"])
    placed = parts_of(lately, parts)
    turned = array_of((parts + 1 - values_of(placed)).astype(np.int8), pa.int8(), is_known(placed))
    added = {"r": turned, "f": parts_of(summary["purchases"], parts), "m": parts_of(summary["spend"], parts)}
    for name, values in added.items():
        summary = summary.append_column(name, values)
    return summary


def parts_of(values: pa.ChunkedArray, parts: int) -> pa.Array:
    """Part of each value, from 1 for the lowest; missing where the value is.

    >>> parts_of(pa.chunked_array([[1, 1, 1, 1, 2, 3, None, 9]]), 2).to_pylist()
    [1, 1, 1, 1, 2, 2, None, 2]
    """
    known = is_known(values)
    given = values_of(values)[known]
    starts = _thresholds(given, parts)
    found = np.zeros(len(values), np.int8)
    found[known] = 1 + np.searchsorted(starts, given, side="right")
    return array_of(found, pa.int8(), known)


def _thresholds(values: np.ndarray, parts: int) -> np.ndarray:
    """Lowest value of the second part and of each further one; several are equal where one is empty."""
    different, same = _counted(values)
    if not len(different):
        return different
    reached = np.cumsum(same)
    twice_middle = 2 * reached - same
    wanted = 2 * np.arange(1, parts) * int(reached[-1])
    place = np.searchsorted(twice_middle * parts, wanted)
    return different[place[place < len(different)]]


def _counted(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Different values in order, and how many there are of each."""
    if values.dtype.kind != "i" or not len(values) or int(np.ptp(values)) > 4 * len(values) + 1000:
        return np.unique(values, return_counts=True)
    low = int(values.min())
    counts = np.bincount(values - low)
    different = np.flatnonzero(counts)
    return different + low, counts[different]
