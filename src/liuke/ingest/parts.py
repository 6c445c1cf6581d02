"""Staged rows of one table in files that can become the table's own, month by month where it has months."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from liuke.ingest.beside import Beside
from liuke.ingest.canonical import CanonicalTable
from liuke.ingest.hashed import once
from liuke.store import known_range
from liuke.store.layout import choose_layout
from liuke.store.warehouse import WHOLE

ROWS_PER_FILE = 1_000_000
_ROWS_HELD = 2_500_000  # of all months of a table together, before the fullest is written

_ABOUT = ("_row", "_place")

# A partition and its rows -> the rows to be written, and what is kept beside each of them
Prepare: TypeAlias = Callable[[str, pa.Table], tuple[pa.Table, dict[str, np.ndarray]]]


@dataclass
class Part:
    """A file of staged rows, and beside it what is asked of each row while the load is judged.

    dropped: a mask over its rows, those that were taken out again; None when none was.
    """

    table: CanonicalTable
    partition: str
    path: Path
    rows: int
    known: tuple[str | None, str | None]
    dropped: np.ndarray | None = None

    def beside(self, name: str) -> np.ndarray:
        """`_row`, `_place`, `keys` or `who` of each row."""
        return np.load(self.path.with_suffix(f".{name}.npy"))

    def drop(self, mask: np.ndarray) -> None:
        self.dropped = mask if self.dropped is None else self.dropped | mask

    def read(self, mask: np.ndarray) -> pa.Table:
        """Some of the rows, with `_row` and `_place`."""
        rows = pq.read_table(self.path, schema=self.table.schema).filter(pa.array(mask))
        for name in _ABOUT:
            rows = rows.append_column(name, pa.array(self.beside(name)[mask]))
        return rows


@dataclass
class Parts:
    """The files of one table while they are filled.

    prepare: looks at rows before they are written; gives those to be written and what stands beside them.
    beside: where that is done and rows are written while more of them come.
    """

    table: CanonicalTable
    folder: Path
    prepare: Prepare
    beside: Beside
    written: list[Part] = field(default_factory=list)  # once finished, in the order in which rows came
    _begun: int = 0
    _numbered: dict[int, Part] = field(default_factory=dict)
    _held: dict[str, list[pa.Table]] = field(default_factory=dict)

    def add(self, rows: pa.Table) -> None:
        for partition, piece in by_month(rows, self.table):
            self._held.setdefault(partition, []).append(piece)
            self._write_full(partition)
        while sum(map(self._count, self._held)) > _ROWS_HELD:
            self._write_all(max(self._held, key=self._count))

    def finish(self) -> None:
        for partition in sorted(self._held):
            self._write_all(partition)
        self.beside.wait()
        self.written = [self._numbered[number] for number in sorted(self._numbered)]

    def _count(self, partition: str) -> int:
        return sum(piece.num_rows for piece in self._held[partition])

    def _write_full(self, partition: str) -> None:
        """Files are cut at the same rows however the rows come."""
        if self._count(partition) < ROWS_PER_FILE:
            return
        rows = pa.concat_tables(self._held.pop(partition))
        whole = rows.num_rows - rows.num_rows % ROWS_PER_FILE
        for start in range(0, whole, ROWS_PER_FILE):
            self._begin(partition, rows.slice(start, ROWS_PER_FILE))
        self._held[partition] = [rows.slice(whole)]

    def _write_all(self, partition: str) -> None:
        self._begin(partition, pa.concat_tables(self._held.pop(partition)))

    def _begin(self, partition: str, rows: pa.Table) -> None:
        if rows.num_rows:
            number, self._begun = self._begun, self._begun + 1
            self.beside.do(lambda: self._write(number, partition, rows))

    def _write(self, number: int, partition: str, rows: pa.Table) -> None:
        """Several threads do, each a piece of its own."""
        rows, beside = self.prepare(partition, rows.combine_chunks())
        if not rows.num_rows:
            return
        path = self.folder / f"{self.table.name}-{number}.parquet"
        for name, values in {**{each: rows[each].to_numpy() for each in _ABOUT}, **beside}.items():
            np.save(path.with_suffix(f".{name}.npy"), values)
        rows = rows.select(self.table.schema.names)
        pq.write_table(rows, path, **choose_layout(rows))
        self._numbered[number] = Part(self.table, partition, path, rows.num_rows, known_range(rows))


def by_month(rows: pa.Table, table: CanonicalTable) -> Iterator[tuple[str, pa.Table]]:
    """A table's rows by its partitions, in the order in which they came."""
    if not table.monthly:
        yield WHOLE, rows
        return
    if not rows.num_rows:
        return
    edges = pc.min_max(rows["happened_at"]).as_py()
    if (edges["min"].year, edges["min"].month) == (edges["max"].year, edges["max"].month):
        yield f"{edges['min']:%Y-%m}", rows
        return
    months = rows["happened_at"].to_numpy().astype("datetime64[M]")
    for month in once(months):
        yield str(month), rows.filter(pa.array(months == month))
