"""Excel workbooks of every age, told apart by their content and not by their name."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from liuke.ingest.readers.batch import Header, RowBatch
from liuke.kernel.errors import DataRefused, suggestion

LARGEST_UNPACKED = 2 << 30  # bytes; a full sheet of a million rows unpacks to less
LARGEST_RATIO = 200  # real sheets are packed to a tenth or a thirtieth
SUSPECT_FROM = 100 << 20  # bytes; below it a high ratio harms nobody
_ROWS = 65_536
_EXACT_UP_TO = 10**15  # Excel keeps 15 digits; a longer number has lost its last ones


class ExcelRows:
    """One sheet whose header has been read. sheet: its name, or its place from 1 on."""

    def __init__(self, path: Path, *, sheet: str | int, header_row: int):
        _refuse_bomb(path)
        self.path = path
        self._sheet = _open_sheet(path, sheet)
        self._rows = self._sheet.iter_rows()  # from the sheet's first row on, though it be empty
        self.header = self._read_header(header_row)

    def batches(self) -> Iterator[RowBatch]:
        """Rows in sheet order; a row without any value is no row."""
        total = max(1, self._sheet.height)
        number = self._number
        while rows := list(islice(self._rows, _ROWS)):
            numbers = list(range(number, number + len(rows)))
            number += len(rows)
            kept = [place for place, row in enumerate(rows) if any(cell != "" for cell in row)]
            columns = list(zip(*(rows[place] for place in kept), strict=True)) or [()] * len(
                self.header.names
            )
            texts = {
                name: pa.array([cell_text(cell) for cell in column], pa.string())
                for name, column in zip(self.header.names, columns, strict=True)
            }
            share = min(1.0, number / total)
            yield RowBatch(pa.array([numbers[place] for place in kept], pa.int64()), texts, (), share)

    def _read_header(self, header_row: int) -> Header:
        self._number = 1
        for cells in self._rows:
            self._number += 1
            if self._number > header_row:
                return Header.of([cell_text(cell) or "" for cell in cells])
        raise DataRefused(
            f"{self.path}: sheet {self._sheet.name!r} has no row {header_row}, where its header should be."
        )


def cell_text(cell: Any) -> str | None:
    """A cell as text: whole numbers without a point, times in ISO form, long numbers as floats."""
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float | int):
        if abs(cell) >= _EXACT_UP_TO:
            return f"{float(cell):e}"
        return str(int(cell)) if cell == int(cell) else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell.total_seconds())
    return None if cell is None else str(cell)


def _open_sheet(path: Path, sheet: str | int) -> CalamineSheet:
    try:
        with path.open("rb") as readable:
            book = CalamineWorkbook.from_filelike(readable)
        names = book.sheet_names
        if isinstance(sheet, int):
            if not 1 <= sheet <= len(names):
                raise DataRefused(f"{path} has {len(names)} sheets, and the mapping asks for sheet {sheet}.")
            return book.get_sheet_by_index(sheet - 1)
        if sheet not in names:
            near = suggestion(sheet, names)
            raise DataRefused(f"{path} has no sheet {sheet!r}{near}; it has: {', '.join(names)}.")
        return book.get_sheet_by_name(sheet)
    except PasswordError:
        raise _locked(path) from None
    except CalamineError as error:
        if _is_encrypted(path):
            raise _locked(path) from None
        raise DataRefused(
            f"{path} cannot be read as an Excel workbook ({error}); it is damaged or was cut short. "
            "Save it again from Excel, or deliver it again."
        ) from None


def _locked(path: Path) -> DataRefused:
    return DataRefused(f"{path} is protected by a password; save it without one and load it again.")


def _is_encrypted(path: Path) -> bool:
    """Whether it is the container in which Office puts encrypted workbooks."""
    with path.open("rb") as readable, mmap(readable.fileno(), 0, access=ACCESS_READ) as content:
        is_container = content[:4] == b"\xd0\xcf\x11\xe0"
        return is_container and content.find("EncryptedPackage".encode("utf-16-le")) >= 0


def _refuse_bomb(path: Path) -> None:
    """Refuse a workbook that unpacks to far more than a workbook can hold, before unpacking it."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
    ratio = unpacked / max(1, path.stat().st_size)
    if unpacked > LARGEST_UNPACKED or (unpacked > SUSPECT_FROM and ratio > LARGEST_RATIO):
        raise DataRefused(
            f"{path} would unpack to {unpacked >> 20} MiB, {ratio:.0f} times its size; "
            "it was not opened. Deliver the data as CSV or Parquet."
        )
