"""64 bits for each row that are equal where rows are: what might clash is found without comparing rows.

Rows with different bits are different. Rows with the same bits are compared before anything is said
of them; only of a customer is believed that an equal hash is the same customer, which is wrong for one
unknown customer in 10^13 when a million are known.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from liuke.store import Engine

if TYPE_CHECKING:
    from ibis.expr.types import Table


def hashes_of(engine: Engine, rows: Table, columns: list[str]) -> np.ndarray:
    """The hashes of stored rows, in no order."""
    found = [
        engine.hashes(pa.Table.from_batches([batch]), columns)[0]
        for batch in engine.batches(rows.select(columns), rows=1 << 20)
        if batch.num_rows
    ]
    return joined(found)


def joined(hashes: Iterable[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.empty(0, np.uint64), *hashes])


def repeated(hashes: np.ndarray) -> np.ndarray:
    """The hashes that stand more than once, sorted."""
    in_order = np.sort(hashes)
    return once(in_order[1:][in_order[1:] == in_order[:-1]])


def once(values: np.ndarray) -> np.ndarray:
    """Each value once, sorted. NumPy's own `unique` hashes them, which takes far longer than sorting."""
    in_order = np.sort(values)
    first = np.ones(len(in_order), bool)
    first[1:] = in_order[1:] != in_order[:-1]
    return in_order[first]


def among(hashes: np.ndarray, in_order: np.ndarray) -> np.ndarray:
    """A mask: which hashes are among others that are sorted."""
    if not len(in_order):
        return np.zeros(len(hashes), bool)
    place = np.searchsorted(in_order, hashes)
    return in_order[np.minimum(place, len(in_order) - 1)] == hashes


def strange(hashes: np.ndarray, known: np.ndarray) -> np.ndarray:
    """A mask: which hashes are not among those known, which are sorted; looked up in order, once each."""
    each = once(hashes)
    unknown = each[~among(each, known)]
    return among(hashes, unknown)
