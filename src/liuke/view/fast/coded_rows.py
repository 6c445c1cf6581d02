"""Rows of canonical tables once more, so that those of some customers and months can be read alone.

    coded_<table>    a partition for each file of the table: number of the customer in `customer_index`, the
                     columns that features ask for, and of tables of states the day from which on a later
                     row holds instead; sorted by month and customer, in small pieces

Events have codes of their own (`event_codes`). All are made from the tables and can be dropped; they are
made again. A file is coded once, for files never change; tables of states anew with each file that comes.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import islice
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from liuke.ingest.canonical import TABLES
from liuke.ingest.parts import ROWS_PER_FILE
from liuke.store import Draft, Manifest, Warehouse
from liuke.store.manifest import Part
from liuke.view.fast.arrays import array_of, rows_at
from liuke.view.fast.at_once import at_once
from liuke.view.fast.codes import DAY_US, day_number, encode
from liuke.view.fast.event_codes import INDEX, Coding, Holds, number_and_code
from liuke.view.fast.file_columns import columns_of_few, read_columns
from liuke.view.fast.numbering import Numbers
from liuke.view.fast.replacing import replaced_on
from liuke.view.sources import SOURCES

CUSTOMER, REPLACED = "customer", "replaced_on"
_PIECE_ROWS = 1 << 17
_FEWEST_ROWS = 1 << 13  # in a piece, where a month has less
_LAYOUT = 1  # another one makes all codes anew
_BYTES_A_ROW = 500  # of a file in memory while it is coded
_FILE: Mapping[str, Any] = MappingProxyType(
    {"compression": "lz4", "column_encoding": {CUSTOMER: "DELTA_BINARY_PACKED"}, "store_schema": False}
)


def coded(table: str) -> str:
    """The table that holds a canonical table's coded rows."""
    return f"coded_{table}"


def code_rows(warehouse: Warehouse, needed: Mapping[str, Collection[str]], *, memory_gib: float = 4.0) -> int:
    """Code what is not coded yet. needed: columns by table. Returns how many files were; needs the lock.

    memory_gib: what files may take that are coded at the same time; one is, however large.
    """
    stale = [table for table in sorted(needed) if not is_coded(warehouse, table, needed[table])]
    draft = warehouse.draft(source="coded rows")
    plans = {table: _plan(warehouse, draft, table, needed[table]) for table in stale}
    jobs = [job for plan in plans.values() for job in plan.jobs]
    beside = at_once(ROWS_PER_FILE * _BYTES_A_ROW, memory_gib)
    with closing(number_and_code(warehouse, draft, jobs, side_by_side=beside)) as made:
        for table, plan in plans.items():
            for parts in islice(made, len(plan.jobs)):
                for name, part in parts.items():
                    draft.put(coded(table), part, name)
            draft.note(coded(table), _note(draft.manifest, table, plan.columns))
            draft.commit()
    return sum(plan.files for plan in plans.values())


def is_coded(warehouse: Warehouse, table: str, columns: Collection[str]) -> bool:
    """Whether a table's rows can be read from codes, with these columns."""
    manifest = warehouse.manifest
    note = manifest.notes.get(coded(table), {})
    held = {*note.get("columns", ()), CUSTOMER}
    made = bool(note) and note == _note(manifest, table, note["columns"])
    return made and set(columns) <= held and set(manifest.partitions(coded(table))) == set(note["files"])


def read_coded(
    warehouse: Warehouse,
    table: str,
    columns: Collection[str],
    *,
    holds: Holds,
    since: int | None = None,
    before: int | None = None,
) -> list[pa.Table]:
    """Pieces with rows of wanted customers, and of others; columns as asked, `customer`, and `replaced_on`
    of states. since, before: days since 1970 out of which no happening is wanted."""
    names = [name for name in TABLES[table].schema.names if name in columns]
    texts = [name for name in names if SOURCES[table].columns[name] == "text" and name != "bill_id"]
    names += [CUSTOMER, *([REPLACED] if SOURCES[table].slow else [])]
    pieces = []
    for part in warehouse.manifest.parts(coded(table)):
        file = pq.ParquetFile(warehouse.root / part.file, read_dictionary=texts)
        groups = [
            number for number in range(file.num_row_groups) if _is_wanted(file, number, holds, since, before)
        ]
        if groups:
            pieces.append(file.read_row_groups(groups, columns=names))
    return pieces


def _is_wanted(
    file: pq.ParquetFile, number: int, holds: Holds, since: int | None, before: int | None
) -> bool:
    group, names = file.metadata.row_group(number), file.schema_arrow.names
    customer = group.column(names.index(CUSTOMER)).statistics
    if customer is not None and not holds(customer.min, customer.max):
        return False
    if "happened_at" not in names or (since is None and before is None):
        return True
    happened = group.column(names.index("happened_at")).statistics
    if happened is None or not happened.has_min_max:
        return True
    first, last = (day_number(at) for at in (happened.min, happened.max))
    return (since is None or last >= since) and (before is None or first < before)


@dataclass(frozen=True)
class _Plan:
    """What is to be done of a table. files: how many are coded."""

    columns: Sequence[str]
    jobs: Sequence[Coding]
    files: int


def _plan(warehouse: Warehouse, draft: Draft, table: str, needed: Collection[str]) -> _Plan:
    """Code a table's files that are new; the codes of files that are gone are dropped."""
    manifest = warehouse.manifest
    note = manifest.notes.get(coded(table), {})
    files = {_name(part): part for part in manifest.parts(table)}
    columns = sorted({*needed, *note.get("columns", ())})
    kept = set(note.get("files", ())) & set(files) & set(manifest.partitions(coded(table)))
    alike = note == _note(manifest, table, columns, files=note.get("files", ()))
    slow = SOURCES[table].slow
    if not alike or (slow and not kept == set(note.get("files", ())) == set(files)):
        kept = set()
    for name in set(manifest.partitions(coded(table))) - set(files):
        draft.drop(coded(table), partition=name)
    stale = {name: part for name, part in files.items() if name not in kept}
    groups = [stale] if slow and stale else [{name: part} for name, part in stale.items()]
    jobs = [partial(_code_files, warehouse, draft, table, columns, group) for group in groups]
    return _Plan(columns, jobs, len(stale))


def _code_files(
    warehouse: Warehouse,
    draft: Draft,
    table: str,
    columns: Sequence[str],
    files: Mapping[str, Part],
    known: Numbers,
) -> Mapping[str, Part] | pa.ChunkedArray:
    """Write the codes of files, of states those of all; instead customers, where some have no number."""
    slow = SOURCES[table].slow
    replaced = _replaced(warehouse, table, files.values()) if slow else np.empty(0, np.int32)
    made: dict[str, Part] = {}
    done = 0
    for name, part in files.items():
        rows = _read_file(warehouse, part, table, list({"customer_id": None, **dict.fromkeys(columns)}))
        number = known.of(rows["customer_id"])
        if not known.knows(rows["customer_id"], number):
            return rows["customer_id"]
        rows = rows.select(columns).append_column(CUSTOMER, array_of(number, pa.int32()))
        if slow:
            own = replaced[done : done + len(number)]
            rows = rows.append_column(REPLACED, array_of(own, pa.int32()))
        done += len(number)
        made[name] = _write(draft, table, name, rows, number)
    return made


def _write(draft: Draft, table: str, name: str, rows: pa.Table, number: np.ndarray) -> Part:
    by_month = "happened_at" in rows.column_names and not SOURCES[table].slow
    month = _months(rows) if by_month else np.zeros(len(number), np.int64)
    order = _order(month, number)
    if order is not None:
        rows, month, number = rows.take(rows_at(order)), month[order], number[order]
    texts = [column for column in rows.column_names if SOURCES[table].columns.get(column) == "text"]
    few = columns_of_few(rows.drop_columns(CUSTOMER), beside=set(texts) - {"bill_id"})
    cuts = _cuts(month, number)
    return draft.write(coded(table), rows, partition=name, cuts=cuts, layout={**_FILE, "use_dictionary": few})


def _replaced(warehouse: Warehouse, table: str, files: Iterable[Part]) -> np.ndarray:
    """Of all rows of some files, the day from which on a later row of the same key holds."""
    clocks = [name for name in ("known_at", "happened_at") if name in TABLES[table].schema.names]
    names = list(dict.fromkeys([*TABLES[table].key, *clocks]))
    wanted = pa.schema([TABLES[table].schema.field(name) for name in names])
    rows = read_columns([warehouse.root / part.file for part in files], wanted)  # of one kind in all of them
    known, *happened = (encode(rows[name], "instant").values for name in clocks)
    return replaced_on(rows, table, known, np.maximum(known, happened[0]) if happened else known)


def _read_file(warehouse: Warehouse, part: Part, table: str, columns: Sequence[str]) -> pa.Table:
    schema = TABLES[table].schema
    wanted = pa.schema([schema.field(name) for name in columns])
    return read_columns([warehouse.root / part.file], wanted).combine_chunks()


def _months(rows: pa.Table) -> np.ndarray:
    """Month of each row, counted from that of the first."""
    days = encode(rows["happened_at"], "instant").values // DAY_US
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return month - month.min() if len(month) else month


def _order(month: np.ndarray, number: np.ndarray) -> np.ndarray | None:
    """Rows by month and customer, those of a customer as they came; None where they stand so already."""
    key = month * (int(number.max(initial=-1)) + 2) + number
    return None if (key[1:] >= key[:-1]).all() else np.argsort(key, kind="stable")


def _cuts(month: np.ndarray, number: np.ndarray) -> list[int]:
    """Where a piece begins: at a new month, and at the first new customer after every so many rows."""
    cuts, begins = [], 0
    months = [*(np.flatnonzero(np.diff(month)) + 1).tolist(), len(month)]
    for ends in months:
        if ends - begins < _FEWEST_ROWS and ends < len(month):
            continue
        fresh = np.flatnonzero(np.diff(number[begins:ends])) + 1 + begins
        wanted = np.searchsorted(fresh, np.arange(begins + _PIECE_ROWS, ends, _PIECE_ROWS))
        cuts += [int(fresh[at]) for at in wanted if at < len(fresh)] + [ends]
        begins = ends
    return sorted({cut for cut in cuts if 0 < cut < len(month)})


def _name(part: Part) -> str:
    return part.sha256[:24]


def _note(
    manifest: Manifest, table: str, columns: Sequence[str], *, files: Collection[str] | None = None
) -> dict[str, Any]:
    """What codes are made of. files: names of the files that are coded; all of them by default."""
    first = manifest.parts(INDEX)[:1]  # numbers are never given anew while it stands
    return {
        "layout": _LAYOUT,
        "columns": sorted(columns),
        "index": [part.sha256 for part in first],
        "files": sorted(files if files is not None else {_name(part) for part in manifest.parts(table)}),
    }
