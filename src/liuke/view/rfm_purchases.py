"""Purchases on their way into a tally: a batch at a time, places for customers, days back for instants."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.view.fast.arrays import values_of
from liuke.view.fast.codes import MICRO, day_number, round_half_away
from liuke.view.rfm_columns import RfmColumns, find_columns

_BATCH_ROWS = 1 << 20
_LARGEST_SUM = 2**62


class NotCountable(Exception):
    """Rows that whole numbers of 64 bits cannot count exactly; a query can."""


NONE = np.empty(0, np.int32)  # where a column is not told


@dataclass(frozen=True)
class Batch:
    """Some rows, among them purchases and refunds that the as-of day sees.

    customer: number, below 0 where nobody is named. happened_on, known_on: days.
    code: place of the row's kind in `is_wanted`, which says 1 of kinds that are counted and 0 of others.
    worth: in units of which `per_yuan` make a yuan.
    known_on, code and worth may be empty: always known, a purchase, without amounts.
    """

    customer: np.ndarray
    happened_on: np.ndarray
    known_on: np.ndarray
    code: np.ndarray
    worth: np.ndarray
    is_wanted: np.ndarray


@dataclass(frozen=True)
class Purchases:
    """Purchases of numbered customers.

    ids: customer of each number. span: days from the first purchase to the last day seen.
    batches: hold the rows of customers from the first number on and before the second, and maybe others.
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
        for part in held.to_batches(max_chunksize=_BATCH_ROWS):
            yield _batch_of(part, today)

    return Purchases(ids, span, per_yuan, batches, lambda: rows)


def _batch_of(part: pa.RecordBatch, today: int) -> Batch:
    """What has no day was not seen; what nobody says when it was known always was."""
    told = part.schema.names
    return Batch(
        _small(values_of(part["place"], -1)),
        _small(values_of(part["on"], today)),
        _small(values_of(part["known"], 0)) if "known" in told else NONE,
        NONE,
        worth_of(part["amount"]) if "amount" in told else NONE.astype(np.int64),
        NONE,
    )


def _small(values: np.ndarray) -> np.ndarray:
    return values.astype(np.int32, copy=False)


def worth_of(amount: pa.Array) -> np.ndarray:
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
