"""Open a source file by its content, as its mapping says."""

from pathlib import Path

from liuke.ingest.declared import Mapping, Source
from liuke.ingest.readers.batch import Rows
from liuke.ingest.readers.delimited import DelimitedRows
from liuke.ingest.readers.dialect import Dialect, find_delimiter
from liuke.ingest.readers.encoding import find_encoding
from liuke.ingest.readers.excel import ExcelRows
from liuke.ingest.readers.parquet import ParquetRows
from liuke.kernel.errors import DataRefused

_SIGNATURES = ((b"PAR1", "parquet"), (b"PK\x03\x04", "excel"), (b"\xd0\xcf\x11\xe0", "excel"))


def open_rows(path: Path, mapping: Mapping, *, header_only: bool = False) -> Rows:
    """The file's rows, its header read. Raises DataRefused when it cannot be read at all.

    header_only: nobody will ask for the rows, so that the rest of the file is not looked at.
    """
    source = mapping.source
    if path.stat().st_size == 0:
        raise DataRefused(f"{path} is empty (0 bytes); deliver it again, or take it out of the folder.")
    match _format(path, source):
        case "excel":
            return ExcelRows(path, sheet=source.sheet, header_row=source.header_row)
        case "parquet":
            return ParquetRows(path, company_zone=source.company_zone)
        case _:
            return _open_delimited(path, source, mapping.columns, whole=not header_only)


def _format(path: Path, source: Source) -> str:
    """What the content says; the ending counts only where the content says nothing."""
    with path.open("rb") as readable:
        head = readable.read(8)
    found = next((kind for mark, kind in _SIGNATURES if head.startswith(mark)), None)
    if source.format == "auto":
        ending = {".parquet": "parquet", ".xlsx": "excel", ".xls": "excel", ".xlsb": "excel"}
        return found or ending.get(path.suffix.lower(), "csv")
    if source.format == "csv" and found is not None:
        raise DataRefused(f'{path} is {found}, but the mapping says csv; set format = "{found}" or "auto".')
    return source.format


def _open_delimited(path: Path, source: Source, wanted: frozenset[str], *, whole: bool) -> DelimitedRows:
    encoding = find_encoding(path, source.encoding, whole=whole)
    dialect = Dialect(encoding, source.delimiter, source.quote)
    if source.delimiter == "auto":
        dialect = find_delimiter(path, dialect, header_row=source.header_row, wanted=wanted)
    return DelimitedRows(path, dialect, header_row=source.header_row)
