"""Read a file as a source would be read, without loading it."""

from pathlib import Path
from typing import Any

from liuke.ingest.declared import Into, Mapping, Source
from liuke.ingest.readers import BrokenRow, open_rows


def mapping_of(path: Path, *columns: str, **source: Any) -> Mapping:
    """A mapping that wants the columns and nothing else."""
    fields = {f"c{place}": name for place, name in enumerate(columns)}
    return Mapping(
        source=Source(name="s", path=str(path), **source), into=(Into(table="customers", fields=fields),)
    )


def read(path: Path, *columns: str, **source: Any) -> list[tuple[Any, ...]]:
    """Rows of the file: the row's number and its cells, of all columns unless some are named."""
    opened = open_rows(path, mapping_of(path, *columns, **source))
    names = columns or opened.header.names
    return [
        (number, *cells)
        for batch in opened.batches()
        for number, *cells in zip(
            batch.numbers.to_pylist(), *(batch.texts[name].to_pylist() for name in names), strict=True
        )
    ]


def broken(path: Path, *columns: str, **source: Any) -> list[BrokenRow]:
    opened = open_rows(path, mapping_of(path, *columns, **source))
    return [row for batch in opened.batches() for row in batch.broken]


def header(path: Path, *columns: str, **source: Any) -> tuple[str, ...]:
    return open_rows(path, mapping_of(path, *columns, **source)).header.names
