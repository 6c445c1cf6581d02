"""Events once more, as the kernels want them: a dense number for the customer, days for instants, in order.

    customer_index   customer_id of every number given so far; numbers are never taken back
    event_codes      by month: customer, happened_on, known_on and what is counted, sorted by customer and day

Rows of a customer's day lie in one piece of one file, so a range of customers can be read alone. Both
tables are made from `events` and can be dropped; they are made again.
"""

import json
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from functools import partial
from hashlib import sha256
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from liuke.ingest.canonical import TABLES
from liuke.store import Draft, Manifest, Warehouse
from liuke.store.manifest import Part
from liuke.view.fast.arrays import array_of, in_one_piece, rows_at, values_of
from liuke.view.fast.at_once import at_once, in_order
from liuke.view.fast.codes import DAY_US, HOUR_US, day_number
from liuke.view.fast.file_columns import read_columns
from liuke.view.fast.numbering import Numbers

INDEX = "customer_index"
CODES = "event_codes"
_LOADED = ("kind", "channel", "counterpart", "amount_fen", "quantity")
COLUMNS = (*_LOADED, "hour")
_TEXTS = ("kind", "channel", "counterpart")
_BYTES_A_ROW = 200  # of a month in memory while it is coded
_PIECE_ROWS = 1 << 18  # what a run of customers reads beside its own is at most two pieces a month
Holds = Callable[[int, int], bool]  # whether anybody is wanted of numbers, from the first to the last
# Writes files by partition, knowing who has which number; instead of them customers, where some have none.
Coding: TypeAlias = Callable[[Numbers], Mapping[str, Part] | pa.ChunkedArray]
_LAYOUT = 4  # another one makes all codes anew
# Half the time to decode of what is smallest, and a quarter smaller than the same without the steps from
# one customer to the next; measured with bench.speed.view.
_FILE: Mapping[str, Any] = MappingProxyType(
    {
        "compression": "lz4",
        "use_dictionary": ["happened_on", "known_on", *_LOADED, "hour"],
        "column_encoding": {"customer": "DELTA_BINARY_PACKED"},
        "store_schema": False,  # whoever reads says which texts to take as numbers of words
    }
)


def code_events(warehouse: Warehouse, *, memory_gib: float = 4.0) -> int:
    """Make the codes of every month whose events have changed; returns how many. Needs the lock.

    memory_gib: what months may take that are coded at the same time; one is, however large.
    """
    manifest = warehouse.manifest
    stale = [month for month in manifest.partitions("events") if not _is_coded(manifest, month)]
    gone = set(manifest.partitions(CODES)) - set(manifest.partitions("events"))
    if not stale and not gone:
        return 0
    draft = warehouse.draft(source=CODES)
    for month in gone:
        draft.drop(CODES, partition=month)
    largest = max((sum(part.rows for part in manifest.parts("events", month)) for month in stale), default=0)
    months = [partial(_code_month, warehouse, draft, month) for month in stale]
    beside = at_once(largest * _BYTES_A_ROW, memory_gib)
    for parts in number_and_code(warehouse, draft, months, side_by_side=beside):
        for month, part in parts.items():
            draft.put(CODES, part, month)
            draft.note(f"{CODES}/{month}", _fingerprint(manifest, month))
    draft.commit()
    return len(stale)


def read_index(warehouse: Warehouse) -> pa.Array:
    """customer_id of each number."""
    return in_one_piece(customer_ids(warehouse, INDEX))


def is_coded(warehouse: Warehouse, columns: Collection[str]) -> bool:
    """Whether all events can be read from codes, with these columns."""
    manifest = warehouse.manifest
    months = manifest.partitions("events")
    return (
        set(columns) <= set(COLUMNS) and bool(months) and all(_is_coded(manifest, month) for month in months)
    )


def read_codes(
    warehouse: Warehouse,
    columns: Collection[str],
    *,
    first: int,
    last: int,
    holds: Holds | None = None,
    before: int | None = None,
) -> Iterator[pa.Table]:
    """Pieces that hold customers numbered first to last, both inclusive, and some others, month by month.

    holds: whether anybody is wanted of a range of numbers; all by default. before: days since 1970, from
    which on no happening is wanted.
    """
    names = ["customer", "happened_on", "known_on", *(name for name in COLUMNS if name in columns)]
    texts = [name for name in _TEXTS if name in columns]
    for part in warehouse.manifest.parts(CODES):
        file = pq.ParquetFile(warehouse.root / part.file, read_dictionary=texts)
        places = [file.schema_arrow.names.index(name) for name in ("customer", "happened_on")]
        for number in range(file.num_row_groups):
            group = file.metadata.row_group(number)
            held, on = (group.column(place).statistics for place in places)
            if held is not None and not (held.min <= last and held.max >= first):
                continue
            if held is not None and holds is not None and not holds(held.min, held.max):
                continue
            if before is None or on is None or day_number(on.min) < before:
                yield file.read_row_group(number, columns=names)


def _is_coded(manifest: Manifest, month: str) -> bool:
    return manifest.notes.get(f"{CODES}/{month}") == _fingerprint(manifest, month)


def _fingerprint(manifest: Manifest, month: str) -> str:
    parts = [part.sha256 for part in manifest.parts("events", month)]
    return sha256(json.dumps([_LAYOUT, parts]).encode()).hexdigest()


def number_and_code(
    warehouse: Warehouse, draft: Draft, jobs: Sequence[Coding], *, side_by_side: int
) -> Generator[Mapping[str, Part], None, None]:
    """The files that each job makes, in order; whoever has no number yet is given one in that order."""
    known = newest = _number(draft, Numbers(read_index(warehouse)), customer_ids(warehouse, "customers"))
    made = in_order(lambda job: job(known), jobs, side_by_side=side_by_side)
    for job, parts in zip(jobs, made, strict=True):
        while not isinstance(parts, Mapping):  # customers whom the table of customers does not have
            newest = _number(draft, newest, parts)
            parts = job(newest)
        yield parts


def _number(draft: Draft, known: Numbers, customers: pa.ChunkedArray) -> Numbers:
    """The index, with numbers for those of the customers who had none."""
    number = known.of(customers)
    if known.knows(customers, number):
        return known
    more = known.with_new(customers, number)
    draft.append(INDEX, pa.table({"customer_id": more.ids.slice(len(known.ids))}))
    return more


def _code_month(
    warehouse: Warehouse, draft: Draft, month: str, known: Numbers
) -> Mapping[str, Part] | pa.ChunkedArray:
    """Write a month's codes; instead of them the customers, where some have no number."""
    rows = _read_month(warehouse, month)
    number = known.of(rows["customer_id"])
    if not known.knows(rows["customer_id"], number):
        return rows["customer_id"]
    codes = _sorted(rows.drop_columns("customer_id"), number)
    cuts = _cuts(values_of(codes["customer"]))
    return {month: draft.write(CODES, codes, partition=month, cuts=cuts, layout=_FILE)}


def customer_ids(warehouse: Warehouse, table: str) -> pa.ChunkedArray:
    """customer_id of each row of a table."""
    parts = warehouse.manifest.parts(table)
    files = [pq.ParquetFile(warehouse.root / part.file) for part in parts]  # read_table imports pandas
    read = [file.read(columns=["customer_id"])["customer_id"] for file in files]
    return pa.chunked_array([chunk for column in read for chunk in column.chunks], pa.string())


def _read_month(warehouse: Warehouse, month: str) -> pa.Table:
    schema = TABLES["events"].schema
    wanted = pa.schema([schema.field(name) for name in ("customer_id", "happened_at", "known_at", *_LOADED)])
    return read_columns(
        [warehouse.root / part.file for part in warehouse.manifest.parts("events", month)], wanted
    )


def _sorted(rows: pa.Table, number: np.ndarray) -> pa.Table:
    happened, known = (values_of(pc.cast(rows[name], pa.int64())) for name in ("happened_at", "known_at"))
    order = _order(number, happened, known)
    happened = happened[order]
    days = {
        "happened_on": array_of((happened // DAY_US).astype(np.int32), pa.date32()),
        "known_on": array_of((known[order] // DAY_US).astype(np.int32), pa.date32()),
    }
    hour = array_of((happened // HOUR_US % 24).astype(np.int8), pa.int8())
    chosen = rows_at(order)
    rest = {name: in_one_piece(rows[name]).take(chosen) for name in _LOADED}
    made = {"customer": array_of(number[order], pa.int32()), **days, **rest, "hour": hour}
    return _without_room_for_missing(pa.table(made))


def _order(number: np.ndarray, happened: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Rows by customer, instant and when it was known, as lexsort has them, in a fifth of its time."""
    if not len(number):
        return np.zeros(0, np.int64)
    low = int(happened.min())
    span = int(happened.max()) - low + 1
    if (int(number.max()) + 1) * span > 2**62:
        return np.lexsort((known, happened, number))
    key = number.astype(np.int64) * span + (happened - low)
    order = np.argsort(key)
    same = np.diff(key[order]) == 0
    tied = np.flatnonzero(np.append(False, same) | np.append(same, False))
    rows = order[tied]
    order[tied] = rows[np.lexsort((rows, known[rows], key[rows]))]
    return order


def _without_room_for_missing(rows: pa.Table) -> pa.Table:
    """Columns in which nothing is missing say so; they are read without a look at each value."""
    fields = [field.with_nullable(rows[field.name].null_count > 0) for field in rows.schema]
    return rows.cast(pa.schema(fields))


def _cuts(customer: np.ndarray) -> list[int]:
    """Where a piece begins: at the first new customer after every so many rows."""
    begins = np.flatnonzero(np.diff(customer)) + 1
    wanted = np.searchsorted(begins, np.arange(_PIECE_ROWS, len(customer), _PIECE_ROWS))
    return sorted({int(begins[number]) for number in wanted if number < len(begins)})
