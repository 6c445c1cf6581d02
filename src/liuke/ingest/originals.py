"""A source row's original text, kept as one JSON object of column names and texts."""

import json
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from liuke.ingest.values.converted import matches
from liuke.ingest.values.distinct import map_distinct

_ESCAPES = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"))
_ESCAPED = r'[\\"\n\r\t]'
_OTHER_CONTROL = r"[\x00-\x1F]"


def originals(texts: Mapping[str, pa.Array], count: int) -> pa.Array:
    """One JSON text for each row; a missing value is null."""
    if not texts:
        return pa.repeat(pa.scalar("{}"), count)
    pieces = [
        pc.binary_join_element_wise(
            pa.scalar(json.dumps(name, ensure_ascii=False)), map_distinct(text, _quoted), ": "
        )
        for name, text in texts.items()
    ]
    body = pc.binary_join_element_wise(*pieces, ", ")
    return pc.binary_join_element_wise("{", body, "}", "")


def original_line(line: str) -> str:
    """A row that could not be told apart into fields: its line as one JSON text."""
    return json.dumps(line, ensure_ascii=False)


def _quoted(text: pa.Array) -> pa.Array:
    if pc.any(matches(text, _ESCAPED)).as_py():
        for plain, escaped in _ESCAPES:
            text = pc.replace_substring(text, plain, escaped)
    if pc.any(matches(text, _OTHER_CONTROL)).as_py():
        for code in range(0x20):
            text = pc.replace_substring(text, chr(code), f"\\u{code:04x}")
    return pc.fill_null(pc.binary_join_element_wise('"', text, '"', ""), "null")
