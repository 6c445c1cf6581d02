"""Columns as whole numbers whose order is the order of the values, so that one way of counting serves all."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.ingest.canonical import Kind
from liuke.view.fast.arrays import array_of, in_one_piece, is_known, values_of

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
MICRO = 1_000_000  # numbers are summed as decimals of six places, as the portable evaluator does
_SIGN = np.int64(0x7FFF_FFFF_FFFF_FFFF)
_LARGEST = 1e30  # beyond it, and for infinities and not-a-number, a float is no usable quantity


class TooLarge(Exception):
    """Sums of a column might not fit 64 bits; the portable evaluator has wider numbers."""


@dataclass(frozen=True)
class Codes:
    """One column's values as whole numbers; which of them are there (None: all); the words of text.

    Words are sorted, so text compares as its codes do; they are unsorted where only equality was asked.
    """

    kind: Kind
    values: np.ndarray
    valid: np.ndarray | None = None
    words: pa.Array | None = None

    def take(self, rows: np.ndarray) -> "Codes":
        valid = None if self.valid is None else self.valid[rows]
        return Codes(self.kind, self.values[rows], valid, self.words)

    def present(self) -> np.ndarray:
        return np.ones(len(self.values), dtype=bool) if self.valid is None else self.valid

    def days(self) -> np.ndarray:
        return self.values // DAY_US if self.kind == "instant" else self.values


def encode(column: pa.ChunkedArray | pa.Array, kind: Kind, *, ordered: bool = False) -> Codes:
    """A column's codes; the words of text in sorted order where its order matters."""
    array = in_one_piece(column)
    valid = None if not array.null_count else is_known(array)
    if kind == "text":
        if not pa.types.is_dictionary(array.type):
            array = array.dictionary_encode()
        values, words = values_of(array.indices), array.dictionary
        values, words = _sorted(values, words) if ordered else (values, words)
        return Codes(kind, values, valid, words)
    return Codes(kind, _numbers(array, kind), valid)


def _numbers(array: pa.Array, kind: Kind) -> np.ndarray:
    match kind:
        case "flag":
            return values_of(array).astype(np.int64)
        case "day":
            return values_of(array).astype(np.int64)
        case "instant":
            return values_of(pc.cast(array, pa.timestamp("us")))
        case "number":
            return code_floats(values_of(pc.cast(array, pa.float64())))
        case _:
            return values_of(pc.cast(array, pa.int64()))


def _sorted(values: np.ndarray, words: pa.Array) -> tuple[np.ndarray, pa.Array]:
    order = pc.sort_indices(words)
    rank = np.zeros(max(len(order), 1), dtype=np.int64)
    rank[values_of(order)] = np.arange(len(order))
    return rank[values], words.take(order)


def code_floats(values: np.ndarray) -> np.ndarray:
    """Whole numbers in the order of the floats; not-a-number above all, as in the database."""
    values = np.where(np.isnan(values), np.nan, values) + 0.0  # one not-a-number, one zero
    bits = values.view(np.int64)
    return np.where(bits < 0, bits ^ _SIGN, bits)


def decode_floats(codes: np.ndarray) -> np.ndarray:
    return np.where(codes < 0, codes ^ _SIGN, codes).view(np.float64)


def decode(
    kind: Kind, codes: np.ndarray, known: np.ndarray | None, *, words: pa.Array | None = None
) -> pa.Array:
    """An Arrow array of a kind from its codes; missing where not known (None: all are)."""
    match kind:
        case "text":
            assert words is not None
            missing = None if known is None else ~known
            return (
                words.take(pa.array(codes, mask=missing)) if len(words) else pa.nulls(len(codes), pa.string())
            )
        case "flag":
            return array_of(codes != 0, pa.bool_(), known)
        case "day":
            return array_of(codes.astype(np.int32), pa.date32(), known)
        case "instant":
            return array_of(codes, pa.timestamp("us"), known)
        case "number":
            return array_of(decode_floats(codes), pa.float64(), known)
        case _:
            return array_of(codes, pa.int64(), known)


def summable(codes: Codes) -> tuple[np.ndarray, np.ndarray | None]:
    """What is added up, 0 where nothing can be, and which rows can (None: all). Numbers in millionths.

    Raises TooLarge when the sum of all rows might not fit.
    """
    if codes.kind != "number":
        values = codes.values if codes.valid is None else np.where(codes.valid, codes.values, 0)
        return values, codes.valid
    floats = decode_floats(codes.values)
    with np.errstate(invalid="ignore"):
        usable = codes.present() & (np.abs(floats) < _LARGEST)
    scaled = round_half_away(np.where(usable, floats, 0.0) * MICRO)
    if len(scaled) and np.abs(scaled).sum() > 9e18:
        raise TooLarge
    return scaled.astype(np.int64), (None if usable.all() else usable)


def round_half_away(values: np.ndarray) -> np.ndarray:
    """Rounded to whole numbers, halves away from zero, as the database rounds."""
    whole = np.trunc(values)
    return whole + np.where(np.abs(values - whole) >= 0.5, np.sign(values), 0.0)


def code_scalar(value: Any, kind: Kind) -> int:
    """The code of a value that a condition names, in a column of a kind; instants in microseconds."""
    if kind == "number":
        return int(code_floats(np.array([float(value)]))[0])
    if kind in ("day", "instant"):
        at = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        return (at - datetime(1970, 1, 1)) // timedelta(microseconds=1)
    return int(value)


def weekdays(days: np.ndarray) -> np.ndarray:
    """Weekday of days since 1970, 0 for Monday; the first of them was a Thursday."""
    return (days + 3) % 7


def day_number(day: date) -> int:
    """Days since 1970."""
    return day.toordinal() - 719_163
