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
# Text of other encodings decodes as GB18030 too, but into hanzi that nobody uses.
_COMMON_SHARE = 0.8


def find_encoding(path: Path, declared: str) -> str:
    """The codec to decode the file with. Raises DataRefused when it does not fit the whole file."""
    with path.open("rb") as readable:
        sample = readable.read(_SAMPLE)
    marked = next((codec for mark, codec in _MARKS if sample.startswith(mark)), None)
    if declared != "auto":
        return _check_declared(path, declared, marked)
    encoding = marked or _guess(path, sample)
    if (at := _first_error(path, encoding)) is not None:
        raise DataRefused(
            f"{path}: row {at} is not valid {_plain(encoding)}, although the file starts as such.\n"
            "Save the file again in one encoding, UTF-8 for choice."
        )
    return encoding


def decoded_blocks(path: Path, encoding: str) -> Iterator[tuple[str, int]]:
    """The file's text in blocks, each with the bytes read so far."""
    decoder = codecs.getincrementaldecoder(encoding)()
    done = 0
    with path.open("rb") as readable:
        while block := readable.read(_BLOCK):
            text = decoder.decode(block)
            yield (text.removeprefix("\ufeff") if done == 0 else text), done + len(block)
            done += len(block)
    yield decoder.decode(b"", final=True), done


def _check_declared(path: Path, declared: str, marked: str | None) -> str:
    encoding = _codec(path, declared)
    if marked is not None and _plain(marked) == _plain(encoding):
        return marked
    at = _first_error(path, encoding)
    meant = _first_that_fits(path, marked, but=encoding)
    if at is not None:
        advice = (
            f'it reads well as {meant}: set encoding = "{meant}", or "auto"'
            if meant
            else ('set encoding = "auto" in the mapping, or save the file as UTF-8')
        )
        raise DataRefused(f"{path}: row {at} is not valid {declared}, which the mapping declares; {advice}.")
    if meant == "utf-8" and _plain(encoding) == "gb18030" and _has_hanzi(path, "utf-8"):
        raise DataRefused(
            f"{path} is UTF-8, but the mapping declares {declared}, which would garble it; "
            'set encoding = "utf-8", or "auto".'
        )
    return marked or encoding


def _codec(path: Path, declared: str) -> str:
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        raise DataRefused(
            f'{path}: there is no encoding {declared!r}; use "auto", "utf-8" or "gb18030".'
        ) from None
    # GBK and GB2312 are parts of GB18030; files that claim them often hold its other characters.
    return "gb18030" if name in ("gbk", "gb2312", "cp936") else name


def _first_that_fits(path: Path, marked: str | None, *, but: str) -> str | None:
    candidates = [_plain(marked)] if marked else ["utf-8", "gb18030"]
    fits = (name for name in candidates if name != _plain(but) and _first_error(path, name) is None)
    return next(fits, None)


def _guess(path: Path, sample: bytes) -> str:
    if b"\0" in sample and (wide := _wide(sample)):
        return wide
    if _first_error(path, "utf-8") is None:
        return "utf-8"
    if _first_error(path, "gb18030") is None and _common_share(sample) >= _COMMON_SHARE:
        return "gb18030"
    best = from_bytes(sample, cp_isolation=["gb18030", "big5", "cp1252", "shift_jis", "euc_kr"]).best()
    guess = best.encoding if best is not None else "unknown"
    if guess == "gb18030":
        return guess
    hint = f'it looks like {guess}: if so, set encoding = "{guess}"' if best else "name its encoding"
    raise DataRefused(
        f"{path} is neither UTF-8 nor GB18030; {hint} in the mapping, or save the file as UTF-8."
    )


def _wide(sample: bytes) -> str | None:
    """UTF-16 without a mark: in text, nearly every second byte is nought."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = max(1, len(sample) // 2)
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * half and odd < 0.05 * half else None


def _first_error(path: Path, encoding: str) -> int | None:
    """The first row that does not decode; None when all do."""
    rows = 1
    try:
        for text, _ in decoded_blocks(path, encoding):
            rows += text.count("\n")
    except UnicodeError as error:
        before = error.object[: error.start] if isinstance(error, UnicodeDecodeError) else b""
        return rows + before.count(b"\n")
    return None


def _common_share(sample: bytes) -> float:
    """The share of non-ASCII characters that the everyday set GB 2312 has."""
    foreign = [char for char in sample.decode("gb18030", errors="ignore") if ord(char) > 127]
    common = sum(1 for char in foreign if char.encode("gb2312", errors="ignore"))
    return common / len(foreign) if foreign else 1.0


def _has_hanzi(path: Path, encoding: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for text, _ in decoded_blocks(path, encoding) for char in text)


def _plain(encoding: str) -> str:
    return encoding.removesuffix("-sig")
