"""Dates written as text, in the orders that offices use, as days since 1970."""

from typing import Literal, TypeAlias, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

DateOrder: TypeAlias = Literal["year-month-day", "day-month-year", "month-day-year"]

_CLOCK = r"(?:[T ]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?)?"
_ZONE = r" ?(?:Z|[+-]\d{2}:?\d{2})?$"  # left unread: within one table it tells customers apart by hours only
_DAY, _MONTH, _YEAR = r"(?P<day>\d{1,2})", r"(?P<month>\d{1,2})", r"(?P<year>[12]\d{3})"
_SHAPES: dict[DateOrder, str] = {
    "year-month-day": rf"^{_YEAR} ?[-/.年] ?{_MONTH} ?(?:[-/.月] ?{_DAY}? ?日?)?{_CLOCK}{_ZONE}",
    "day-month-year": rf"^{_DAY}[-/.]{_MONTH}[-/.]{_YEAR}{_CLOCK}{_ZONE}",
    "month-day-year": rf"^{_MONTH}[-/.]{_DAY}[-/.]{_YEAR}{_CLOCK}{_ZONE}",
}


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
    year, month, day = (_numbers(found, part) for part in ("year", "month", "day"))
    hours = _numbers(found, "hour") + _numbers(found, "minute") / 60.0 + _numbers(found, "second") / 3600.0
    valid = np.asarray(pc.is_valid(found)) & (month >= 1) & (month <= 12) & (day <= 31)
    months = np.where(valid, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    whole = months.astype("datetime64[D]").astype(np.int64) + np.maximum(day, 1.0) - 1.0
    return np.where(valid, whole + hours / 24.0, np.nan)


def _numbers(found: pa.StructArray, part: str) -> np.ndarray:
    texts = pc.struct_field(found, [part])
    filled = pc.fill_null(pc.if_else(pc.equal(texts, ""), "0", texts), "0")
    return np.asarray(filled.cast(pa.int64()).to_numpy(zero_copy_only=False), dtype=float)
