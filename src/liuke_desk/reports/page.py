"""What the page of a report shows: two readings of published figures, whatever there is to show."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from liuke_desk.bridge import reports as warehouse
from liuke_desk.bridge import workspace
from liuke_desk.customers.models import Publication
from liuke_desk.people.models import Unit, User
from liuke_desk.people.selectors import scope_of
from liuke_desk.reports import charts, selectors
from liuke_desk.reports.files import list_rows
from liuke_desk.reports.forms import BY_UNIT
from liuke_desk.reports.tables import Table, find_main, make_member_table, make_month_table, say_dimension
from liuke_desk.ui.currencies import say_currency

Asked = Mapping[str, Any]
YEAR_MONTHS = 12


def read_page(
    user: User, publication: Publication, frame: dict[str, Any], asked: Asked, units: list[Unit]
) -> dict[str, Any]:
    """Months, members, charts and figures of one report in the units asked for."""
    reports = warehouse.describe_reports()
    report = next(each for each in reports if each["name"] == asked["report"])
    context: dict[str, Any] = {
        "reports": reports,
        "report": report,
        "asked": asked,
        "show": asked["show"],
        "missing": frame["missing"].get(report["name"]),
        "as_rows": lambda: ([], []),
    }
    if context["missing"] or not asked["month"]:
        return context
    chosen = [asked["unit"]] if asked["unit"] else selectors.choose_tops(user, units)
    money = say_currency(workspace.currency())
    by_month = _draw_months(publication, frame, asked, chosen)
    months = make_month_table(by_month, report=report, asked=asked)
    members = _make_members(publication, frame, asked, chosen, units, report)
    look = {"report": report, "show": asked["show"], "money": money}
    sees_all = scope_of(user) is None and not asked["unit"]
    return context | {
        "by_words": say_dimension(frame, asked["by"]),
        "months": months,
        "members": members,
        "has_months": len(months.lines) > 1,
        "figures": _lead_figures(by_month, report, asked["month"]),
        "month_chart": charts.draw_months(by_month, **look) if len(months.lines) > 1 else None,
        "member_chart": charts.draw_members(members, **look),
        "net_churn": frame["net_churn"] if report["name"] == "shares" and sees_all else [],
        "as_rows": lambda: list_rows(months, members, by_month["columns"], asked),
    }


def _draw_months(publication: Publication, frame: Asked, asked: Asked, chosen: list[str]) -> dict[str, Any]:
    cells = selectors.list_cells(
        publication,
        measures=warehouse.list_measures(asked["report"]),
        units=chosen,
        dimension=warehouse.ALL,
    )
    for cell in cells:
        cell["member"] = ""
    return warehouse.draw_by_month(asked["report"], frame, cells)


def _make_members(
    publication: Publication,
    frame: Asked,
    asked: Asked,
    chosen: list[str],
    units: list[Unit],
    report: Asked,
) -> Table:
    is_unit = asked["by"] == BY_UNIT
    parts = selectors.list_parts(chosen, units) if is_unit else []
    cells = selectors.list_cells(
        publication,
        measures=warehouse.list_measures(asked["report"]),
        units={*chosen, *parts},
        dimension=warehouse.ALL if is_unit else asked["by"],
        months=_compared_months(asked["month"]),
    )
    if is_unit:
        cells = selectors.by_part(cells, chosen, parts)
    drawn = warehouse.draw_by_member(
        asked["report"], frame, cells, month=asked["month"], dimension=asked["by"]
    )
    named = {unit.pk: unit for unit in units}
    return make_member_table(drawn, report=report, asked=asked, frame=frame, units=named)


def _compared_months(month: date) -> list[date]:
    before = date(month.year - (month.month == 1), month.month - 1 or YEAR_MONTHS, 1)
    return [month, before, date(month.year - 1, month.month, 1)]


def _lead_figures(drawn: Mapping[str, Any], report: Asked, month: date) -> dict[str, Any]:
    """The totals of the chosen month, or the kinds where a report has no total; and the rate."""
    line = next((each for each in drawn["lines"] if each["month"] == month), None)
    if line is None:
        return {}
    totals = [column for column in drawn["columns"] if column["kind"] is None]
    shown = drawn["columns"] if report["name"] == "shares" or len(totals) < 2 else totals
    main = find_main(drawn["columns"], report)
    whole = line["figures"][main["name"]]["count"] if main else 0
    return {
        "is_over": line["is_over"],
        "rate": line["rate"],
        "cards": [
            {
                "words": column,
                "figure": figure,
                "is_expected": figure["low"] is not None,
                "share": figure["count"] / whole
                if report["name"] == "shares" and column["kind"] and whole
                else None,
            }
            for column in shown
            if (figure := line["figures"][column["name"]]) is not None
        ],
    }
