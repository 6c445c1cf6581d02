"""Canonical rows as Arrow tables, from wherever they stand."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from liuke.ingest.canonical import TABLES
from liuke.store import Warehouse
from liuke.view.fast.event_codes import is_coded

Tables: TypeAlias = Mapping[str, Any]  # Ibis or Arrow tables by name


class Reader(Protocol):
    """Gives the rows of canonical tables."""

    def read(self, table: str, columns: Sequence[str]) -> pa.Table:
        """All rows, with the columns asked for."""
        ...

    def rows(self, table: str) -> int:
        """How many rows a table has."""
        ...

    def codes(self, source: str, columns: Collection[str]) -> Warehouse | None:
        """The warehouse that holds the source's rows coded with these columns, if one does."""
        ...


class TableReader:
    """Reads tables given by name; one that is absent counts as empty."""

    def __init__(self, tables: Tables):
        self._tables = tables

    def read(self, table: str, columns: Sequence[str]) -> pa.Table:
        held = self._tables.get(table)
        if held is None:
            return _empty(table, columns)
        found = (
            held.select(list(columns)) if isinstance(held, pa.Table) else held.select(*columns).to_pyarrow()
        )
        return found.combine_chunks()

    def rows(self, table: str) -> int:
        held = self._tables.get(table)
        if held is None:
            return 0
        return held.num_rows if isinstance(held, pa.Table) else int(held.count().to_pyarrow().as_py())

    def codes(self, source: str, columns: Collection[str]) -> Warehouse | None:
        return None


class WarehouseReader:
    """Reads a warehouse's Parquet files as they are, without an engine."""

    def __init__(self, warehouse: Warehouse):
        self._warehouse = warehouse

    def read(self, table: str, columns: Sequence[str]) -> pa.Table:
        parts = self._warehouse.manifest.parts(table)
        pieces = [_read(pq.ParquetFile(self._warehouse.root / part.file), table, columns) for part in parts]
        return pa.concat_tables(pieces).combine_chunks() if pieces else _empty(table, columns)

    def rows(self, table: str) -> int:
        return self._warehouse.manifest.rows(table)

    def codes(self, source: str, columns: Collection[str]) -> Warehouse | None:
        return self._warehouse if source == "events" and is_coded(self._warehouse, columns) else None


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
