"""Reports as tables: lines with a label, and for each figure the question that its customers answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liuke_desk.bridge.reports import describe_dimensions
from liuke_desk.people.models import Unit
from liuke_desk.reports.forms import BY_UNIT, write_month
from liuke_desk.reports.selectors import ITSELF

Words = Mapping[str, Any]


@dataclass(frozen=True)
class Cell:
    """One figure: how it is shown, and the address of its customers; none where nobody is behind it."""

    figure: Mapping[str, Any]
    address: str
    is_part: bool  # a kind of the total before it
    is_expected: bool  # a sum of probabilities, not of customers
    words: Words  # of its column, for rows that stand as cards


@dataclass(frozen=True)
class Line:
    label: str
    address: str  # of the same report one level down
    is_over: bool
    cells: list[Cell]
    main: Mapping[str, Any]
    rate: Mapping[str, Any] | None


@dataclass(frozen=True)
class Table:
    columns: list[Words]
    lines: list[Line]
    main: Words  # the column that changes are told of
    has_rate: bool
    has_changes: bool  # what is expected has no month before it to compare with


def lay_out(
    drawn: Mapping[str, Any],
    *,
    report: Words,
    label: Callable[[Mapping[str, Any]], tuple[str, str]],
    ask: Callable[[Mapping[str, Any]], dict[str, Any]],
) -> Table:
    """label: of a line, its words and the address it leads to. ask: what its figures are asked with."""
    columns = drawn["columns"]
    main = find_main(columns, report)
    lines = []
    for line in drawn["lines"]:
        asked = ask(line)
        words, address = label(line)
        lines.append(
            Line(
                label=words,
                address=address,
                is_over=line["is_over"],
                cells=[_make_cell(line, column, asked) for column in columns],
                main=line["figures"].get(main["name"], {}) if main else {},
                rate=line["rate"],
            )
        )
    has_rate = any(line.rate for line in lines)
    return Table(columns, lines, main or {}, has_rate, has_changes=report["name"] != "predicted")


def find_main(columns: list[Words], report: Words) -> Words | None:
    """The figure a report leads with: its total, or the longest horizon of what is expected."""
    own = [column for column in columns if column["measure"] == report["main"]]
    totals = [column for column in own if column["kind"] is None]
    return (totals or own[-1:] or columns[:1] or [None])[0]


def _make_cell(line: Mapping[str, Any], column: Words, asked: Mapping[str, Any]) -> Cell:
    figure = line["figures"][column["name"]]
    address = ""
    if figure["count"] or column["measure"] == "net":
        query = urlencode({**asked, "figure": column["name"]})
        address = f"{reverse('report-customers')}?{query}"
    is_expected = column["measure"] == "predicted" or (column["measure"] == "split" and column["kind"])
    return Cell(figure, address, column["kind"] is not None, bool(is_expected), column)


def make_month_table(drawn: Mapping[str, Any], *, report: Words, asked: Mapping[str, Any]) -> Table:
    """A line for each month, the latest first."""
    backwards = {**drawn, "lines": list(reversed(drawn["lines"]))}
    base = {"report": asked["report"], "unit": asked["unit"]}

    def label(line: Mapping[str, Any]) -> tuple[str, str]:
        month = write_month(line["month"])
        query = urlencode({**base, "by": asked["by"], "show": asked["show"], "month": month})
        return month, f"?{query}"

    return lay_out(
        backwards, report=report, label=label, ask=lambda line: {**base, "month": write_month(line["month"])}
    )


def make_member_table(
    drawn: Mapping[str, Any],
    *,
    report: Words,
    asked: Mapping[str, Any],
    frame: Mapping[str, Any],
    units: Mapping[str, Unit],
) -> Table:
    """A line for each member; one of a unit leads to the units below it."""
    base = {name: asked[name] for name in ("report", "unit", "by")}
    base["month"] = write_month(asked["month"])
    is_unit = asked["by"] == BY_UNIT
    parents = {unit.parent_id for unit in units.values()}

    def label(line: Mapping[str, Any]) -> tuple[str, str]:
        member = line["member"]
        if is_unit and member in parents:
            query = urlencode({**base, "unit": member, "show": asked["show"]})
            return say_member(member, asked["by"], frame, units), f"?{query}"
        return say_member(member, asked["by"], frame, units), ""

    def ask(line: Mapping[str, Any]) -> dict[str, Any]:
        if not is_unit:
            return {**base, "member": line["member"]}
        if line["member"] == ITSELF:
            return {**base, "only": "on"}
        return {**base, "unit": line["member"]}

    return lay_out(drawn, report=report, label=label, ask=ask)


def say_dimension(frame: Mapping[str, Any], by: str) -> str:
    """What the lines of a table are: units, plans, bands."""
    if by == BY_UNIT:
        return _("Unit")
    language = "en" if get_language() == "en" else "zh"
    return next(each[language] for each in describe_dimensions(frame) if each["name"] == by)


def say_member(member: str, by: str, frame: Mapping[str, Any], units: Mapping[str, Unit]) -> str:
    """A member in the reader's words."""
    language = "en" if get_language() == "en" else "zh"
    if by == BY_UNIT:
        return units[member].say(language) if member in units else _("In no unit below")
    if not member:
        return _("Unknown")
    words = (frame["dealers"] if by == "dealer" else frame["bands"].get(by, {})).get(member)
    return words[language] if words else member
