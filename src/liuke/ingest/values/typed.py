"""Columns that a source already keeps in kinds of its own, taken as they are.

Each function gives what reading the column's text would give, or None where only the text can tell:
where a value would be refused, rounded or missing by its text.
"""

from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.ingest.values.numbers import FEN_PER_UNIT, LARGEST

_EXACT_WHOLE = 2**53  # whole numbers up to here are floats without loss
_NEAR_HALF = 0.4  # of a fen; nearer to a half than this, the written digits decide how it is rounded
_FLOAT_FEN = 2.0**40  # far enough below 2**53 that the product's own error is no matter
_TINY = 1e-7  # of a fen; what is less has more digits than a text of money may have
_YEARS = (datetime(1800, 1, 1), datetime(2300, 1, 1))
_UNITS = frozenset({"s", "ms", "us"})  # finer ones are cut, which is left to the text


def typed_instants(stored: pa.Array) -> pa.Array | None:
    kind = stored.type
    plain = pa.types.is_date(kind) or (
        pa.types.is_timestamp(kind) and kind.tz is None and kind.unit in _UNITS
    )
    if not plain:
        return None
    try:
        instants = stored.cast(pa.timestamp("us"))
    except pa.ArrowInvalid:
        return None
    edges = pc.min_max(instants).as_py() if len(stored) > stored.null_count else None
    return instants if edges is None or _in_years(edges["min"], edges["max"]) else None


def typed_wholes(stored: pa.Array) -> pa.Array | None:
    if not pa.types.is_integer(stored.type) or not _all_below(stored, LARGEST):
        return None
    return stored.cast(pa.int64())


def typed_numbers(stored: pa.Array) -> pa.Array | None:
    if pa.types.is_integer(stored.type):
        return stored.cast(pa.float64()) if _all_below(stored, _EXACT_WHOLE) else None
    if not pa.types.is_floating(stored.type):
        return None
    values = pc.add(stored.cast(pa.float64()), 0.0)  # a zero with a sign is written without it
    return values if pc.all(pc.is_finite(values)).as_py() is not False else None


def typed_fen(stored: pa.Array, *, unit: str) -> pa.Array | None:
    factor = FEN_PER_UNIT[unit]
    if factor < 1:
        return None
    if pa.types.is_decimal128(stored.type):
        return _fen_of_decimals(stored, int(factor))
    if pa.types.is_floating(stored.type):
        return _fen_of_floats(stored, int(factor))
    wholes = typed_wholes(stored)
    if wholes is None or not _all_below(wholes, LARGEST // int(factor)):
        return None
    return pc.multiply(wholes, int(factor))


def typed_flags(stored: pa.Array) -> pa.Array | None:
    return stored if pa.types.is_boolean(stored.type) else None


def _fen_of_decimals(stored: pa.Array, factor: int) -> pa.Array | None:
    """Decimals that are whole fen by their scale, and short enough to be held in eight bytes."""
    decimals = 10**stored.type.scale if stored.type.scale >= 0 else 0
    if not decimals or factor % decimals or stored.type.precision > 18:
        return None
    unscaled = np.frombuffer(stored.buffers()[1], np.int64)[::2][stored.offset : stored.offset + len(stored)]
    missing = stored.is_null().to_numpy(zero_copy_only=False) if stored.null_count else None
    values = pa.array(unscaled, pa.int64(), mask=missing)
    worth = factor // decimals
    return pc.multiply(values, worth) if _all_below(values, LARGEST // worth) else None


def _fen_of_floats(stored: pa.Array, factor: int) -> pa.Array | None:
    """Floats so near to a whole fen that their written digits round to the same."""
    fen = pc.multiply(stored.cast(pa.float64()), float(factor))
    whole = pc.round(fen)
    near = pc.less(pc.abs(pc.subtract(fen, whole)), _NEAR_HALF)
    size = pc.abs(fen)
    usual = pc.or_(pc.equal(size, 0.0), pc.and_(pc.greater(size, _TINY), pc.less(size, _FLOAT_FEN)))
    if pc.all(pc.and_(near, usual)).as_py() is False:
        return None
    return whole.cast(pa.int64())


def _all_below(wholes: pa.Array, limit: int) -> bool:
    edges = pc.min_max(wholes).as_py()
    return edges["min"] is None or (-limit < edges["min"] and edges["max"] < limit)


def _in_years(first: datetime, last: datetime) -> bool:
    return _YEARS[0] <= first and last < _YEARS[1]
