"""Each measure as aggregates over a customer's rows, and what is made of them afterwards.

Sums must not depend on the order of the rows, so numbers are summed as decimals; money is whole fen.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_
from typing import Any, TypeAlias

import ibis

from liuke.ingest.canonical import ARROW_TYPES, Kind
from liuke.kernel.days import midnight
from liuke.view.conditions import Condition
from liuke.view.levels import first_known
from liuke.view.measures import LEAST_KNOWN, LEVELS, MEASURES
from liuke.view.periods import days_of, unclear_amounts
from liuke.view.row_feature import RowFeature
from liuke.view.sources import SOURCES

Column: TypeAlias = Any  # an Ibis value
_LARGEST = 1e30  # beyond it, and for infinities and not-a-number, a float is no usable quantity


@dataclass(frozen=True)
class DistinctCount:
    """A count of distinct values that will be a column; counts over one `key` are made together."""

    column: str
    key: str
    value: Column
    where: Column | None


def aggregates_of(feature: RowFeature, rows: ibis.Table, *, as_of: date) -> dict[str, Column]:
    """Aggregates over the source's rows that the feature's value is made of."""
    unclear = unclear_amounts(feature, rows, as_of=as_of)
    spoilt = {} if unclear is None else {_part(feature, "unclear"): unclear.any()}
    return _aggregates(feature, rows, as_of=as_of) | spoilt


def _aggregates(feature: RowFeature, rows: ibis.Table, *, as_of: date) -> dict[str, Column]:
    where = _rows_counted(feature, rows, as_of=as_of)
    match feature.measure:
        case "count" | "any":
            return {feature.name: rows.count(where=where) if where is not None else rows.count()}
        case "slope":
            return _monthly_sums(feature, rows, as_of=as_of)
        case "mean":
            total, held = (
                exact_sum(_measured(feature, rows), where),
                _measured(feature, rows).count(where=where),
            )
            return {_part(feature, "sum"): total, _part(feature, "count"): held}
        case "mean_gap_days":
            on = _on(feature, rows)
            return {_part(feature, "first"): on.min(where=where), _part(feature, "last"): on.max(where=where)}
        case "distinct" | "active_days" | "level" | "daily_mean" | "peak":
            return {}
        case measure:
            return {feature.name: _ONE[measure](feature, rows, where)}


def distinct_of(feature: RowFeature, rows: ibis.Table, *, as_of: date) -> DistinctCount | None:
    """What the feature counts the distinct values of, if it does."""
    where = _rows_counted(feature, rows, as_of=as_of)
    match feature.measure:
        case "distinct":
            return DistinctCount(feature.name, f"value of {feature.of}", _measured(feature, rows), where)
        case "active_days":
            return DistinctCount(feature.name, f"day of {feature.of}", _on(feature, rows), where)
        case "mean_gap_days":
            return DistinctCount(_part(feature, "days"), f"day of {feature.of}", _on(feature, rows), where)
        case _:
            return None


def finish(feature: RowFeature, view: ibis.Table, *, as_of: date, factor: float | None) -> Column:
    """The feature's value from its aggregates; what is missing is as the feature declares."""
    value = _value(feature, view, as_of=as_of)
    if feature.measure in ("count", "distinct", "active_days") and feature.missing == "unknown":
        value = value.nullif(0)
    if factor is not None:
        value = (
            (value * ibis.literal(factor, "float64")).round(0) if feature.kind != "number" else value * factor
        )
    value = value.cast(ibis_type(feature.kind))
    if feature.missing == "zero":
        value = value.fill_null(False if feature.kind == "flag" else 0)
    if (spoilt := _part(feature, "unclear")) in view.columns:
        value = view[spoilt].fill_null(False).ifelse(ibis.null(value.type()), value)
    return value


def ibis_type(kind: Kind) -> Any:
    """The engine's type of a kind of value."""
    return ibis.dtype(ARROW_TYPES[kind])


def _value(feature: RowFeature, view: ibis.Table, *, as_of: date) -> Column:
    today = ibis.literal(as_of)
    match feature.measure:
        case "any":
            return view[feature.name].nullif(0) > 0
        case "slope":
            return _slope(feature, view)
        case "mean":
            total = view[_part(feature, "sum")].cast("float64")
            return total / view[_part(feature, "count")].nullif(0)
        case "mean_gap_days":
            first, last = view[_part(feature, "first")], view[_part(feature, "last")]
            gaps = (view[_part(feature, "days")] - 1).cast("float64")
            return last.delta(first, unit="day").cast("float64") / gaps.nullif(0)
        case "days_since_first" | "days_since_last":
            return today.delta(view[feature.name], unit="day")
        case "days_until_last":
            return view[feature.name].delta(today, unit="day")
        case "months_since_first":
            return _full_months(view[feature.name], as_of=as_of)
        case "years_since_first":
            return (_full_months(view[feature.name], as_of=as_of) / 12).floor()
        case "daily_mean":
            return _daily_mean(feature, view, as_of=as_of)
        case _:
            return view[feature.name]


def _daily_mean(feature: RowFeature, view: ibis.Table, *, as_of: date) -> Column:
    total, every = view[feature.name].cast("float64"), days_of(feature, as_of=as_of)
    if feature.missing == "zero":  # nothing known is declared to be nothing held
        return total / every
    start, end = feature.window.bounds(as_of=as_of)
    first, opens = view[first_known(feature)], ibis.literal(start)
    since = (first > opens).ifelse(first, opens)
    days = ibis.literal(end).delta(since, unit="day").cast("float64")
    return ibis.ifelse(days >= LEAST_KNOWN * every, total / days, ibis.null("float64"))


def rows_meeting(feature: RowFeature, rows: ibis.Table) -> ibis.Table:
    """Rows that meet the feature's conditions, of any time."""
    return reduce(lambda met, one: met.filter(_met(one[1], met[one[0]])), sorted(feature.where.items()), rows)


def _rows_counted(feature: RowFeature, rows: ibis.Table, *, as_of: date) -> Column | None:
    conditions = [_met(condition, rows[column]) for column, condition in feature.where.items()]
    if "_since_" in feature.measure:
        conditions.append(_on(feature, rows) <= as_of)  # what has not begun has lasted no time
    if feature.days is not None or feature.months is not None:
        conditions += _between(rows, *feature.window.bounds(as_of=as_of), as_of=as_of)
    return reduce(and_, conditions) if conditions else None


def _between(rows: ibis.Table, start: date | None, end: date, *, as_of: date) -> list[Column]:
    """Conditions for [start, end); nothing at or after the as-of day is among the rows anyway."""
    found = [rows.happened_at >= midnight(start)] if start is not None else []
    return [*found, rows.happened_at < midnight(end)] if end < as_of else found


def _met(condition: Condition, column: Column) -> Column:
    found = []
    if condition.is_in is not None:
        found.append(
            column.isin(condition.is_in) if len(condition.is_in) > 1 else column == condition.is_in[0]
        )
    if condition.not_in is not None:
        found.append(column.notin(condition.not_in).fill_null(True))
    bounds: Mapping[str, Callable[[Column, object], Column]] = {
        "at_least": lambda value, edge: value >= edge,
        "above": lambda value, edge: value > edge,
        "at_most": lambda value, edge: value <= edge,
        "below": lambda value, edge: value < edge,
    }
    for name, compare in bounds.items():
        if (edge := getattr(condition, name)) is not None:
            found.append(compare(column, edge))
    return reduce(and_, found)


def _measured(feature: RowFeature, rows: ibis.Table) -> Column:
    return rows[feature.of or ""]


def _on(feature: RowFeature, rows: ibis.Table) -> Column:
    return _measured(feature, rows).cast("date")


def exact_sum(column: Column, where: Column | None) -> Column:
    """An exact sum: whole numbers as they are, floats as decimals of six places, yes as one."""
    if column.type().is_boolean():
        column = column.cast("int64")
    if column.type().is_floating():
        usable = (column.abs() < _LARGEST).ifelse(column, ibis.null("float64"))
        column = usable.cast("decimal(38, 6)")
    return column.sum(where=where)


def _monthly_sums(feature: RowFeature, rows: ibis.Table, *, as_of: date) -> dict[str, Column]:
    met = [_met(condition, rows[column]) for column, condition in feature.where.items()]
    sums = {}
    for number, (start, end) in enumerate(feature.window.by_month(as_of=as_of)):
        where = reduce(and_, [*met, *_between(rows, start, end, as_of=as_of)])
        sums[_part(feature, str(number))] = exact_sum(_measured(feature, rows), where)
    return sums


def _slope(feature: RowFeature, view: ibis.Table) -> Column:
    """Least squares through the monthly sums; a month without rows is a month of nothing."""
    months = feature.months or 0
    sums = [view[_part(feature, str(number))] for number in range(months)]
    centre = (months - 1) / 2
    spread = sum((number - centre) ** 2 for number in range(months))
    terms = [
        value.fill_null(0).cast("float64") * ((number - centre) / spread) for number, value in enumerate(sums)
    ]
    slope = reduce(lambda left, right: left + right, terms)
    nothing = reduce(and_, [value.isnull() for value in sums])
    return nothing.ifelse(ibis.null("float64"), slope)


def _full_months(day: Column, *, as_of: date) -> Column:
    """Months completed by the as-of day; the 31st completes a month on its last day."""
    months = as_of.year * 12 + as_of.month - (day.year() * 12 + day.month())
    if _is_month_end(as_of):
        return months
    return months - (day.day() > as_of.day).ifelse(1, 0)


def _is_month_end(day: date) -> bool:
    return date.fromordinal(day.toordinal() + 1).month != day.month


def _part(feature: RowFeature, name: str) -> str:
    return f"{feature.name}__{name}"


def _extreme(feature: RowFeature, rows: ibis.Table, where: Column | None, *, latest: bool) -> Column:
    """The value on the latest (or earliest) row that has one; of equal rows the largest (smallest) value."""
    value, source = _measured(feature, rows), SOURCES[feature.source]
    clock = ibis.coalesce(rows[source.clock], rows.known_at)
    stamped = ibis.struct({"at": clock, "known_at": rows.known_at, "value": value})
    known = value.notnull() if where is None else where & value.notnull()
    return (stamped.max(where=known) if latest else stamped.min(where=known))["value"]


_ONE: Mapping[str, Callable[[RowFeature, ibis.Table, Column | None], Column]] = {
    "sum": lambda feature, rows, where: exact_sum(_measured(feature, rows), where),
    "min": lambda feature, rows, where: _measured(feature, rows).min(where=where),
    "max": lambda feature, rows, where: _measured(feature, rows).max(where=where),
    "first": lambda feature, rows, where: _extreme(feature, rows, where, latest=False),
    "latest": lambda feature, rows, where: _extreme(feature, rows, where, latest=True),
    "first_on": lambda feature, rows, where: _on(feature, rows).min(where=where),
    "last_on": lambda feature, rows, where: _on(feature, rows).max(where=where),
    "days_since_first": lambda feature, rows, where: _on(feature, rows).min(where=where),
    "days_since_last": lambda feature, rows, where: _on(feature, rows).max(where=where),
    "days_until_last": lambda feature, rows, where: _on(feature, rows).max(where=where),
    "months_since_first": lambda feature, rows, where: _on(feature, rows).min(where=where),
    "years_since_first": lambda feature, rows, where: _on(feature, rows).min(where=where),
}

assert set(MEASURES) == set(_ONE) | {
    "count",
    "any",
    "slope",
    "mean",
    "mean_gap_days",
    "distinct",
    "active_days",
    *LEVELS,
}
