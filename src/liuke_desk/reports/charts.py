"""Figures for the charts of reports; the same stand in the tables beside them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liuke_desk.reports.tables import Table, Words, find_main

MEMBERS_SHOWN = 12


def draw_months(drawn: Mapping[str, Any], *, report: Words, show: str, money: str) -> dict[str, Any] | None:
    """Bars by month, one upon the other by kind, and the rate as a line."""
    main = find_main(drawn["columns"], report)
    columns = [column for column in drawn["columns"] if main and column["measure"] == main["measure"]]
    kinds = [column for column in columns if column["kind"] is not None] or columns
    lines = drawn["lines"]
    if not lines or not kinds:
        return None
    language = "en" if get_language() == "en" else "zh"
    series: list[dict[str, Any]] = [
        {
            "name": column[language][:1].upper() + column[language][1:],
            "kind": "bar",
            "stack": "kinds",
            "values": [_amount(line["figures"][column["name"]], show) for line in lines],
        }
        for column in kinds
    ]
    chart = {
        "title": _("%(report)s by month") % {"report": report[language]},
        "kind": "bar",
        "unit": money if show == "value" else _("customers"),
        "categories": [f"{line['month']:%Y-%m}" for line in lines],
        "series": series,
    }
    if any(line["rate"] for line in lines):
        rates = [line["rate"] and round(line["rate"]["share"] * 100, 2) for line in lines]
        series.append({"name": _("Rate, %"), "kind": "line", "axis": 1, "values": rates})
        chart["unit2"] = "%"
    return chart


def draw_members(table: Table, *, report: Words, show: str, money: str) -> dict[str, Any] | None:
    """Bars of the report's main figure, the members with most to tell."""
    lines = [line for line in table.lines if line.main][:MEMBERS_SHOWN]
    if not lines:
        return None
    language = "en" if get_language() == "en" else "zh"
    return {
        "title": _("%(report)s by member") % {"report": report[language]},
        "kind": "bar",
        "horizontal": True,
        "unit": "",
        "categories": [line.label for line in lines],
        "series": [
            {
                "name": f"{table.main[language]} ({money if show == 'value' else _('customers')})",
                "values": [_amount(line.main, show) for line in lines],
            }
        ],
    }


def _amount(figure: Mapping[str, Any], show: str) -> float | None:
    if show != "value":
        return round(figure["count"], 1)
    return None if figure["value_fen"] is None else round(figure["value_fen"] / 100, 2)
