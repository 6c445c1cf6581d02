"""Purchases on their way into a tally: a batch at a time, places for customers, days back for instants."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.view.fast.arrays import is_known, values_of
from liuke.view.fast.codes import MICRO, day_number, round_half_away
from liuke.view.rfm_columns import RfmColumns, find_columns

_BATCH_ROWS = 1 << 20
_LARGEST_SUM = 2**62


class NotCountable(Exception):
    """Rows that whole numbers of 64 bits cannot count exactly; a query can."""


@dataclass(frozen=True)
class Batch:
    """Some purchases and refunds that the as-of day sees.

    place: of the customer, in a run. back: whole days from the row's day to the last day seen.
    worth: in units of which `per_yuan` make a yuan; None without amounts.
    """

    place: np.ndarray
    back: np.ndarray
    worth: np.ndarray | None


@dataclass(frozen=True)
class Purchases:
    """Purchases of numbered customers.

    ids: customer of each number. span: days from the first purchase to the last day seen.
    batches: of the customers from the first number on and before the second.
    table: the same as rows that a query can read.
    """

    ids: pa.Array
    span: int
    per_yuan: int | None
    batches: Callable[[int, int], Iterator[Batch]]
    table: Callable[[], pa.Table]


def of_table(rows: pa.Table, *, as_of: date) -> Purchases:
    """Purchases in an Arrow table. Raises NotCountable where a query is needed."""
    columns = find_columns(rows.schema)
    for name in columns.clocks:
        if getattr(rows.schema.field(name).type, "tz", None):
            raise NotCountable
    number, ids = _numbered(rows["customer_id"])
    today = day_number(as_of)
    arrays = {"place": number, "on": _days(rows[columns.clock])}
    if columns.known:
        arrays["known"] = _days(rows[columns.known])
    if columns.amount:
        arrays["amount"] = rows[columns.amount]
    held = pa.table(arrays)
    earliest = pc.min(held["on"]).as_py()
    span = max(1, today - earliest) if earliest is not None else 1
    per_yuan = _per_yuan(columns, rows.schema)

    def batches(first: int, last: int) -> Iterator[Batch]:
        whole = (first, last) == (0, len(ids))
        for part in held.to_batches(max_chunksize=_BATCH_ROWS):
            found = seen_of(part, today, None if whole else (first, last))
            if found is not None:
                yield found

    return Purchases(ids, span, per_yuan, batches, lambda: rows)


def seen_of(part: pa.RecordBatch, today: int, run: tuple[int, int] | None) -> Batch | None:
    """Rows that had happened and were known before the day, of customers in the run."""
    on = _filled(part["on"], today)
    met = on < today
    if "known" in part.schema.names:
        met &= _filled(part["known"], 0) < today  # what nobody says when it was known always was
    place = part["place"]
    if place.null_count:
        met &= is_known(place)
    number = values_of(place)
    if run is not None:
        met &= (number >= run[0]) & (number < run[1])
    worth = _worth(part["amount"]) if "amount" in part.schema.names else None
    if not met.all():
        rows = np.flatnonzero(met)
        if not len(rows):
            return None
        number, on, worth = number[rows], on[rows], None if worth is None else worth[rows]
    place_in_run = number.astype(np.int64) - (run[0] if run else 0)
    return Batch(place_in_run, today - 1 - on, worth)


def _worth(amount: pa.Array) -> np.ndarray:
    """Whole fen as they are, yuan in millionths. Raises NotCountable where sums might not be exact."""
    if amount.null_count:
        raise NotCountable
    if pa.types.is_integer(amount.type):
        return values_of(pc.cast(amount, pa.int64()))
    scaled = values_of(pc.cast(amount, pa.float64())) * MICRO
    with np.errstate(invalid="ignore"):
        if len(scaled) and not np.abs(scaled).sum() < _LARGEST_SUM / _BATCH_ROWS:
            raise NotCountable
    whole = np.rint(scaled)
    if (np.abs(scaled - whole) == 0.5).any():
        whole = round_half_away(scaled)
    return whole.astype(np.int64)


def _per_yuan(columns: RfmColumns, schema: pa.Schema) -> int | None:
    if columns.amount is None:
        return None
    fen = columns.amount == "amount_fen"
    if pa.types.is_integer(schema.field(columns.amount).type):
        return 100 if fen else 1
    return MICRO * (100 if fen else 1)


def _numbered(customer: pa.ChunkedArray) -> tuple[pa.ChunkedArray, pa.Array]:
    """A small number for each row's customer, and the customer of each number."""
    if pa.types.is_integer(customer.type):
        ends = pc.min_max(customer).as_py()
        low, high = ends["min"] or 0, ends["max"] or 0
        if abs(low) < 2**62 and abs(high) < 2**62 and high - low <= 4 * len(customer) + 1000:
            number = pc.subtract(pc.cast(customer, pa.int64()), low)
            return number, pa.array(np.arange(low, high + 1)).cast(customer.type)
    if not pa.types.is_dictionary(customer.type):
        customer = customer.dictionary_encode()
    whole = customer.unify_dictionaries().combine_chunks()
    chunk = whole if isinstance(whole, pa.DictionaryArray) else whole.chunk(0)
    words = pc.unique(chunk.dictionary)
    number = chunk.indices
    if len(words) < len(chunk.dictionary):
        number = pc.index_in(chunk.dictionary, value_set=words).take(number)
    plain = pa.string() if _is_text(words.type) else words.type
    return pa.chunked_array([number]), words.cast(plain)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _days(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.cast(pc.cast(column, pa.date32(), safe=False), pa.int32())


def _filled(column: pa.Array, value: int) -> np.ndarray:
    return values_of(column, value)
