"""A Parquet file written a piece at a time."""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from liuke.store.layout import choose_layout

Known: TypeAlias = tuple[str | None, str | None]  # ISO instants, the earliest and the latest
NOTHING_KNOWN: Known = (None, None)


class Piecemeal:
    """Writes rows as they come, and counts them. Use as a context manager; the file goes where it fails."""

    def __init__(self, path: Path, schema: pa.Schema, layout: Mapping[str, Any] | None = None):
        """layout: how the file is written; where nobody says, as suits the first piece."""
        self._path, self._schema, self._layout = path, schema, layout
        self._opened: pq.ParquetWriter | None = None
        self.rows = 0
        self.known: Known = NOTHING_KNOWN

    def add(self, rows: pa.Table) -> None:
        """Write some rows as one group, however many they are: readers can read them alone, and whole."""
        self._writer(rows).write_table(rows, row_group_size=max(1, rows.num_rows))
        self.rows += rows.num_rows
        self.known = _wider(self.known, known_range(rows))

    def __enter__(self) -> "Piecemeal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer(self._schema.empty_table()).close()
        if kind is not None:
            self._path.unlink()

    def _writer(self, rows: pa.Table) -> pq.ParquetWriter:
        if self._opened is None:
            layout = choose_layout(rows) if self._layout is None else self._layout
            self._opened = pq.ParquetWriter(self._path, self._schema, **{"store_schema": True, **layout})
        return self._opened


def known_range(rows: pa.Table) -> Known:
    """The first and the last known_at of some rows, in ISO form."""
    if "known_at" not in rows.column_names or not rows.num_rows:
        return NOTHING_KNOWN
    edges = pc.min_max(rows["known_at"]).as_py()
    low, high = edges["min"], edges["max"]
    return (low.isoformat() if low else None), (high.isoformat() if high else None)


def _wider(one: Known, other: Known) -> Known:
    """The range that holds both."""
    lows, highs = ([edge for edge in edges if edge] for edges in zip(one, other, strict=True))
    return min(lows, default=None), max(highs, default=None)
