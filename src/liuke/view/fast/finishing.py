"""Values of features from their tallies, as Arrow columns; what `liuke.view.aggregates` says, in arrays."""

from collections.abc import Callable, Mapping
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.view.fast.arrays import array_of, is_known, values_of
from liuke.view.fast.codes import MICRO, day_number, decode, decode_floats, round_half_away
from liuke.view.fast.tally import Tally
from liuke.view.feature import DerivedFeature
from liuke.view.measures import LEAST_KNOWN
from liuke.view.periods import days_of
from liuke.view.row_feature import RowFeature
from liuke.view.sources import SOURCES

Parts = Mapping[str, Tally]


def finish(feature: RowFeature, parts: Parts, *, as_of: date, factor: float | None) -> pa.Array:
    """The feature's column from the tallies it asked for; what is missing is as the feature declares."""
    values, known = _value(feature, parts, as_of=as_of)
    if factor is not None:
        values = values.astype(np.float64) * factor
        if feature.kind != "number":
            values = round_half_away(values).astype(np.int64)
    if feature.missing == "zero":
        values, known = (values if known is None else np.where(known, values, values.dtype.type(0))), None
    if "unclear" in parts:
        clear = ~parts["unclear"].known
        known = clear if known is None else known & clear
    if feature.kind == "number":
        return array_of(values.astype(np.float64), pa.float64(), known)
    words = parts["value"].words if "value" in parts else None
    return decode(feature.kind, values, known, words=words)


def _value(feature: RowFeature, parts: Parts, *, as_of: date) -> tuple[np.ndarray, np.ndarray | None]:
    """Values, and where there is one; None where each is, or is zero where there is none."""
    match feature.measure:
        case "count" | "any" | "distinct" | "active_days":
            return parts["count"].values, None if feature.missing == "zero" else parts["count"].known
        case "sum":
            return _sum(feature, parts["sum"]), _usable(parts)
        case "mean":
            held = parts["held"].values
            return _divide(_sum(feature, parts["sum"]), held), parts["usable"].known & (held != 0)
        case "slope":
            return _slope(feature, parts), _usable(parts)
        case "mean_gap_days":
            gaps = parts["count"].values - 1
            return _divide(parts["high"].values - parts["low"].values, gaps), gaps > 0
    found = parts["value"]
    known = found.known
    if feature.measure == "daily_mean":
        return _daily_mean(feature, found, parts["first"], as_of=as_of)
    values = found.values
    if feature.measure in _CALENDAR:
        values = np.where(known, values, 0)
    if feature.kind == "number":
        values = decode_floats(values)
    if feature.measure in _SINCE:
        values = _SINCE[feature.measure](values, as_of)
    return values, known


def _daily_mean(
    feature: RowFeature, held: Tally, first: Tally, *, as_of: date
) -> tuple[np.ndarray, np.ndarray]:
    """Fen held on all days together, by the days since the first balance; none where too few are known."""
    every = days_of(feature, as_of=as_of)
    if feature.missing == "zero":
        return np.where(held.known, held.values, 0) / every, held.known
    start, end = feature.window.bounds(as_of=as_of)
    assert start is not None
    days = day_number(end) - np.maximum(first.values, day_number(start))
    known = held.known & (days >= LEAST_KNOWN * every)
    return np.where(known, held.values, 0) / np.where(known, days, 1), known


def _usable(parts: Parts) -> np.ndarray | None:
    return parts["usable"].known if "usable" in parts else None


def _sum(feature: RowFeature, total: Tally) -> np.ndarray:
    """Whole numbers as they are, numbers from millionths."""
    kind = SOURCES[feature.source].columns[feature.of or ""]
    return total.values / MICRO if kind == "number" else total.values


def _divide(values: np.ndarray, by: np.ndarray) -> np.ndarray:
    return values.astype(np.float64) / np.where(by == 0, 1, by)


def _slope(feature: RowFeature, parts: Parts) -> np.ndarray:
    """Least squares through the monthly sums; a month without rows is a month of nothing."""
    months = feature.months or 0
    centre = (months - 1) / 2
    spread = sum((number - centre) ** 2 for number in range(months))
    slope = _sum(feature, parts["sum 0"]).astype(np.float64) * ((0 - centre) / spread)
    for number in range(1, months):
        slope = slope + _sum(feature, parts[f"sum {number}"]).astype(np.float64) * (
            (number - centre) / spread
        )
    return slope


def _full_months(days: np.ndarray, as_of: date) -> np.ndarray:
    """Months completed by the as-of day; the 31st completes a month on its last day."""
    day = days.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    number = month.astype(np.int64) + 1970 * 12
    months = as_of.year * 12 + as_of.month - 1 - number
    if date.fromordinal(as_of.toordinal() + 1).month != as_of.month:
        return months
    return months - ((day - month.astype("datetime64[D]")).astype(np.int64) + 1 > as_of.day)


_CALENDAR = ("months_since_first", "years_since_first")  # have no answer to a day that is none
_SINCE: Mapping[str, Callable[[np.ndarray, date], np.ndarray]] = {
    "days_since_first": lambda days, as_of: day_number(as_of) - days,
    "days_since_last": lambda days, as_of: day_number(as_of) - days,
    "days_until_last": lambda days, as_of: days - day_number(as_of),
    "months_since_first": _full_months,
    "years_since_first": lambda days, as_of: _full_months(days, as_of) // 12,
}


def derive(feature: DerivedFeature, of: pa.Array, base: pa.Array) -> pa.Array:
    """Two columns compared; missing where either is, or where it would divide by zero."""
    known = is_known(of) & is_known(base)
    left, right = _floats(of), _floats(base)
    with np.errstate(all="ignore"):
        match feature.measure:
            case "difference":
                values = left - right
            case "ratio":
                values, known = left / right, known & (right != 0)
            case _:
                values, known = (left - right) / right, known & ((right > 0) | np.isnan(right))
    return array_of(np.where(known, values, 0.0), pa.float64(), known)


def _floats(column: pa.Array) -> np.ndarray:
    return values_of(pc.cast(column, pa.float64()))
