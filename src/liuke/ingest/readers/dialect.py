"""How a delimited file is written: its delimiter, its first rows, whether its quotes close."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from liuke.ingest.readers.batch import Header
from liuke.ingest.readers.encoding import decoded_blocks
from liuke.ingest.readers.stream import Utf8Stream, blanks_to_tabs

LARGEST_ROW = 32 << 20  # bytes; also how much of a file is held at a time
_CHARACTERS = {"tab": "\t", "whitespace": "\t"}  # runs of blanks are made tabs on the way in
_CANDIDATES = (",", "\t", ";", "|", "whitespace")
_SAMPLE_ROWS = 50


@dataclass(frozen=True)
class Dialect:
    """encoding: a codec. delimiter: a character, "tab" or "whitespace". quote: "" for none."""

    encoding: str
    delimiter: str
    quote: str = '"'

    @property
    def character(self) -> str:
        return _CHARACTERS.get(self.delimiter, self.delimiter)

    @property
    def by_blanks(self) -> bool:
        return self.delimiter == "whitespace"

    def stream(self, path: Path) -> Utf8Stream:
        return Utf8Stream(path, self.encoding, quote=self.quote, blanks=self.by_blanks)

    def first_rows(self, path: Path, count: int) -> Iterator[list[str]]:
        """The first rows, as far as they lie in the first block of the file."""
        return self.first_rows_of(first_block(path, self.encoding), count)

    def first_rows_of(self, text: str, count: int) -> Iterator[list[str]]:
        """The first rows of a text; no more of it is looked at than they take."""
        return islice(self._reader(_lines(text, by_blanks=self.by_blanks)), count)

    def open_quote(self, path: Path) -> int | None:
        """The row whose quote is still open at the end of the file."""
        end = "\x1e end of file \x1e"
        stream = io.TextIOWrapper(io.BufferedReader(self.stream(path)), encoding="utf-8", newline="")
        for row, cells in enumerate(self._reader(chain(stream, [end])), start=1):
            if cells != [end] and any(end in cell for cell in cells):
                return row
        return None

    def _reader(self, lines: Iterable[str]) -> Iterator[list[str]]:
        csv.field_size_limit(LARGEST_ROW)
        if not self.quote:
            return csv.reader(lines, delimiter=self.character, quoting=csv.QUOTE_NONE)
        return csv.reader(lines, delimiter=self.character, quotechar=self.quote)


def first_block(path: Path, encoding: str) -> str:
    return next(decoded_blocks(path, encoding))[0]


def _lines(text: str, *, by_blanks: bool) -> Iterator[str]:
    """The text's lines one by one, however they end; runs of blanks made tabs if they part the fields."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        line = text[start:end]
        yield from io.StringIO(blanks_to_tabs(line) if by_blanks else line, newline=None)
        start = end


def find_delimiter(path: Path, dialect: Dialect, *, header_row: int, wanted: frozenset[str]) -> Dialect:
    """The dialect whose delimiter shows most of the wanted columns; then the one that cuts evenly."""
    text = first_block(path, dialect.encoding)

    def fitness(candidate: Dialect) -> tuple[int, bool, int]:
        rows = list(candidate.first_rows_of(text, header_row + _SAMPLE_ROWS))
        cells = rows[header_row - 1] if len(rows) >= header_row else []
        widths = {len(row) for row in rows[header_row - 1 :] if row}
        shown = len(wanted & set(Header.of(cells).names))
        if candidate.by_blanks and not shown:  # every sentence has blanks
            return 0, False, 0
        return shown, len(cells) > 1 and len(widths) == 1, len(cells)

    return max((replace(dialect, delimiter=each) for each in _CANDIDATES), key=fitness)
