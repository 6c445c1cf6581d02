"""A report as of a day, read from the figures that a cycle stored."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ibis import _

from liuke.kernel.errors import LiukeError, suggestion
from liuke.kernel.words import Language
from liuke.pipeline.steps.reports import CARD
from liuke.pipeline.workspace import Workspace
from liuke.predict.reports.kinds import REPORTS, ReportKind
from liuke.predict.reports.lines import Column, Line, draw_members, draw_months, list_columns
from liuke.predict.reports.months import Month
from liuke.predict.reports.sums import Tally
from liuke.predict.reports.tables import DIMENSIONS
from liuke.predict.reports.terms import UNKNOWN

Card = Mapping[str, Any]


@dataclass(frozen=True)
class ReportAnswer:
    """A report's lines: a month each, or a member of a dimension each. missing: why it is empty, or None."""

    report: ReportKind
    as_of: date
    by: str
    month: date | None
    columns: list[Column]
    lines: list[Line]
    words: Mapping[str, Mapping[str, str]]  # of members
    missing: Mapping[str, str] | None
    currency: str

    def document(self) -> dict[str, Any]:
        return {
            "report": self.report.name,
            "as_of": self.as_of,
            "known_by": self.as_of,  # exclusive: a month told of may change when more becomes known
            "by": self.by,
            "month": self.month,
            "currency": self.currency,
            "missing": self.missing,
            "columns": [{"name": column.name, **column.words} for column in self.columns],
            "lines": [line.document() | {"words": self.words.get(line.member)} for line in self.lines],
        }


def read_report(
    workspace: Workspace,
    name: str,
    *,
    as_of: date,
    by: str = "month",
    month: date | None = None,
    unit: str | None = None,
) -> ReportAnswer:
    """A report of the last cycle on or before a day.

    by: "month", a dimension, or a level of units. month: the only one told of; members are told of the last
    that is over unless said. unit: with all below it. Raises LiukeError for what there is not.
    """
    report = _find(name, REPORTS, "report")
    day = _last_cycle(workspace, as_of)
    card = read_card(workspace, day)
    tree = UnitTree(_rows(workspace, "units"))
    _find(by, ("month", *(each for each in DIMENSIONS if each != "all"), *tree.levels), "dimension")
    cells = _cells(workspace, day, report, "all" if by == "month" or by in tree.levels else by)
    cells = tree.keep(cells, unit) if unit is not None else cells
    if by in tree.levels:
        cells = [cell | {"member": tree.above(cell["unit_id"], by)} for cell in cells]
    tally, months = Tally(cells), months_of(card, report)
    words = member_words(workspace, card, by) | tree.words
    missing, currency = card["missing"].get(name), workspace.config.currency
    columns = list_columns(report, tally)
    if by == "month" or not months:
        shown = [_choose_month(months, month)] if month is not None and months else months
        told = draw_months(report, tally, months) if missing is None else []
        lines = [line for line in told if line.month in {each.starts_on for each in shown}]
        return ReportAnswer(report, day, by, None, columns, lines, words, missing, currency)
    chosen = _choose_month(months, month)
    members = order_members(tally, report, chosen, by, card)
    lines = draw_members(report, tally, months, chosen, members)
    return ReportAnswer(report, day, by, chosen.starts_on, columns, lines, words, missing, currency)


def list_dimensions(workspace: Workspace) -> list[str]:
    """What reports are told by besides months: dimensions, then levels of units from above."""
    levels = UnitTree(_rows(workspace, "units")).levels
    return [*(each for each in DIMENSIONS if each != "all"), *levels]


def say_unit(workspace: Workspace, unit: str, language: Language) -> str:
    """The name of a unit in one language."""
    return UnitTree(_rows(workspace, "units")).words[unit][language]


def read_card(workspace: Workspace, day: date) -> dict[str, Any]:
    """Months, bands and what is missing, as the cycle of a day left them."""
    path = workspace.var / "runs" / day.isoformat() / CARD
    if not path.is_file():
        raise LiukeError(
            f"The cycle as of {day} made no reports; run 'liuke cycle -w {workspace.root} --as-of {day}'."
        )
    return json.loads(path.read_text(encoding="utf-8"))


def months_of(card: Card, report: ReportKind) -> list[Month]:
    """The months a report tells of; one that looks ahead tells of the as-of day alone."""
    if report.is_ahead:
        as_of = date.fromisoformat(card["as_of"])
        return [Month(as_of.replace(day=1), as_of, is_over=False)]
    months = [
        Month(date.fromisoformat(each["month"]), date.fromisoformat(each["ends_on"]), each["is_over"])
        for each in card["months"]
    ]
    searched_from = card["searched_from"] if report.name == "shares" else None
    return [month for month in months if searched_from is None or str(month.starts_on) >= searched_from]


def member_words(workspace: Workspace, card: Card, by: str) -> dict[str, dict[str, str]]:
    """What members are called, where it is not their own name: bands and dealers."""
    if by == "dealer":
        names = workspace.table("dealers").group_by("dealer_id").agg(name=_.name.argmax(_.known_at))
        found = workspace.engine.to_arrow(names.filter(_.name.notnull())).to_pylist()
        return {row["dealer_id"]: {"zh": row["name"], "en": row["name"]} for row in found}
    return dict(card["bands"].get(by, {}))


def order_members(tally: Tally, report: ReportKind, month: Month, by: str, card: Card) -> list[str]:
    """Bands as they rise, other members by the report's main figure, the unknown last."""
    bands = list(card["bands"].get(by, ()))
    if bands:
        return [band for band in bands if band in tally.members] + [UNKNOWN] * (UNKNOWN in tally.members)

    def weight(member: str) -> tuple[bool, float, str]:
        return member == UNKNOWN, -tally.sum(member, month.starts_on, report.main).count, member

    return sorted(tally.members, key=weight)


class UnitTree:
    """Units and those above them."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]):
        self._rows = {row["unit_id"]: row for row in rows}
        self.levels = tuple(dict.fromkeys(row["level"] for row in rows))
        self.words = {
            row["unit_id"]: {"zh": row["name_zh"], "en": row["name_en"] or row["name_zh"]} for row in rows
        }

    def way_up(self, unit_id: str) -> list[str]:
        """The unit and all above it; nothing for an unknown one."""
        way: list[str] = []
        step: str | None = unit_id
        while step is not None and step in self._rows and step not in way:
            way.append(step)
            step = self._rows[step]["parent_id"]
        return way

    def above(self, unit_id: str, level: str) -> str:
        """The unit of a level that one lies in; "" where it lies in none."""
        found = (each for each in self.way_up(unit_id) if self._rows[each]["level"] == level)
        return next(found, UNKNOWN)

    def keep(self, cells: list[dict[str, Any]], unit_id: str) -> list[dict[str, Any]]:
        """The cells of a unit and all below it."""
        _find(unit_id, self._rows, "unit")
        return [cell for cell in cells if unit_id in self.way_up(cell["unit_id"])]


def _cells(workspace: Workspace, day: date, report: ReportKind, dimension: str) -> list[dict[str, Any]]:
    measures = [counted.measure for counted in report.counted]
    table = workspace.table("report_cells", as_of=day)
    chosen = table.filter(_.dimension == dimension, _.measure.isin(measures))
    return workspace.engine.to_arrow(chosen).to_pylist()


def _rows(workspace: Workspace, name: str) -> list[dict[str, Any]]:
    return workspace.engine.to_arrow(workspace.table(name)).to_pylist()


def _last_cycle(workspace: Workspace, as_of: date) -> date:
    days = [day for day in workspace.as_of_days("report_cells") if day <= as_of]
    if not days:
        raise LiukeError(
            f"No cycle has made reports as of {as_of}; run 'liuke cycle -w {workspace.root}' first."
        )
    return days[-1]


def _choose_month(months: Sequence[Month], wanted: date | None) -> Month:
    if wanted is None:
        return next((month for month in reversed(months) if month.is_over), months[-1])
    found = next((month for month in months if month.starts_on == wanted), None)
    if found is None:
        raise LiukeError(
            f"Reports do not tell of {wanted:%Y-%m}; they tell of {months[0].starts_on:%Y-%m} "
            f"to {months[-1].starts_on:%Y-%m}."
        )
    return found


def _find(name: str, known: Any, what: str) -> Any:
    """The value of a name in a mapping, or the name itself; an unknown one is refused with the nearest."""
    if name not in known:
        raise LiukeError(
            f"There is no {what} {name!r}{suggestion(name, known)}; there are: {', '.join(known) or 'none'}."
        )
    return known[name] if isinstance(known, Mapping) else name
