"""Columns of text made from numbers, whole columns at a time."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.world.chance import Array


def numbered(prefix: str, numbers: Array, width: int = 7) -> pa.Array:
    """`prefix` and a number with leading zeros: C0000001."""
    digits = pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), width=width, padding="0")
    return pc.binary_join_element_wise(prefix, digits, "")


def coded(words: Sequence[str | None] | pa.Array, places: Array) -> pa.Array:
    """The word at each place; missing for -1."""
    values = words if isinstance(words, pa.Array) else pa.array(words, pa.string())
    return values.take(pa.array(places, mask=places < 0))


def instants(seconds: Array) -> pa.Array:
    return pa.array(seconds.astype("datetime64[s]"), pa.timestamp("s"))


def days(numbers: Array, missing: Array | None = None) -> pa.Array:
    return pa.array(numbers.astype(np.int32), pa.int32(), mask=missing).cast(pa.date32())


def yuan(fen: Array) -> pa.Array:
    """Amounts as bills show them, with two decimals."""
    hundredth = pa.scalar(Decimal("0.01"), pa.decimal128(3, 2))
    whole = pa.array(fen.astype(np.int64)).cast(pa.decimal128(19, 0))
    return pc.multiply(whole, hundredth).cast(pa.decimal128(14, 2))


def yes_no(flags: Array) -> pa.Array:
    return coded(("否", "是"), flags.astype(np.int64))
