"""Dates written as text, in the orders that offices use, as days since 1970."""

from typing import Literal, TypeAlias, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

DateOrder: TypeAlias = Literal["year-month-day", "day-month-year", "month-day-year"]

_CLOCK = (
    r"(?:[T ,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?)?"
)
_ZONE = r" ?(?:Z|[+-]\d{2}:?\d{2})?$"  # left unread: within one table it tells customers apart by hours only
_DAY, _YEAR = r"(?P<day>\d{1,2})", r"(?P<year>[12]\d{3})"
_MONTH, _NAMED = r"(?P<month>\d{1,2})", r"(?P<month>\d{1,2}|[A-Za-z]{3,9})"
_SHAPES: dict[DateOrder, str] = {
    "year-month-day": rf"^{_YEAR} ?[-/.年] ?{_MONTH} ?(?:[-/.月] ?{_DAY}? ?日?)?{_CLOCK}{_ZONE}",
    "day-month-year": rf"^{_DAY}[-/. ]{_NAMED}(?:[-/. ]|, |\. ){_YEAR}{_CLOCK}{_ZONE}",
    "month-day-year": rf"^{_NAMED}(?:[-/. ]|\. ){_DAY}(?:[-/. ]|, ?){_YEAR}{_CLOCK}{_ZONE}",
}
_NAMES = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip


def find_order(texts: pa.Array, *, share: float) -> DateOrder | None:
    """The order in which at least this share of the known texts are dates, or None.

    Where days and months could be either way round in every row, the day is taken to come first.

    >>> find_order(pa.array(["03/31/2026", "04/01/2026", None]), share=0.95)
    'month-day-year'
    """
    known = len(texts) - texts.null_count
    read: dict[DateOrder, int] = {
        order: int(np.isfinite(days_written(texts, order)).sum()) for order in get_args(DateOrder)
    }
    best = max(read, key=lambda order: read[order])
    return best if known and read[best] >= share * known else None


def days_written(texts: pa.Array, order: DateOrder) -> np.ndarray:
    """Days since 1970 of every text, with the hours as a fraction; missing where it is no such date.

    >>> days_written(pa.array(["1970-01-03", "1970年1月3日", "1970/01/03 12:00", "soon"]), "year-month-day")
    array([2. , 2. , 2.5, nan])
    """
    found = pc.extract_regex(texts, _SHAPES[order])
    if not isinstance(found, pa.StructArray) or found.null_count == len(found):
        return np.full(len(texts), np.nan)
    year, month, day = _numbers(found, "year"), _months(found), _numbers(found, "day")
    hours = _hours(found) + _numbers(found, "minute") / 60.0 + _numbers(found, "second") / 3600.0
    valid = np.asarray(pc.is_valid(found)) & (month >= 1) & (month <= 12) & (day <= 31)
    months = np.where(valid, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    whole = months.astype("datetime64[D]").astype(np.int64) + np.maximum(day, 1.0) - 1.0
    return np.where(valid, whole + hours / 24.0, np.nan)


def _hours(found: pa.StructArray) -> np.ndarray:
    """Of 24: 12 am is midnight, 12 pm noon."""
    hours = _numbers(found, "hour")
    half = np.asarray(pc.utf8_lower(pc.struct_field(found, ["half"])).to_numpy(zero_copy_only=False))
    is_told = (half == "a") | (half == "p")
    return np.where(is_told, hours % 12.0 + 12.0 * (half == "p"), hours)


def _months(found: pa.StructArray) -> np.ndarray:
    """1 to 12, of a number or an English name, be it cut short; 0 where it is neither."""
    told = pc.struct_field(found, ["month"]).dictionary_encode()
    numbers = np.array([*map(_month_number, told.dictionary.to_pylist()), 0.0])
    return numbers[pc.fill_null(told.indices, len(numbers) - 1).to_numpy()]


def _month_number(text: str) -> float:
    if text.isdecimal() or not text:
        return float(text or 0)
    named = [number for number, name in enumerate(_NAMES, 1) if name.startswith(text.lower())]
    return float(9 if text.lower() == "sept" else named[0] if named else 0)


def _numbers(found: pa.StructArray, part: str) -> np.ndarray:
    texts = pc.struct_field(found, [part])
    filled = pc.fill_null(pc.if_else(pc.equal(texts, ""), "0", texts), "0")
    return np.asarray(filled.cast(pa.int64()).to_numpy(zero_copy_only=False), dtype=float)
