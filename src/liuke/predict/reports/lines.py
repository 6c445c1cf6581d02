"""The lines of a report, from cells: counts, value, rate with its interval, change."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from liuke.kernel.days import add_months
from liuke.kernel.rates import wilson
from liuke.predict.reports.intervals import expected_range
from liuke.predict.reports.kinds import NET, ReportKind, order_kinds, say_kind
from liuke.predict.reports.months import Month
from liuke.predict.reports.sums import Sum, Tally

YEAR_MONTHS = 12
AHEAD = "predicted"  # its kinds lie within each other, so no total of them makes sense


@dataclass(frozen=True)
class Column:
    """A figure that every line has. kind: None for the total of a measure."""

    name: str
    measure: str
    kind: str | None
    words: dict[str, str]


@dataclass(frozen=True)
class Figure:
    """One number and its value in fen (None: not known of anybody).

    low, high: 95 % interval of what is expected; None for what happened, which is counted whole, and for
    re-entry, whose main doubt is the matching itself: of that `net_churn` tells for the whole company.
    before, year_before: the same figure a month and a year earlier; None where that month is not told of,
    or the month itself is not over. value_before, value_year_before likewise.
    """

    count: float
    value_fen: int | None
    low: float | None = None
    high: float | None = None
    before: float | None = None
    year_before: float | None = None
    value_before_fen: int | None = None
    value_year_before_fen: int | None = None


@dataclass(frozen=True)
class Rate:
    """Of those with the company at the month's start, the share that was lost by its end."""

    share: float
    low: float
    high: float
    lost: int
    of: int


@dataclass(frozen=True)
class Line:
    """One month, or one member of a dimension in a month. rate: None where nobody was there to be lost."""

    member: str
    month: date
    is_over: bool
    figures: dict[str, Figure]
    rate: Rate | None

    def document(self) -> dict[str, Any]:
        return asdict(self)


def list_columns(report: ReportKind, tally: Tally) -> list[Column]:
    """The figures of a report, as far as its cells have kinds."""
    told = [each for each in report.counted if not each.is_optional or tally.kinds(each.measure)]
    is_shared = sum(each.is_split and bool(tally.kinds(each.measure)) for each in told) > 1
    columns = []
    for counted in told:
        if counted.measure != AHEAD:
            columns.append(Column(counted.measure, counted.measure, None, counted.words.model_dump()))
        for kind in order_kinds(tally.kinds(counted.measure)) if counted.is_split else ():
            words = counted.say_kind(kind) if is_shared else say_kind(kind)
            columns.append(Column(f"{counted.measure}:{kind}", counted.measure, kind, words.model_dump()))
    return columns


def main_column(report: ReportKind, columns: Sequence[Column]) -> Column | None:
    """The figure a report leads with: its total, or the longest horizon of what is expected."""
    own = [column for column in columns if column.measure == report.main]
    totals = [column for column in own if column.kind is None]
    return next(iter(totals or own[-1:] or columns[:1]), None)


def draw_months(report: ReportKind, tally: Tally, months: Sequence[Month], *, member: str = "") -> list[Line]:
    """A line for each month, earliest first, of one member."""
    return [_draw(report, tally, months, member, month) for month in months]


def draw_members(
    report: ReportKind, tally: Tally, months: Sequence[Month], month: Month, members: Iterable[str]
) -> list[Line]:
    """A line for each member in one month, in the order given."""
    return [_draw(report, tally, months, member, month) for member in members]


def _draw(report: ReportKind, tally: Tally, months: Sequence[Month], member: str, month: Month) -> Line:
    told = {each.starts_on for each in months} if month.is_over else set()
    figures = {
        column.name: _figure(tally, member, month.starts_on, column, told)
        for column in list_columns(report, tally)
    }
    rate = _rate(tally, member, month.starts_on) if report.name == "churn" else None
    return Line(member, month.starts_on, month.is_over, figures, rate)


def _figure(tally: Tally, member: str, month: date, column: Column, told: set[date]) -> Figure:
    here = _sum(tally, member, month, column)
    before, year_before = (
        _sum(tally, member, earlier, column) if earlier in told else None
        for earlier in (add_months(month, -1), add_months(month, -YEAR_MONTHS))
    )
    low, high = (
        expected_range(here.count, here.variance, here.third) if column.measure == AHEAD else (None, None)
    )
    return Figure(
        count=here.count,
        value_fen=_worth(tally, member, month, column),
        low=low,
        high=high,
        before=before.count if before else None,
        year_before=year_before.count if year_before else None,
        value_before_fen=_worth(tally, member, add_months(month, -1), column) if before else None,
        value_year_before_fen=(
            _worth(tally, member, add_months(month, -YEAR_MONTHS), column) if year_before else None
        ),
    )


def _worth(tally: Tally, member: str, month: date, column: Column) -> int | None:
    """The value that is known of; of the net only where that of everybody who came and went is known.

    Who is new has had no bill yet, so their value counted as nought would make every net a loss.
    """
    if column.measure == NET:
        parts = [tally.sum(member, month, measure) for measure in ("new", "returned", "lost")]
        if any(part.valued < part.count for part in parts):
            return None
    return _sum(tally, member, month, column).worth_fen


def _sum(tally: Tally, member: str, month: date, column: Column) -> Sum:
    if column.measure == NET:
        came = tally.sum(member, month, "new") + tally.sum(member, month, "returned")
        return came - tally.sum(member, month, "lost")
    return tally.sum(member, month, column.measure, column.kind)


def _rate(tally: Tally, member: str, month: date) -> Rate | None:
    """Leavers who came within the month are in no share of those who were there when it began."""
    opening = round(tally.sum(member, month, "opening").count)
    if not opening:
        return None
    # By member of a dimension as of each event, so one who changed plan in between may be lost from another.
    lost = min(tally.sum(member, month, "lost").of_opening, opening)
    return Rate(lost / opening, *wilson(lost, opening), lost, opening)
