"""Figures for charts; the same stand in a table beside each one."""

from typing import Any

from django.utils.translation import gettext as _

from liuke_desk.network.models import ChurnMonth, DealerCase


def draw_churn(months: list[ChurnMonth]) -> dict[str, Any]:
    """Each month's leavers in three parts, one upon the other."""
    parts = (("real_loss", _("Real loss")), ("reentry", _("Came back")), ("dormant", _("Dormant")))
    return {
        "title": _("Leavers by month: real loss, came back under a new number, dormant"),
        "kind": "bar",
        "unit": _("customers"),
        "categories": [f"{month.month:%Y-%m}" for month in months],
        "series": [
            {"name": words, "stack": "churn", "values": [round(getattr(month, part), 1) for month in months]}
            for part, words in parts
        ],
    }


def draw_case(case: DealerCase) -> dict[str, Any]:
    """Customers gone by days around the assessment, added up, beside what matched customers let expect."""
    rows = add_up(case)
    return {
        "title": _("Customers gone, added up, by days around the assessment"),
        "kind": "line",
        "unit": _("customers"),
        "categories": [str(row["day"]) for row in rows],
        "series": [
            {"name": _("Of this dealer"), "values": [row["gone_so_far"] for row in rows]},
            {
                "name": _("Expected from matched customers"),
                "values": [row["expected_so_far"] for row in rows],
            },
        ],
    }


def add_up(case: DealerCase) -> list[dict[str, Any]]:
    """The steps of ten days with what had gone by the end of each; day 0 is the assessment."""
    rows, gone, expected = [], 0, 0.0
    for step in case.chart:
        gone, expected = gone + step["gone"], expected + step["expected"]
        rows.append(
            {
                **step,
                "last": step["day"] + 9,
                "gone_so_far": gone,
                "expected_so_far": round(expected, 2),
                "is_window": step["day"] >= 0,
            }
        )
    return rows
