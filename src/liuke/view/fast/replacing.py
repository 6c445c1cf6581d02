"""When a row of a table of states stops to hold, for another of the same key has come."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from liuke.ingest.canonical import TABLES
from liuke.view.fast.codes import DAY_US

NEVER_ON = np.iinfo(np.int32).max


def replaced_on(rows: pa.Table, table: str, known: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Day, since 1970, from whose midnight on a later known row of the same key is seen; never where none is.

    known: when each row became known; seen: when it was known and had happened. Microseconds.
    """
    key = _key_codes(rows, [name for name in TABLES[table].key if name != "known_at"])
    order = np.lexsort((known, key))[::-1]
    begins = np.flatnonzero(np.diff(key[order], prepend=key[order[:1]] + 1))
    group = np.cumsum(np.bincount(begins, minlength=len(key)))
    day = seen[order] // DAY_US
    # Each group lies wholly below the one before, so the running minimum begins anew with it.
    apart = group * (int(day.max(initial=0)) - int(day.min(initial=0)) + 1)
    earliest = np.minimum.accumulate(day - apart) + apart
    replaced = np.full(len(known), NEVER_ON, np.int32)
    same = group[1:] == group[:-1]
    replaced[order[1:][same]] = earliest[:-1][same]
    return replaced


def _key_codes(table: pa.Table, names: Sequence[str]) -> np.ndarray:
    """One number for each different key."""
    key = np.zeros(table.num_rows, dtype=np.int64)
    for name in names:
        column = table[name].combine_chunks().dictionary_encode()
        column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        key = (
            key * (len(column.dictionary) + 1) + column.indices.fill_null(-1).to_numpy().astype(np.int64) + 1
        )
    return key
