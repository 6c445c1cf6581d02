"""A load's rows on disk while it is being judged: memory is bounded by batches, not by the load."""

import tempfile
from contextlib import ExitStack
from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from liuke.ingest.canonical import TABLES
from liuke.ingest.rows import REFUSALS, staged_schema
from liuke.store import Engine

SOURCE_ROWS = pa.schema(
    [
        ("_row", pa.int64()),
        ("_file", pa.int32()),
        ("row_number", pa.int64()),
        ("original", pa.string()),
    ]
)


class Stage:
    """Three kinds of staged rows: source rows, rows of canonical tables, refusals.

    Use as a context manager; the private folder goes when it ends.
    """

    def __init__(self, engine: Engine):
        self._engine = engine
        self._closing = ExitStack()
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._schemas: dict[str, pa.Schema] = {"_source": SOURCE_ROWS, "_refusals": REFUSALS}
        self._written: set[str] = set()
        self.rows = 0

    def __enter__(self) -> "Stage":
        self._folder = Path(self._closing.enter_context(tempfile.TemporaryDirectory(prefix="liuke-stage-")))
        return self

    def __exit__(self, *_: object) -> None:
        self.finish()
        self._closing.close()

    def add_source_rows(self, file: int, numbers: pa.Array, originals: pa.Array) -> pa.Array:
        """Stage source rows; returns the load's own number of each."""
        count = len(numbers)
        own = pa.array(np.arange(self.rows, self.rows + count), pa.int64())
        self.rows += count
        files = pa.repeat(pa.scalar(file, pa.int32()), count)
        self._write("_source", pa.Table.from_arrays([own, files, numbers, originals], schema=SOURCE_ROWS))
        return own

    def add(self, table: str, rows: pa.Table) -> None:
        self._schemas.setdefault(table, staged_schema(TABLES[table]))
        self._write(table, rows)

    def add_refusals(self, refusals: pa.Table) -> None:
        self._write("_refusals", refusals)

    @property
    def has_refusals(self) -> bool:
        return "_refusals" in self._written

    @property
    def tables(self) -> tuple[str, ...]:
        """Canonical tables that something was staged for."""
        return tuple(sorted(self._written & set(TABLES)))

    def finish(self) -> None:
        """Nothing more comes; what was staged can be read."""
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()

    def source_rows(self) -> ibis.Table:
        return self._read("_source")

    def refusals(self) -> ibis.Table:
        return self._read("_refusals")

    def staged(self, table: str) -> ibis.Table:
        return self._read(table)

    def keep(self, name: str, rows: ibis.Table) -> ibis.Table:
        """Work rows out once, when they are looked at several times."""
        path = self._folder / f"{name}.parquet"
        self._engine.connection.to_parquet(rows, path)
        return self._engine.read_parquet(path)

    def _write(self, name: str, rows: pa.Table) -> None:
        if not rows.num_rows:
            return
        self._written.add(name)
        if name not in self._writers:
            path = self._folder / f"{name}.parquet"
            self._writers[name] = pq.ParquetWriter(path, self._schemas[name], compression="lz4")
        self._writers[name].write_table(rows)

    def _read(self, name: str) -> ibis.Table:
        path = self._folder / f"{name}.parquet"
        return self._engine.read([path] if path.exists() else [], self._schemas[name])
