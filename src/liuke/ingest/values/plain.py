"""Text in which nothing needs to be changed or looked for, told by a glance at all its bytes at once."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_FIRST, _LAST = 0x21, 0x7E  # printable ASCII without the blank


def is_plain(text: pa.Array) -> bool:
    """Whether every character is a printable one of ASCII, and none is a blank."""
    characters = _bytes(text)
    return not len(characters) or bool(characters.min() >= _FIRST and characters.max() <= _LAST)


def has_letter(text: pa.Array, letter: str) -> bool:
    """Whether a letter of ASCII stands anywhere, as a capital or not."""
    return bool(((_bytes(text) | 0x20) == ord(letter.lower())).any())


def length_range(text: pa.Array) -> tuple[int, int]:
    """Bytes of the shortest and the longest text that is there; (0, 0) when none is."""
    found = pc.min_max(pc.binary_length(text)).as_py()
    return found["min"] or 0, found["max"] or 0


def _bytes(text: pa.Array) -> np.ndarray:
    """The characters of all texts behind each other; of missing ones, whatever lies there."""
    _, offsets, data = text.buffers()
    if data is None or not len(text):
        return np.empty(0, np.uint8)
    edges = np.frombuffer(offsets, np.int32)[text.offset : text.offset + len(text) + 1]
    return np.frombuffer(data, np.uint8)[edges[0] : edges[-1]]
