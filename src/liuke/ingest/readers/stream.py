"""A text file as a stream of UTF-8 bytes, whatever it is written in."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from liuke.ingest.readers.encoding import decoded_blocks


class Utf8Stream(io.RawIOBase):
    """The bytes that a parser pulls.

    blanks: runs of blanks separate the fields; they are made tabs on the way.
    share: how much of the file has been pulled, from 0 to 1.
    quotes: how many quote characters have gone by.
    """

    def __init__(self, path: Path, encoding: str, *, quote: str, blanks: bool):
        self.share = 0.0
        self.quotes = 0
        self._quote = quote
        self._size = max(1, path.stat().st_size)
        self._path, self._encoding = path, encoding
        self._blocks = self._whole_lines() if blanks else self._text()
        self._held = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        pieces, length = [self._held], len(self._held)
        while size < 0 or length < size:
            text = next(self._blocks, None)
            if text is None:
                break
            pieces.append(text.encode())
            length += len(pieces[-1])
        held = b"".join(pieces)
        taken = held if size < 0 else held[:size]
        self._held = held[len(taken) :]
        return taken

    def readinto(self, buffer: Any) -> int:
        taken = self.read(len(buffer))
        buffer[: len(taken)] = taken
        return len(taken)

    def _text(self) -> Iterator[str]:
        for text, done in decoded_blocks(self._path, self._encoding):
            self.share = done / self._size
            self.quotes += text.count(self._quote) if self._quote else 0
            yield text

    def _whole_lines(self) -> Iterator[str]:
        rest = ""
        for text in self._text():
            whole, newline, rest = (rest + text.replace("\r\n", "\n")).rpartition("\n")
            yield blanks_to_tabs(whole) + newline
        yield blanks_to_tabs(rest)


def blanks_to_tabs(text: str) -> str:
    """Each run of blanks as one tab; none at the ends of a line."""
    return re.sub(r"[ \t]+", "\t", re.sub(r"^[ \t]+|[ \t\r]+$", "", text, flags=re.MULTILINE))
