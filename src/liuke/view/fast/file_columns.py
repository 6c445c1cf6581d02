"""Columns of a table's files, texts of few words as numbers of these: rows are put in order sooner so."""

from collections.abc import Collection, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_FEW_WORDS = 4096  # each piece of a file holds all of them
_BYTES_OF_FEW = 2  # that a value takes in a file where words are few
_SAMPLE = 4096


def read_columns(paths: Sequence[Path], schema: pa.Schema) -> pa.Table:
    """The rows of some files, with the columns of a schema; one that an older file lacks is missing there."""
    files = [pq.ParquetFile(path) for path in paths]
    few = {
        field.name
        for field in schema
        if pa.types.is_string(field.type) and all(_is_of_few(file, field.name) for file in files)
    }
    kinds = pa.schema([_of_words(field) if field.name in few else field for field in schema])
    read = (_read(path, file, kinds) for path, file in zip(paths, files, strict=True))
    rows = pa.concat_tables(read).unify_dictionaries()
    for place, field in enumerate(rows.schema):
        if pa.types.is_dictionary(field.type) and _count_words(rows[field.name]) > _FEW_WORDS:
            rows = rows.set_column(place, field.name, rows[field.name].cast(pa.string()))
    return rows


def columns_of_few(rows: pa.Table, *, beside: Collection[str] = ()) -> list[str]:
    """Columns worth a dictionary in a file, told from rows out of all parts of it; and those beside."""
    step = max(1, rows.num_rows // _SAMPLE)
    some = rows.take(pa.array(range(0, rows.num_rows, step), pa.int64()))
    return [
        name
        for name in rows.column_names
        if name in beside or pc.count_distinct(some[name], mode="all").as_py() * 2 < some.num_rows
    ]


def _of_words(field: pa.Field) -> pa.Field:
    return field.with_type(pa.dictionary(pa.int32(), pa.string()))


def _read(path: Path, file: pq.ParquetFile, schema: pa.Schema) -> pa.Table:
    names = [name for name in schema.names if name in file.schema_arrow.names]
    few = [name for name in names if pa.types.is_dictionary(schema.field(name).type)]
    file = pq.ParquetFile(path, metadata=file.metadata, read_dictionary=few) if few else file
    held = file.read(columns=names)
    made = [
        held[field.name].cast(field.type)
        if field.name in held.column_names
        else pa.nulls(held.num_rows, field.type)
        for field in schema
    ]
    return pa.table(made, schema=schema)


def _is_of_few(file: pq.ParquetFile, name: str) -> bool:
    """Whether a file holds few words in a column, or does not have it."""
    place = file.schema_arrow.get_field_index(name)
    if place < 0:
        return True
    groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
    return pa.types.is_string(file.schema_arrow.field(place).type) and all(
        _takes_little(group.column(place)) for group in groups
    )


def _takes_little(column: pq.ColumnChunkMetaData) -> bool:
    return bool(
        column.has_dictionary_page and column.total_uncompressed_size <= column.num_values * _BYTES_OF_FEW
    )


def _count_words(column: pa.ChunkedArray) -> int:
    return len(column.chunk(0).dictionary) if column.num_chunks else 0
