"""The command that shows a report: churn, suspension, diversion, predicted churn, real loss and re-entry."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from liuke.kernel.errors import LiukeError
from liuke.kernel.words import Language
from liuke.pipeline.cli.command import HERE, AsOfOption, JsonOption, WorkspaceOption, add_command
from liuke.pipeline.cli.speech import Speech

if TYPE_CHECKING:
    from liuke.pipeline.reporting import ReportAnswer
    from liuke.predict.reports.lines import Figure, Line

_NAME = typer.Argument(metavar="NAME", help="churn, suspension, diversion, predicted or shares.")
_BY = typer.Option(help="month, brand, plan, tenure, value, dealer, or a level of units such as region.")
_MONTH = typer.Option(help="The month that --by tells of; the last whole one unless said.", metavar="YYYY-MM")
_UNIT = typer.Option(help="Only this unit and all below it.", metavar="ID")


def report(
    name: Annotated[str, _NAME],
    by: Annotated[str, _BY] = "month",
    month: Annotated[str | None, _MONTH] = None,
    unit: Annotated[str | None, _UNIT] = None,
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Show who came, left, was suspended or is expected to leave: count, value and change."""
    from liuke.pipeline.clock import resolve_as_of
    from liuke.pipeline.reporting import read_report
    from liuke.pipeline.workspace import open_workspace

    opened = open_workspace(workspace)
    found = read_report(
        opened, name, as_of=resolve_as_of(opened, as_of), by=by, month=_read_month(month), unit=unit
    )
    speech = Speech(as_json=as_json)
    _tell(speech, found, opened.config.language)
    speech.answer(found.document())


def register(app: typer.Typer) -> None:
    add_command(app)(report)


def _read_month(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise LiukeError(f"--month {text!r} is not a month; write it as YYYY-MM.") from None


def _tell(speech: Speech, found: "ReportAnswer", language: Language) -> None:
    title = f"{found.report.words.say(language)}, as known by {found.as_of}"
    if found.month is not None:
        title += f", {found.month:%Y-%m}"
    if found.missing is not None:
        speech.line(f"{title}: {found.missing[language]}")
        return
    columns = [found.by, *(column.words[language] for column in found.columns)]
    main = found.report.main
    rows = [
        [
            _label(line, found, language),
            *(_count(line.figures[column.name]) for column in found.columns),
            *((_percent(line),) if found.report.name == "churn" else ()),
            *((_value(line.figures[main]), _change(line.figures[main])) if main in line.figures else ()),
        ]
        for line in found.lines
    ]
    columns += ["rate (95 %)"] if found.report.name == "churn" else []
    if found.lines and main in found.lines[0].figures:
        columns += ["value a month", "change, year"]
    speech.table(columns, rows, title=title)


def _label(line: "Line", found: "ReportAnswer", language: Language) -> str:
    if found.by == "month":
        return f"{line.month:%Y-%m}" + ("" if line.is_over or found.report.is_ahead else " …")
    words = found.words.get(line.member)
    return words[language] if words else line.member or ("未知" if language == "zh" else "unknown")


def _count(figure: "Figure") -> str:
    if figure.low is None:
        return f"{figure.count:,.0f}"
    return f"{figure.count:,.1f} ({figure.low:,.0f}–{figure.high:,.0f})"


def _percent(line: "Line") -> str:
    rate = line.rate
    return f"{rate.share:.2%} ({rate.low:.2%}–{rate.high:.2%})" if rate else "–"


def _value(figure: "Figure") -> str:
    return "–" if figure.value_fen is None else f"{figure.value_fen / 100:,.2f}"


def _change(figure: "Figure") -> str:
    told = (figure.before, figure.year_before)
    return ", ".join("–" if before is None else f"{figure.count - before:+,.0f}" for before in told)
