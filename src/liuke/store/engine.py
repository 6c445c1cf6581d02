"""The engine that evaluates Ibis expressions; DuckDB in this process."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from liuke.kernel.errors import LiukeError
from liuke.store.room import Room

if TYPE_CHECKING:
    import duckdb
    import ibis


ROOMS = "liuke-engine-"


class Engine:
    """A DuckDB of this process alone, with a private temporary folder that goes with it.

    It is started when first asked: reading a warehouse's files takes no engine.

    memory_gib: what DuckDB may hold before it spills to the temporary folder.
    """

    def __init__(self, *, memory_gib: float = 4.0, threads: int | None = None):
        self._threads = threads
        self._settings: dict[str, Any] = {
            "memory_limit": f"{int(memory_gib * 1024)}MiB",
            "preserve_insertion_order": False,
        }
        if threads is not None:
            self._settings["threads"] = threads

    @cached_property
    def connection(self) -> Any:
        """The Ibis connection."""
        import ibis

        return ibis.duckdb.connect(":memory:", temp_directory=str(self._room.path), **self._settings)

    @cached_property
    def _room(self) -> Room:
        return Room(ROOMS)

    def read(self, files: Sequence[Path], schema: pa.Schema) -> ibis.Table:
        """The rows of Parquet files as one table with exactly the columns of the schema.

        A column that older files lack is missing there; no file at all is an empty table.
        """
        import ibis

        if not files:
            return ibis.memtable(schema.empty_table())
        table = self.read_parquet(files)
        wanted = ibis.Schema.from_pyarrow(schema)
        columns = {
            name: table[name].cast(kind) if name in table.columns else ibis.null(kind)
            for name, kind in wanted.items()
        }
        return table.select(**columns)

    def read_parquet(self, files: Sequence[Path] | Path) -> ibis.Table:
        """Parquet files as one table with the columns of all of them."""
        paths = [str(file) for file in ([files] if isinstance(files, Path) else files)]
        # Unless told otherwise DuckDB takes it from a file's statistics, which never count them, that no
        # number in it is NaN, and answers wrongly where one is (duckdb issue 25521).
        import duckdb

        try:
            return self.connection.read_parquet(paths, union_by_name=True, can_have_nan=True)
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            raise LiukeError(
                f"A file of rows cannot be read ({str(error).splitlines()[0]}).\n"
                "Restore the workspace's var/warehouse from a backup, or delete it and load again."
            ) from None

    def to_arrow(self, expression: ibis.Table) -> pa.Table:
        """The expression's rows in memory."""
        return self.connection.to_pyarrow(expression)

    def batches(self, expression: ibis.Table, *, rows: int = 262_144) -> pa.RecordBatchReader:
        """The expression's rows, a batch at a time, in the expression's order."""
        # Ibis 12 asks DuckDB's cursor for a method that DuckDB 2 no longer has; the relation has it.
        return self.connection._to_duckdb_relation(expression).to_arrow_reader(rows)

    def hashes(self, rows: pa.Table, *columns: Sequence[str]) -> list[np.ndarray]:
        """For each choice of columns 64 bits for every row, in order: equal for rows that are equal in them.

        Another DuckDB may give others, so they must not be stored. Several threads may ask at once.
        """
        asked = ", ".join(
            f"hash({', '.join(_quoted(name) for name in chosen)})::UBIGINT AS h{place}"
            for place, chosen in enumerate(columns)
        )
        connection = self._in_order.cursor()
        try:
            connection.register("given", rows)
            found = connection.sql(f"SELECT {asked} FROM given").fetchnumpy()
        finally:
            connection.close()
        return [np.asarray(found[f"h{place}"]) for place in range(len(columns))]

    @cached_property
    def _in_order(self) -> duckdb.DuckDBPyConnection:
        """A DuckDB that keeps the order of rows, which the engine's own does not."""
        import duckdb

        connection = duckdb.connect(":memory:")
        if self._threads is not None:
            connection.execute(f"SET threads = {self._threads}")
        return connection

    def close(self) -> None:
        if "connection" in vars(self):
            self.connection.disconnect()
        if "_in_order" in vars(self):
            self._in_order.close()
        if "_room" in vars(self):
            self._room.close()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
