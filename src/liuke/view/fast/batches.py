"""Rows on their way into rings: a piece at a time, days for instants, places for customers."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from liuke.view.fast.codes import DAY_US, encode
from liuke.view.fast.reading import Customers, Reader, read_whole
from liuke.view.fast.rows import columns_wanted


@dataclass(frozen=True)
class Batch:
    """Some rows of a source, sorted by customer and day; all rows of a customer's day are in one batch.

    customer: place, -1 for nobody. happened_on, known_on: days since 1970. table: the other columns.
    """

    customer: np.ndarray
    happened_on: np.ndarray
    known_on: np.ndarray
    table: pa.Table


def read_batches(
    reader: Reader, source: str, columns: Collection[str], *, customers: Customers
) -> Iterator[Batch]:
    """A source's rows; in one batch where nothing is stored in the order that is needed."""
    table = read_whole(reader, source, columns_wanted(source, columns))
    place = customers.places(table["customer_id"]).fill_null(-1).to_numpy()
    happened_on, known_on = (_days(table, name) for name in ("happened_at", "known_at"))
    order = np.lexsort((happened_on, place))
    table = table.drop_columns(["customer_id", "happened_at", "known_at"]).take(pa.array(order))
    yield Batch(place[order].astype(np.int32), happened_on[order], known_on[order], table)


def _days(table: pa.Table, name: str) -> np.ndarray:
    return (encode(table[name], "instant").values // DAY_US).astype(np.int32)
