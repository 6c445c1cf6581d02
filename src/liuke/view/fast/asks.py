"""What a feature asks of its source: a few plain tallies by customer, of which its value is made.

Several features share a tally, so each is taken once for an as-of day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeAlias

from liuke.view.conditions import Condition
from liuke.view.row_feature import RowFeature
from liuke.view.sources import SOURCES
from liuke.view.windows import Window

What: TypeAlias = Literal[
    "count",
    "sum",
    "held",
    "usable",
    "low",
    "high",
    "days",
    "distinct",
    "first",
    "latest",
    "unclear",
    "level",
    "daily_mean",
    "peak",
]
Where: TypeAlias = tuple[tuple[str, Condition], ...]

EVER = Window()


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One tally of a source's rows.

    what: held counts rows with a value; usable those whose value can be summed; days and distinct count
        different values; first and latest are the value of one row; level, daily_mean (added up over
        days) and peak are of amounts that hold until the next; unclear tells of an amount that
        nobody can cut at the window's edge.
    month: of a window of months, this one alone. as_day: values are taken as days.
    elapsed: only values not after the as-of day.
    """

    what: What
    source: str
    of: str | None = None
    where: Where = ()
    window: Window = EVER
    month: int | None = None
    as_day: bool = False
    elapsed: bool = False

    def bounds(self, *, as_of: date) -> tuple[date | None, date]:
        """First day seen (None: from the beginning), and the first day not seen any more."""
        if self.month is not None:
            return self.window.by_month(as_of=as_of)[self.month]
        return self.window.bounds(as_of=as_of)


def asks_of(feature: RowFeature) -> Mapping[str, Ask]:
    """The tallies that a feature's value is made of, by the part they play."""
    where = tuple(sorted(feature.where.items()))
    base = Ask(what="count", source=feature.source, of=feature.of, where=where, window=feature.window)
    asks = _parts(feature, base)
    if _may_be_unclear(feature):
        asks["unclear"] = replace(base, where=(), what="unclear", of=None if feature.measure == "sum" else "")
    return asks


def columns_of(asks: Iterable[Ask]) -> set[str]:
    """Columns that asks measure or set conditions on."""
    asks = list(asks)
    return {ask.of for ask in asks if ask.of} | {name for ask in asks for name, _ in ask.where}


def _parts(feature: RowFeature, base: Ask) -> dict[str, Ask]:
    on = replace(base, as_day=True, elapsed="_since_" in feature.measure and feature.of != "happened_at")
    match feature.measure:
        case "count" | "any":
            return {"count": replace(base, of=None)}
        case "sum":
            return {"sum": replace(base, what="sum"), **_usable(feature, base)}
        case "mean":
            return {what: replace(base, what=what) for what in ("sum", "held", "usable")}
        case "slope":
            months = range(feature.months or 0)
            sums = {f"sum {month}": replace(base, what="sum", month=month) for month in months}
            return {**sums, **_usable(feature, base)}
        case "active_days":
            return {"count": replace(on, what="days")}
        case "distinct":
            return {"count": replace(base, what="distinct")}
        case "mean_gap_days":
            return {
                "count": replace(on, what="days"),
                "low": replace(on, what="low"),
                "high": replace(on, what="high"),
            }
        case "min":
            return {"value": replace(base, what="low")}
        case "max":
            return {"value": replace(base, what="high")}
        case "daily_mean":
            first = replace(on, what="low", of="happened_at", window=EVER)
            return {"value": replace(base, what="daily_mean"), "first": first}
        case "first" | "latest" | "level" | "peak":
            return {"value": replace(base, what=feature.measure)}
        case "first_on" | "days_since_first" | "months_since_first" | "years_since_first":
            return {"value": replace(on, what="low")}
        case "last_on" | "days_since_last" | "days_until_last":
            return {"value": replace(on, what="high")}
        case measure:
            raise ValueError(f"The fast evaluator does not know the measure {measure!r}")


def _usable(feature: RowFeature, base: Ask) -> dict[str, Ask]:
    """Whether there was anything to add up; not asked where nothing is zero."""
    return {} if feature.missing == "zero" else {"usable": replace(base, what="usable")}


def _may_be_unclear(feature: RowFeature) -> bool:
    source = SOURCES[feature.source]
    cut = feature.days is not None or feature.months is not None
    return cut and source.has_periods and source.columns.get(feature.of or "") == "fen"
