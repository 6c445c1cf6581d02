"""Delimited text, parsed by Arrow a block at a time."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from liuke.ingest.readers.batch import BrokenRow, Header, RowBatch
from liuke.ingest.readers.dialect import LARGEST_ROW, Dialect
from liuke.ingest.readers.stream import Utf8Stream
from liuke.kernel.errors import DataRefused

_WAY_OUT = 'Repair the file, or set quote = "" in the mapping if quotes are ordinary characters in it.'


class DelimitedRows:
    """One delimited file whose header has been read."""

    def __init__(self, path: Path, dialect: Dialect, *, header_row: int):
        self.path, self.dialect, self.header_row = path, dialect, header_row
        first = list(dialect.first_rows(path, header_row))
        if len(first) < header_row:
            raise DataRefused(
                f"{path} has only {len(first)} rows, and its header should be in row {header_row}."
            )
        self.header = Header.of(first[-1])

    def batches(self) -> Iterator[RowBatch]:
        """Rows in file order. A row with another number of fields than the header is broken."""
        stream = self.dialect.stream(self.path)
        broken: list[BrokenRow] = []
        gaps: list[int] = []  # numbers of broken rows; the parser tells them ahead of its good rows
        number = 1
        try:
            for batch in self._parse(stream, broken):
                gaps = sorted({*gaps, *(row.number for row in broken)})
                numbers = _physical_numbers(number, batch.num_rows, gaps)
                number = int(numbers[-1]) + 1 if len(numbers) else number
                yield self._batch(batch, numbers, broken, stream.share)
                gaps = [gap for gap in gaps if gap >= number]
                broken.clear()
        except pa.ArrowInvalid as error:
            raise self._refusal(error, number) from None
        if stream.quotes % 2:
            self._refuse_open_quote()
        if broken:
            texts = {name: pa.array([], pa.string()) for name in self.header.names}
            yield RowBatch(pa.array([], pa.int64()), texts, self._told(broken))

    def _parse(self, stream: Utf8Stream, broken: list[BrokenRow]) -> Iterator[pa.RecordBatch]:
        names = [f"c{place}" for place in range(len(self.header.names))]

        def note(row: pa_csv.InvalidRow) -> str:
            said = f"{row.actual_columns} ≠ {row.expected_columns}"
            broken.append(BrokenRow(row.number, row.text, "wrong_field_count", said))
            return "skip"

        return pa_csv.open_csv(
            pa.PythonFile(stream, mode="r"),
            read_options=pa_csv.ReadOptions(use_threads=False, block_size=LARGEST_ROW, column_names=names),
            parse_options=pa_csv.ParseOptions(
                delimiter=self.dialect.character,
                quote_char=self.dialect.quote or False,
                newlines_in_values=bool(self.dialect.quote),
                ignore_empty_lines=False,  # they keep the row numbers right
                invalid_row_handler=note,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types={name: pa.string() for name in names}, strings_can_be_null=False
            ),
        )

    def _batch(
        self, batch: pa.RecordBatch, numbers: np.ndarray, broken: list[BrokenRow], share: float
    ) -> RowBatch:
        """The batch without its header and without rows that have nothing in any field."""
        filled = pa.array(np.zeros(batch.num_rows, bool))
        for column in batch.columns:
            filled = pc.or_(filled, pc.not_equal(column, ""))
        keep = pc.and_(filled, pa.array(numbers > self.header_row))
        columns = zip(self.header.names, batch.columns, strict=True)
        texts = {name: pc.filter(column, keep) for name, column in columns}
        return RowBatch(pc.filter(pa.array(numbers, pa.int64()), keep), texts, self._told(broken), share)

    def _told(self, broken: list[BrokenRow]) -> tuple[BrokenRow, ...]:
        return tuple(row for row in broken if row.number > self.header_row)

    def _refusal(self, error: pa.ArrowInvalid, number: int) -> DataRefused:
        if "straddl" in str(error) or "out of sync" in str(error):
            return DataRefused(
                f"{self.path}: a row from row {number} on is longer than {LARGEST_ROW >> 20} MiB; "
                f"most likely a quote is opened there and never closed.\n{_WAY_OUT}"
            )
        return DataRefused(f"{self.path} cannot be read as delimited text: {error}.")

    def _refuse_open_quote(self) -> None:
        row = self.dialect.open_quote(self.path)
        if row is not None:
            raise DataRefused(
                f"{self.path}: a quote is opened in row {row} and not closed before the file ends; "
                f"a quote is missing, or the file was cut short.\n{_WAY_OUT}"
            )


def _physical_numbers(first: int, count: int, gaps: list[int]) -> np.ndarray:
    """Numbers of `count` good rows from `first` on, passing over the broken ones."""
    numbers = np.arange(first, first + count + len(gaps), dtype=np.int64)
    if not gaps:
        return numbers
    return np.setdiff1d(numbers, np.asarray(gaps, np.int64))[:count]
