"""The lines of a report as rows of a file: numbers stay numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liuke_desk.reports.tables import Line, Table

MONTH, MEMBER = "month", "member"


def list_rows(
    months: Table, members: Table, columns: Sequence[Mapping[str, Any]], asked: Mapping[str, Any]
) -> tuple[list[str], list[list[Any]]]:
    """Heads and rows: first the months, then the members of the chosen month.

    Of each figure how many customers, and their monthly margin in the company's money.
    """
    language = "en" if get_language() == "en" else "zh"
    heads = [_("Month"), _("Member")]
    for column in columns:
        name = column[language] if column["kind"] is None else f"{column['measure']}: {column[language]}"
        heads += [name, f"{name} · {_('Monthly margin')}"]
    heads += [_("Rate"), _("Rate from"), _("Rate to")]
    rows = [_write(line, [line.label, _("All")], columns) for line in months.lines]
    rows += [_write(line, [f"{asked['month']:%Y-%m}", line.label], columns) for line in members.lines]
    return heads, rows


def _write(line: Line, begin: list[Any], columns: Sequence[Mapping[str, Any]]) -> list[Any]:
    row = list(begin)
    for place, _column in enumerate(columns):
        figure = line.cells[place].figure if place < len(line.cells) else {"count": 0.0, "value_fen": None}
        fen = figure["value_fen"]
        row += [round(float(figure["count"]), 3), None if fen is None else fen / 100]
    rate = line.rate or {}
    return [*row, rate.get("share"), rate.get("low"), rate.get("high")]
