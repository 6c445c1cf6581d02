"""Amounts for a stretch of days that reaches over a window's edge.

A bill for one month belongs to the window it was issued in. A bill for many months that reaches
into the window tells a sum of which nobody knows the part that belongs there: the window's amount
is unknown then, not a guess.
"""

from datetime import date
from typing import TYPE_CHECKING, Any

from liuke.kernel.days import midnight
from liuke.view.row_feature import RowFeature
from liuke.view.sources import SOURCES

if TYPE_CHECKING:
    import ibis

LONGEST_MONTH_DAYS = 31
AROUND_DAYS = 90  # behind the as-of day, in which those around a customer are counted


def unclear_amounts(feature: RowFeature, rows: "ibis.Table", *, as_of: date) -> Any | None:
    """Which rows make the amount in the feature's window unknown; None where none can.

    A sum is not spoilt by a long bill that lies in the window whole; any other measure is.
    """
    source, window = SOURCES[feature.source], feature.window
    start, end = window.bounds(as_of=as_of)
    amount = source.columns.get(feature.of or "") == "fen"
    if start is None or not amount or not source.has_periods:
        return None
    reaches_in = (rows.period_start < end) & (rows.period_end > start)
    unclear = (rows.period_days > LONGEST_MONTH_DAYS) & reaches_in
    if feature.measure != "sum":
        return unclear
    return unclear & ~((rows.period_start >= start) & (rows.period_end <= end))


def days_of(feature: RowFeature, *, as_of: date) -> int:
    """Length of the feature's window."""
    start, end = feature.window.bounds(as_of=as_of)
    assert start is not None
    return (midnight(end) - midnight(start)).days
