"""Texts and identifiers: what is invisible goes, what could deceive is refused."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from liuke.ingest.values.converted import Converted, matches
from liuke.ingest.values.plain import has_letter, is_plain, length_range

LONGEST_TEXT = 65_536  # characters; a longer cell is a file put together wrongly

# Zero-width space, byte order mark, direction marks and overrides: never meant, always harmful.
# Zero-width joiners stay in names, where emoji and some scripts need them.
_INVISIBLE = r"[\x{200B}\x{FEFF}\x{200E}\x{200F}\x{202A}-\x{202E}\x{2060}\x{2066}-\x{2069}]"
_JOINERS = r"[\x{200C}\x{200D}]"
_BLANKS = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
_CONTROL = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]"
_CONTROL_IN_IDENTIFIER = r"[\x00-\x1F\x7F]"
_FLOAT_FORM = r"^[-+]?\d+(\.\d+)?[eE]\+?\d+$"

_FULL_WIDTH = {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)} | {"\u3000": " "}


def clean(text: pa.Array, *, null_tokens: Sequence[str] = ("",)) -> pa.Array:
    """Text without invisible characters and outer blanks; a null token is missing."""
    if is_plain(text):
        if length_range(text)[0] > max(map(len, null_tokens), default=0):
            return text
    elif _is_ascii(text):
        text = pc.ascii_trim_whitespace(text)
    else:
        text = pc.utf8_trim(pc.replace_substring_regex(text, _INVISIBLE, ""), characters=_BLANKS)
    is_null = pc.is_in(text, value_set=pa.array(list(null_tokens), pa.string()))
    return pc.if_else(is_null, pa.scalar(None, pa.string()), text)


def half_width(text: pa.Array) -> pa.Array:
    """Full-width letters, digits and signs as their ASCII forms."""
    if is_plain(text) or _is_ascii(text):
        return text
    for wide, narrow in _FULL_WIDTH.items():
        if pc.any(pc.match_substring(text, wide)).as_py():
            text = pc.replace_substring(text, wide, narrow)
    return text


def read_text(text: pa.Array) -> Converted:
    """Cleaned text as it is; control characters but tab and newline are refused."""
    found = Converted.right(text)
    if is_plain(text) and length_range(text)[1] <= LONGEST_TEXT:
        return found
    found = found.refuse(matches(text, _CONTROL), "control_character")
    return found.refuse(pc.greater(pc.utf8_length(text), LONGEST_TEXT), "too_long")


def read_identifier(text: pa.Array) -> Converted:
    """An identifier: half-width, nothing invisible inside, and never a float.

    "4.40106E+17" is refused: a spreadsheet has thrown its last digits away.
    """
    if is_plain(text) and not has_letter(text, "e") and length_range(text)[1] <= LONGEST_TEXT:
        return Converted.right(text)
    text = pc.replace_substring_regex(half_width(text), _JOINERS, "")
    found = Converted.right(text)
    found = found.refuse(matches(text, _CONTROL_IN_IDENTIFIER), "control_character")
    found = found.refuse(matches(text, _FLOAT_FORM), "precision_lost")
    return found.refuse(pc.greater(pc.utf8_length(text), LONGEST_TEXT), "too_long")


def _is_ascii(text: pa.Array) -> bool:
    return bool(pc.all(pc.string_is_ascii(text)).as_py() in (True, None))
