"""Parquet files; typed columns are kept as they are, and told as text to the rules that need it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from liuke.ingest.readers.batch import Header, RowBatch
from liuke.kernel.errors import DataRefused

_ROWS = 262_144
_BYTES_OF_FEW = 2  # bytes that a value takes in a column of few values, which are then read once
_EXACT_UP_TO = 2.0**53  # whole floats from here on are no longer exact


class ParquetRows:
    """One Parquet file. company_zone: where instants with a zone are brought to."""

    def __init__(self, path: Path, *, company_zone: str | None):
        self.path = path
        self._zone = company_zone
        try:
            self._file = pq.ParquetFile(path)
            if few := _columns_of_few(self._file):
                self._file = pq.ParquetFile(path, read_dictionary=few)
        except (pa.ArrowException, OSError) as error:
            raise self._refusal(error) from None
        self.header = Header.of(self._file.schema_arrow.names)

    def batches(self) -> Iterator[RowBatch]:
        """Rows in file order, numbered from 1: a Parquet file has no header row."""
        total = max(1, self._file.metadata.num_rows)
        done = 0
        try:
            for batch in self._file.iter_batches(batch_size=_ROWS):
                numbers = pa.array(np.arange(done + 1, done + batch.num_rows + 1, dtype=np.int64))
                done += batch.num_rows
                kept = dict(zip(self.header.names, batch.columns, strict=True))
                yield RowBatch(numbers, kept, (), done / total, self._text)
        except (pa.ArrowInvalid, OSError) as error:
            raise self._refusal(error) from None

    def _text(self, name: str, column: pa.Array) -> pa.Array:
        kind = column.type
        if pa.types.is_dictionary(kind):
            return self._text(name, column.dictionary_decode())
        if pa.types.is_timestamp(kind) and kind.tz is not None:
            if self._zone is None:
                return pc.strftime(column.cast(pa.timestamp("us", "UTC")), "%Y-%m-%dT%H:%M:%SZ")
            column = pc.local_timestamp(column.cast(pa.timestamp("us", self._zone)))
        if pa.types.is_floating(kind):
            return _float_text(column.cast(pa.float64()))
        try:
            return column.cast(pa.string())
        except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
            return pa.nulls(len(column), pa.string()) if pa.types.is_null(kind) else _shown(column)

    def _refusal(self, error: Exception) -> DataRefused:
        return DataRefused(
            f"{self.path} cannot be read as Parquet: it is damaged or was cut short "
            f"({str(error).splitlines()[0].rstrip('.')}). Deliver it again."
        )


def _columns_of_few(file: pq.ParquetFile) -> list[str]:
    """Text columns that the file keeps as numbers of a few values."""
    schema = file.schema_arrow
    if any(pa.types.is_nested(field.type) for field in schema):
        return []
    groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
    return [
        field.name
        for place, field in enumerate(schema)
        if pa.types.is_string(field.type) and all(_takes_little(group.column(place)) for group in groups)
    ]


def _takes_little(column: pq.ColumnChunkMetaData) -> bool:
    return bool(
        column.has_dictionary_page and column.total_uncompressed_size <= column.num_values * _BYTES_OF_FEW
    )


def _float_text(column: pa.Array) -> pa.Array:
    """Shortest digits that give the float back; a float too big to be exact keeps its exponent."""
    whole = pc.and_(pc.equal(column, pc.floor(column)), pc.less(pc.abs(column), _EXACT_UP_TO))
    digits = pc.if_else(whole, column, None).cast(pa.int64()).cast(pa.string())
    return pc.coalesce(digits, column.cast(pa.string()))


def _shown(column: pa.Array) -> pa.Array:
    """Lists, structs and bytes as they would be printed; a rule that reads them will refuse them."""
    return pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())
