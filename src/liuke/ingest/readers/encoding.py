"""Which encoding a text file is in: what its mark says, else what it strictly decodes as."""

import codecs
from collections.abc import Iterator
from pathlib import Path

from charset_normalizer import from_bytes

from liuke.kernel.errors import DataRefused

_BLOCK = 1 << 20
_SAMPLE = 1 << 18
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_GUESSES = ["gb18030", "big5", "cp1252", "shift_jis", "euc_kr"]
_WAY_OUT = 'set encoding = "auto" in the mapping, or save the file as UTF-8'
# Text of other encodings decodes as GB18030 too, but into hanzi that nobody uses.
_COMMON_SHARE = 0.8


def find_encoding(path: Path, declared: str, *, whole: bool = True) -> str:
    """The codec to decode the file with. Raises DataRefused when it does not fit.

    whole: look at all of the file; else at its beginning, which is enough to read a header.
    """
    return _Finder(path, None if whole else 1).find(declared)


def decoded_blocks(path: Path, encoding: str, *, limit: int | None = None) -> Iterator[tuple[str, int]]:
    """The file's text in blocks, all or the first so many, each with the bytes read so far."""
    decoder = codecs.getincrementaldecoder(encoding)()
    done = number = 0
    with path.open("rb") as readable:
        while (number != limit) and (block := readable.read(_BLOCK)):
            text = decoder.decode(block)
            yield (text.removeprefix("\ufeff") if done == 0 else text), done + len(block)
            done += len(block)
            number += 1
    if number != limit:
        yield decoder.decode(b"", final=True), done


class _Finder:
    """Looks at one file, at all its blocks or at the first so many."""

    def __init__(self, path: Path, limit: int | None):
        self._path, self._limit = path, limit
        with path.open("rb") as readable:
            self._sample = readable.read(_SAMPLE)
        self._marked = next((codec for mark, codec in _MARKS if self._sample.startswith(mark)), None)

    def find(self, declared: str) -> str:
        if declared != "auto":
            return self._checked(declared)
        if self._marked is None:
            return self._guessed()
        if (row := self._first_error(self._marked)) is not None:
            raise DataRefused(
                f"{self._path}: row {row} is not valid {_plain(self._marked)}, although the file starts as "
                "such.\nSave the file again in one encoding, UTF-8 for choice."
            )
        return self._marked

    def _checked(self, declared: str) -> str:
        encoding = _codec(self._path, declared)
        if self._marked is not None and _plain(self._marked) == _plain(encoding):
            encoding = self._marked
        if (row := self._first_error(encoding)) is not None:
            meant = self._other_that_fits(encoding)
            advice = f'it reads well as {meant}: set encoding = "{meant}", or "auto"' if meant else _WAY_OUT
            raise DataRefused(
                f"{self._path}: row {row} is not valid {declared}, which the mapping declares; {advice}."
            )
        if encoding == "gb18030" and self._is_chinese_utf_8():
            raise DataRefused(
                f"{self._path} is UTF-8, but the mapping declares {declared}, which would garble it; "
                'set encoding = "utf-8", or "auto".'
            )
        return encoding

    def _guessed(self) -> str:
        if b"\0" in self._sample and (wide := _wide(self._sample)) and self._first_error(wide) is None:
            return wide
        if self._first_error("utf-8") is None:
            return "utf-8"
        likely = _common_share(self._sample) >= _COMMON_SHARE
        if likely and self._first_error("gb18030") is None:
            return "gb18030"
        best = from_bytes(self._sample, cp_isolation=_GUESSES).best()
        if best is not None and best.encoding == "gb18030" and self._first_error("gb18030") is None:
            return "gb18030"
        hint = f'it looks like {best.encoding}: if so, set encoding = "{best.encoding}"' if best else ""
        raise DataRefused(
            f"{self._path} is neither UTF-8 nor GB18030; {hint or 'name its encoding'} in the mapping, "
            "or save the file as UTF-8."
        )

    def _first_error(self, encoding: str) -> int | None:
        """The first row that does not decode; None when all do."""
        rows = 1
        try:
            for text, _ in decoded_blocks(self._path, encoding, limit=self._limit):
                rows += text.count("\n")
        except UnicodeError as error:
            before = error.object[: error.start] if isinstance(error, UnicodeDecodeError) else b""
            return rows + before.count(b"\n")
        return None

    def _other_that_fits(self, encoding: str) -> str | None:
        candidates = [_plain(self._marked)] if self._marked else ["utf-8", "gb18030"]
        others = (name for name in candidates if name != _plain(encoding))
        return next((name for name in others if self._first_error(name) is None), None)

    def _is_chinese_utf_8(self) -> bool:
        """Whether the file is UTF-8 with hanzi in it; their bytes may happen to be GB18030 too."""
        if self._first_error("utf-8") is not None:
            return False
        return any(
            "\u4e00" <= char <= "\u9fff"
            for text, _ in decoded_blocks(self._path, "utf-8", limit=self._limit)
            if not text.isascii()
            for char in text
        )


def _codec(path: Path, declared: str) -> str:
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        raise DataRefused(
            f'{path}: there is no encoding {declared!r}; use "auto", "utf-8" or "gb18030".'
        ) from None
    # GBK and GB2312 are parts of GB18030; files that claim them often hold its other characters.
    return "gb18030" if name in ("gbk", "gb2312", "cp936") else name


def _wide(sample: bytes) -> str | None:
    """UTF-16 without a mark: in text, nearly every second byte is nought."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = max(1, len(sample) // 2)
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * half and odd < 0.05 * half else None


def _common_share(sample: bytes) -> float:
    """The share of non-ASCII characters that the everyday set GB 2312 has."""
    foreign = [char for char in sample.decode("gb18030", errors="ignore") if ord(char) > 127]
    common = sum(1 for char in foreign if char.encode("gb2312", errors="ignore"))
    return common / len(foreign) if foreign else 1.0


def _plain(encoding: str) -> str:
    return encoding.removesuffix("-sig")
