"""Source rows with their original text. Few are ever asked for, so files are read again for them."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.ingest.originals import original_line, originals
from liuke.ingest.readers import BrokenRow, RowBatch

SOURCE_ROWS = pa.schema(
    [
        ("_row", pa.int64()),
        ("_file", pa.int32()),
        ("row_number", pa.int64()),
        ("original", pa.string()),
    ]
)

Read: TypeAlias = Callable[[], Iterator[RowBatch]]  # the rows of a file, the same whenever it is called


@dataclass(frozen=True)
class StagedFile:
    """One file of a load. key: begins the row keys of what it feeds. first: the number of its first row."""

    key: str
    read: Read
    first: int


def told(batch: RowBatch, own: pa.Array, file: int) -> pa.Table:
    """Rows of a batch as SOURCE_ROWS. own: the load's own number of each."""
    files = pa.repeat(pa.scalar(file, pa.int32()), len(batch))
    texts = originals(batch.texts, len(batch))
    return pa.Table.from_arrays([own, files, batch.numbers, texts], schema=SOURCE_ROWS)


def told_lines(broken: Sequence[BrokenRow], own: pa.Array, file: int) -> pa.Table:
    """Rows that could not be told apart into fields as SOURCE_ROWS."""
    files = pa.repeat(pa.scalar(file, pa.int32()), len(broken))
    numbers = pa.array([row.number for row in broken], pa.int64())
    lines = pa.array([original_line(row.text) for row in broken], pa.string())
    return pa.Table.from_arrays([own, files, numbers, lines], schema=SOURCE_ROWS)


def read_again(files: Sequence[StagedFile], wanted: np.ndarray) -> Iterator[pa.Table]:
    """The rows under a mask over all rows of a load; files without any are not opened."""
    for place, (file, own) in enumerate(_spans(files, len(wanted))):
        if not wanted[own].any():
            continue
        for batch, numbers in _numbered(file):
            mask = pa.array(wanted[numbers.to_numpy()])
            if pc.any(mask).as_py():
                yield told(batch.where(mask), pc.filter(numbers, mask), place)


def read_alike(files: Sequence[StagedFile], held: Collection[str]) -> Iterator[pa.Table]:
    """The rows whose original text is one of those held."""
    rows = [row for row in map(json.loads, held) if isinstance(row, dict)]
    among = pa.array(sorted(held), pa.string())
    for place, file in enumerate(files):
        for batch, numbers in _numbered(file) if rows else ():
            some = _alike(batch, rows)
            found = told(batch.where(some), pc.filter(numbers, some), place)
            yield found.filter(pc.is_in(found["original"], value_set=among))


def _alike(batch: RowBatch, rows: Sequence[Mapping[str, str | None]]) -> pa.Array:
    """Where each column has a value that some held row has there; looked for only among what is left."""
    left = np.arange(len(batch))
    for name in batch.kept:
        values = pa.array(sorted({row.get(name) or "" for row in rows}), pa.string())
        text = batch.tell(name, batch.kept[name].take(pa.array(left)))
        left = left[pc.is_in(pc.fill_null(text, ""), value_set=values).to_numpy(zero_copy_only=False)]
        if not len(left):
            break
    mask = np.zeros(len(batch), bool)
    mask[left] = True
    return pa.array(mask)


def _spans(files: Sequence[StagedFile], rows: int) -> Iterator[tuple[StagedFile, slice]]:
    ends = [*(file.first for file in files[1:]), rows]
    for file, end in zip(files, ends, strict=True):
        yield file, slice(file.first, end)


def _numbered(file: StagedFile) -> Iterator[tuple[RowBatch, pa.Array]]:
    """The file's batches with the load's own numbers, given as they were when it was staged."""
    number = file.first
    for batch in file.read():
        yield batch, pa.array(np.arange(number, number + len(batch)), pa.int64())
        number += len(batch) + len(batch.broken)
