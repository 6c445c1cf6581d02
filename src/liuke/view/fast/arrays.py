"""Arrow columns and numpy arrays over the same memory.

Arrow's own ways between them import pandas, which takes a process that has no other use for it longer than
a million rows.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def values_of(column: pa.Array | pa.ChunkedArray, missing: float = 0) -> np.ndarray:
    """Numbers, days, instants or flags of a column, days and instants as whole numbers. Not copied where
    nothing is missing and the column is in one piece."""
    array = in_one_piece(column)
    if array.null_count:
        array = pc.fill_null(array, missing if not pa.types.is_boolean(array.type) else bool(missing))
    if pa.types.is_boolean(array.type):
        bits = np.frombuffer(array.buffers()[1], np.uint8)
        return np.unpackbits(bits, count=array.offset + len(array), bitorder="little")[array.offset :] == 1
    kind = array.type
    sign = "f" if pa.types.is_floating(kind) else "u" if pa.types.is_unsigned_integer(kind) else "i"
    width = kind.bit_width // 8
    if not len(array):
        return np.empty(0, f"{sign}{width}")
    return np.frombuffer(array.buffers()[1], f"{sign}{width}", len(array), array.offset * width)


def is_known(column: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """Which values are not missing."""
    return values_of(column.is_valid()) if column.null_count else np.ones(len(column), bool)


def array_of(values: np.ndarray, kind: pa.DataType, known: np.ndarray | None = None) -> pa.Array:
    """An Arrow array of values as they lie in memory, not copied; missing where not known."""
    bits = None if known is None else pa.py_buffer(np.packbits(known, bitorder="little"))
    held = np.packbits(values, bitorder="little") if kind == pa.bool_() else np.ascontiguousarray(values)
    return pa.Array.from_buffers(kind, len(values), [bits, pa.py_buffer(held)])


def rows_at(places: np.ndarray) -> pa.Array:
    """Numbers of rows, to take them."""
    return array_of(places.astype(np.int64, copy=False), pa.int64())


def in_one_piece(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The column's values as one array."""
    if isinstance(column, pa.Array):
        return column
    return (
        column.chunk(0)
        if column.num_chunks == 1
        else pa.concat_arrays(column.chunks or [column.combine_chunks()])
    )
