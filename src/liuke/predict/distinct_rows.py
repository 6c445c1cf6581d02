"""Equal values and equal rows put together, with how often they occur."""

import numpy as np
import pyarrow as pa

KEY_LIMIT = 2**62
DENSE_KEYS = 4_000_000  # up to so many possible rows, one counter for each is the quickest


def find_distinct(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sorted distinct values and each value's position among them, by hashing."""
    coded = pa.array(values).dictionary_encode()
    found = coded.dictionary.to_numpy()
    order = np.argsort(found)
    places = np.empty(len(found), dtype=np.int32)
    places[order] = np.arange(len(found), dtype=np.int32)
    return found[order], places[coded.indices.to_numpy()]


def put_together(
    places: tuple[np.ndarray, np.ndarray, np.ndarray],
    sizes: tuple[int, int, int],
    weights: np.ndarray | None,
) -> tuple[tuple[np.ndarray, np.ndarray, np.ndarray], np.ndarray]:
    """The distinct rows of three positions, in order, and the sum of their weights (1 each when None).

    sizes: what each position stays below.
    """
    first, second, third = places
    if sizes[0] * sizes[1] * sizes[2] >= KEY_LIMIT:
        return places, np.ones(len(first)) if weights is None else weights
    keys = (first.astype(np.int64) * sizes[1] + second) * sizes[2] + third
    found, counts = _count_keys(keys, sizes[0] * sizes[1] * sizes[2], weights)
    rest, thirds = np.divmod(found, sizes[2])
    firsts, seconds = np.divmod(rest, sizes[1])
    return (firsts.astype(np.int32), seconds.astype(np.int32), thirds.astype(np.int32)), counts


def _count_keys(keys: np.ndarray, limit: int, weights: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    if limit <= DENSE_KEYS and limit <= 8 * len(keys):
        rows = np.bincount(keys, minlength=limit)
        found = np.flatnonzero(rows)
        counts = rows if weights is None else np.bincount(keys, weights, limit)
        return found, counts[found].astype(float)
    if weights is None:
        keys = np.sort(keys)
    else:
        order = np.argsort(keys, kind="stable")
        keys, weights = keys[order], weights[order]
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    if weights is None:
        return keys[starts], np.diff(starts, append=len(keys)).astype(float)
    return keys[starts], np.add.reduceat(weights, starts) if len(starts) else np.zeros(0)
