"""What is told of customers at length: some dozens of them on one sheet, compressed together.

A card names the same months, codes and words as the next one. Together they take a tenth of the space,
and a million of them reach the database as a few thousand rows.
"""

import json
import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from liuke_desk.customers.fields import unfold

PARTS = ("tiers", "history", "card")  # of each customer, as JSON text
ROWS_PER_SHEET = 64

_CODEC = "zstd"
_LEVEL = 1
_HEAD = struct.Struct("<II")  # customers on the sheet, bytes once it is opened
_OFFSET = np.dtype("<i4")


def pack_sheets(texts: Mapping[str, pa.Array]) -> list[bytes]:
    """The texts of PARTS of many customers, ROWS_PER_SHEET to a sheet, in their order.

    Offsets of each part's texts come first, then the texts, so that one customer's are cut out unread.
    """
    return list(_pack(texts))


def read_sheet(body: bytes, places: Iterable[int], *names: str) -> dict[int, dict[str, Any]]:
    """Parts of some customers on a sheet, by their places; lists of records as such."""
    count, size = _HEAD.unpack_from(body)
    opened = pa.decompress(memoryview(body)[_HEAD.size :], size, codec=_CODEC, asbytes=True)
    offsets = np.frombuffer(opened, _OFFSET, len(PARTS) * (count + 1)).reshape(len(PARTS), count + 1)
    begins = np.cumsum([offsets.nbytes, *offsets[:-1, -1]])

    def cut(name: str, place: int) -> Any:
        part = PARTS.index(name)
        start, end = (begins[part] + offsets[part, place : place + 2]).tolist()
        return unfold(json.loads(opened[start:end]))

    return {place: {name: cut(name, place) for name in names} for place in places}


def _pack(texts: Mapping[str, pa.Array]) -> Iterator[bytes]:
    codec = pa.Codec(_CODEC, compression_level=_LEVEL)
    parts = [_lay_open(texts[name]) for name in PARTS]
    count = len(texts[PARTS[0]])
    for start in range(0, count, ROWS_PER_SHEET):
        end = min(start + ROWS_PER_SHEET, count)
        cuts = [offsets[start : end + 1] for offsets, _ in parts]
        pieces = [(cut - cut[0]).astype(_OFFSET).tobytes() for cut in cuts]
        pieces += [bytes(data[cut[0] : cut[-1]]) for cut, (_, data) in zip(cuts, parts, strict=True)]
        opened = b"".join(pieces)
        yield _HEAD.pack(end - start, len(opened)) + codec.compress(opened, asbytes=True)


def _lay_open(texts: pa.Array) -> tuple[np.ndarray, memoryview]:
    """Where each text of an array begins and ends, and the bytes of all."""
    _valid, offsets, data = texts.buffers()
    found = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return found, memoryview(data or b"")
