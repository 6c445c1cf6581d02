"""Canonical rows as Arrow tables, a piece at a time, from wherever they stand."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from liuke.ingest.canonical import ARROW_TYPES, TABLES
from liuke.store import Warehouse

Tables: TypeAlias = Mapping[str, Any]  # Ibis or Arrow tables by name


class Reader(Protocol):
    """Gives the rows of a canonical table."""

    def pieces(self, table: str, columns: Sequence[str]) -> Iterator[pa.Table]:
        """All rows, with the columns asked for, in pieces of a fixed order."""
        ...


class TableReader:
    """Reads tables given by name; one that is absent counts as empty."""

    def __init__(self, tables: Tables):
        self._tables = tables

    def pieces(self, table: str, columns: Sequence[str]) -> Iterator[pa.Table]:
        held = self._tables.get(table)
        if held is None:
            yield _empty(table, columns)
        elif isinstance(held, pa.Table):
            yield held.select(list(columns))
        else:
            yield held.select(*columns).to_pyarrow()


class WarehouseReader:
    """Reads a warehouse's Parquet files as they are, without an engine."""

    def __init__(self, warehouse: Warehouse):
        self._warehouse = warehouse

    def pieces(self, table: str, columns: Sequence[str]) -> Iterator[pa.Table]:
        parts = self._warehouse.manifest.parts(table)
        for part in parts:
            yield _read(pq.ParquetFile(self._warehouse.root / part.file), table, columns)
        if not parts:
            yield _empty(table, columns)


def _read(file: pq.ParquetFile, table: str, columns: Sequence[str]) -> pa.Table:
    """The columns of one file; one that an older file lacks is missing in all its rows."""
    schema = TABLES[table].schema
    held = [name for name in columns if name in file.schema_arrow.names]
    rows = file.read(columns=held)
    made = {
        name: rows[name].cast(schema.field(name).type)
        if name in held
        else pa.nulls(rows.num_rows, schema.field(name).type)
        for name in columns
    }
    return pa.table(made)


def _empty(table: str, columns: Sequence[str]) -> pa.Table:
    return TABLES[table].schema.empty_table().select(list(columns))


def read_whole(reader: Reader, table: str, columns: Sequence[str]) -> pa.Table:
    """All rows of a table at once."""
    return pa.concat_tables(
        list(reader.pieces(table, columns)), promote_options="permissive"
    ).combine_chunks()


class Customers:
    """Everybody of whom anything is known by the latest as-of day, by customer_id, and when that began."""

    def __init__(self, reader: Reader, *, edge: Any):
        rows = read_whole(reader, "customers", ["customer_id", "known_at"])
        rows = rows.filter(pc.less(rows["known_at"], pa.scalar(edge, ARROW_TYPES["instant"])))
        first = rows.group_by("customer_id").aggregate([("known_at", "min")]).sort_by("customer_id")
        self.ids = first["customer_id"].combine_chunks()
        self.known_at = pc.cast(first["known_at_min"], pa.int64()).to_numpy()

    def __len__(self) -> int:
        return len(self.ids)

    def places(self, customer_ids: pa.ChunkedArray) -> pa.Array:
        """Place of each row's customer among all; missing for a customer nobody has told of."""
        found = pc.index_in(customer_ids, value_set=self.ids)
        return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
