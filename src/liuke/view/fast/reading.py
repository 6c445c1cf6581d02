"""Canonical rows as Arrow tables, from wherever they stand."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from threading import RLock
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from liuke.ingest.canonical import TABLES
from liuke.kernel.days import month_label
from liuke.store import Warehouse
from liuke.view.fast import coded_rows, event_codes
from liuke.view.fast.arrays import array_of, in_one_piece, values_of

if TYPE_CHECKING:
    from liuke.view.fast.customers import Customers

Tables: TypeAlias = Mapping[str, Any]  # Ibis or Arrow tables by name
Made = TypeVar("Made")


@dataclass(frozen=True)
class Held:
    """Rows of a table that may be of a run of customers.

    place: of each row's customer in the run, -1 for nobody in it. replaced_on: of a table of states, the day
    from which on a later row holds, where that is known already.
    """

    rows: pa.Table
    place: np.ndarray
    replaced_on: np.ndarray | None = None


class Reader(Protocol):
    """Gives the rows of canonical tables."""

    def read_of(
        self,
        table: str,
        columns: Sequence[str],
        customers: "Customers",
        *,
        since: int | None = None,
        before: int | None = None,
    ) -> Held:
        """The rows of a run of customers. since, before: days out of which no happening is wanted."""
        ...

    def strangers(self, table: str, customers: "Customers") -> "Customers":
        """Those who may have rows in a table and are not among the customers of the computation."""
        ...

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """What all runs of one computation share; made for the first that asks."""
        ...

    def read(self, table: str, columns: Sequence[str]) -> pa.Table:
        """All rows, with the columns asked for."""
        ...

    def rows(self, table: str, since: int | None = None) -> int:
        """How many rows a table has; at least those that happened from a day on, since 1970."""
        ...

    def codes(self, source: str, columns: Collection[str]) -> Warehouse | None:
        """The warehouse that holds the source's rows coded with these columns, if one does."""
        ...


class _Shared:
    """Keeps what is made once, for runs that are computed side by side, too."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}
        self._making = RLock()  # what is made may ask for other things that are made once

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        with self._making:
            if name not in self._made:
                self._made[name] = make()
            found: Made = self._made[name]
        return found


class TableReader(_Shared):
    """Reads tables given by name; one that is absent counts as empty."""

    def __init__(self, tables: Tables):
        super().__init__()
        self._tables = tables

    def read_of(
        self,
        table: str,
        columns: Sequence[str],
        customers: "Customers",
        *,
        since: int | None = None,
        before: int | None = None,
    ) -> Held:
        return _by_text(self.read(table, _with_key(table, columns)), customers)

    def strangers(self, table: str, customers: "Customers") -> "Customers":
        return _strangers(customers, self.read(table, ["customer_id"])["customer_id"])

    def read(self, table: str, columns: Sequence[str]) -> pa.Table:
        held = self._tables.get(table)
        if held is None:
            return _empty(table, columns)
        found = (
            held.select(list(columns)) if isinstance(held, pa.Table) else held.select(*columns).to_pyarrow()
        )
        return found.combine_chunks()

    def rows(self, table: str, since: int | None = None) -> int:
        held = self._tables.get(table)
        if held is None:
            return 0
        return held.num_rows if isinstance(held, pa.Table) else int(held.count().to_pyarrow().as_py())

    def codes(self, source: str, columns: Collection[str]) -> Warehouse | None:
        return None


class WarehouseReader(_Shared):
    """Reads a warehouse's Parquet files as they are, without an engine."""

    def __init__(self, warehouse: Warehouse):
        super().__init__()
        self._warehouse = warehouse

    def read_of(
        self,
        table: str,
        columns: Sequence[str],
        customers: "Customers",
        *,
        since: int | None = None,
        before: int | None = None,
    ) -> Held:
        if not coded_rows.is_coded(self._warehouse, table, columns):
            return _by_text(self.read(table, _with_key(table, columns)), customers)
        pieces = coded_rows.read_coded(
            self._warehouse, table, columns, holds=customers.holds, since=since, before=before
        )
        return _by_number(table, columns, pieces, customers)

    def strangers(self, table: str, customers: "Customers") -> "Customers":
        if coded_rows.is_coded(self._warehouse, table, ()):
            return _strangers(customers, event_codes.read_index(self._warehouse))
        return _strangers(customers, self.read(table, ["customer_id"])["customer_id"])

    def read(self, table: str, columns: Sequence[str]) -> pa.Table:
        parts = self._warehouse.manifest.parts(table)
        pieces = [_read(pq.ParquetFile(self._warehouse.root / part.file), table, columns) for part in parts]
        return pa.concat_tables(pieces).combine_chunks() if pieces else _empty(table, columns)

    def rows(self, table: str, since: int | None = None) -> int:
        manifest = self._warehouse.manifest
        if since is None or not TABLES[table].monthly:
            return manifest.rows(table)
        first = month_label(date.fromordinal(since + date(1970, 1, 1).toordinal()))
        months = [month for month in manifest.partitions(table) if month >= first]
        return sum(part.rows for month in months for part in manifest.parts(table, month))

    def codes(self, source: str, columns: Collection[str]) -> Warehouse | None:
        return (
            self._warehouse if source == "events" and event_codes.is_coded(self._warehouse, columns) else None
        )


def _with_key(table: str, columns: Sequence[str]) -> list[str]:
    """The columns, and what tells whose rows they are and which replace each other."""
    wanted = {"customer_id", *columns, *(TABLES[table].key if "known_at" in TABLES[table].key else ())}
    return [name for name in TABLES[table].schema.names if name in wanted]


def _by_text(rows: pa.Table, customers: "Customers") -> Held:
    return Held(rows, customers.places(rows["customer_id"]))


def _strangers(customers: "Customers", ids: pa.Array | pa.ChunkedArray) -> "Customers":
    """Those who are not among the customers. ids: by their numbers, or any number of times without."""
    from liuke.view.fast.customers import Customers

    number = np.flatnonzero(~values_of(pc.is_in(ids, value_set=customers.ids)))
    found = in_one_piece(pc.unique(ids.take(array_of(number, pa.int64()))))
    number = number if len(number) == len(found) else np.full(len(found), -1)
    return Customers(found, np.zeros(len(found), np.int64), number, 0, len(found), len(found))


def _by_number(table: str, columns: Sequence[str], pieces: list[pa.Table], customers: "Customers") -> Held:
    """Rows of the pieces that are of the run's customers."""
    kept, places, replaced = [], [], []
    for piece in pieces:
        place = customers.places_of_numbers(values_of(piece[coded_rows.CUSTOMER]))
        mine = (place >= 0) & (place < len(customers))
        if not mine.all():
            piece, place = piece.filter(array_of(mine, pa.bool_())), place[mine]
        places.append(place)
        if coded_rows.REPLACED in piece.column_names:
            replaced.append(values_of(piece[coded_rows.REPLACED]))
        kept.append(piece.select(list(columns)))
    if not kept:
        return Held(_empty(table, columns), np.empty(0, np.int32), np.empty(0, np.int32))
    return Held(
        pa.concat_tables(kept), np.concatenate(places), np.concatenate(replaced) if replaced else None
    )


def _read(file: pq.ParquetFile, table: str, columns: Sequence[str]) -> pa.Table:
    """The columns of one file; one that an older file lacks is missing in all its rows."""
    schema = TABLES[table].schema
    rows = file.read(columns=[name for name in columns if name in file.schema_arrow.names])
    made = {
        name: rows[name].cast(schema.field(name).type)
        if name in rows.column_names
        else pa.nulls(rows.num_rows, schema.field(name).type)
        for name in columns
    }
    return pa.table(made)


def _empty(table: str, columns: Sequence[str]) -> pa.Table:
    return TABLES[table].schema.empty_table().select(list(columns))
