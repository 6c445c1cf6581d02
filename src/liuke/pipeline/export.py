"""The one way tables leave for files that people open: text never becomes a formula."""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from liuke.kernel.errors import LiukeError
from liuke.pipeline.workspace import Workspace

# Spreadsheets take text that begins so for a formula; the full-width sign is one to some of them.
_FORMULA_STARTS = r"^[=+\-@\t\r\x00＝＋－＠]"
_EXCEL_ROWS = 1_048_576


def export_table(workspace: Workspace, name: str, file: Path, *, as_of: date | None) -> int:
    """Write a table to .csv, .parquet or .xlsx by the file's ending; returns how many rows.

    Lists and structs become JSON text in .csv and .xlsx.
    """
    _find_writer(file)  # before anything is read
    return write_rows(workspace.engine.to_arrow(workspace.table(name, as_of=as_of)), file)


def write_rows(rows: pa.Table, file: Path) -> int:
    """The same of rows at hand."""
    write = _find_writer(file)
    draft = file.with_name(f".{file.name}.draft")
    file.parent.mkdir(parents=True, exist_ok=True)
    write(rows, draft)
    draft.replace(file)
    return int(rows.num_rows)


def _find_writer(file: Path) -> Callable[[pa.Table, Path], None]:
    writers = {".csv": _write_csv, ".parquet": _write_parquet, ".xlsx": _write_xlsx}
    write = writers.get(file.suffix.lower())
    if write is None:
        raise LiukeError(f"{file} ends in {file.suffix!r}; name a file that ends in {', '.join(writers)}.")
    return write


def make_harmless(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Text cells with a quote before whatever a spreadsheet would take for a formula."""
    starts = pc.match_substring_regex(column, _FORMULA_STARTS)
    return pc.if_else(starts, pc.binary_join_element_wise("'", column, ""), column)


def _flat(rows: pa.Table) -> pa.Table:
    """The table with nested columns as JSON text."""
    import json

    for place, field in enumerate(rows.schema):
        if pa.types.is_nested(field.type):
            texts = [
                None if value is None else json.dumps(value, ensure_ascii=False, default=str)
                for value in rows.column(place).to_pylist()
            ]
            rows = rows.set_column(place, field.name, pa.array(texts, pa.string()))
    return rows


def _write_csv(rows: pa.Table, file: Path) -> None:
    flat = _flat(rows)
    for place, field in enumerate(flat.schema):
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            flat = flat.set_column(place, field.name, make_harmless(flat.column(place)))
    with file.open("wb") as writable:
        writable.write(b"\xef\xbb\xbf")  # so that Excel reads Chinese
        pacsv.write_csv(flat, writable)


def _write_parquet(rows: pa.Table, file: Path) -> None:
    pq.write_table(rows, file, compression="zstd")


def _write_xlsx(rows: pa.Table, file: Path) -> None:
    import xlsxwriter

    if rows.num_rows >= _EXCEL_ROWS:
        raise LiukeError(
            f"{rows.num_rows:,} rows do not fit a spreadsheet of {_EXCEL_ROWS:,}; export .csv or .parquet."
        )
    flat = _flat(rows)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    with xlsxwriter.Workbook(str(file), options) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_row(0, 0, flat.column_names)
        for number, row in enumerate(_rows_of(flat), start=1):
            for place, value in enumerate(row):
                kind = flat.schema[place].type
                if value is None:
                    continue
                if pa.types.is_date(kind):
                    sheet.write_datetime(number, place, value, day)
                elif pa.types.is_timestamp(kind):
                    sheet.write_datetime(number, place, value, instant)
                else:
                    sheet.write(number, place, value)


def _rows_of(table: pa.Table) -> Iterable[tuple[object, ...]]:
    for batch in table.to_batches(max_chunksize=10_000):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
