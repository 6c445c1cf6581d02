"""The command that shows a report: churn, suspension, diversion, predicted churn, real loss and re-entry."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from liuke.kernel.errors import LiukeError
from liuke.kernel.words import Language
from liuke.pipeline.cli.command import HERE, AsOfOption, JsonOption, WorkspaceOption, add_command
from liuke.pipeline.cli.speech import Speech

if TYPE_CHECKING:
    from liuke.pipeline.reporting import ReportAnswer
    from liuke.pipeline.workspace import Workspace

OVERVIEW = "overview"

_NAME = typer.Argument(
    metavar="NAME", help="churn, suspension, diversion, predicted, shares or overview; with --pdf also all."
)
_BY = typer.Option(
    help="month, brand, plan, tenure, value, dealer, or a level of units such as region.",
    show_default="month; with --pdf all of them",
)
_MONTH = typer.Option(help="The month that --by tells of; the last whole one unless said.", metavar="YYYY-MM")
_UNIT = typer.Option(help="Only this unit and all below it.", metavar="ID")
_PDF = typer.Option(help="Print to this file, with charts, as A4 pages; needs Pango.", metavar="FILE")
_LANG = typer.Option(help="zh or en; the workspace's language unless said.")


def report(
    name: Annotated[str, _NAME],
    by: Annotated[str | None, _BY] = None,
    month: Annotated[str | None, _MONTH] = None,
    unit: Annotated[str | None, _UNIT] = None,
    pdf: Annotated[Path | None, _PDF] = None,
    lang: Annotated[Language | None, _LANG] = None,
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Show who came, left, was suspended or is expected to leave: count, value and change.

    overview is the state of the customers: tiers, value, how long they stay, why they are at risk.
    """
    from liuke.pipeline.clock import resolve_as_of
    from liuke.pipeline.reporting import read_report
    from liuke.pipeline.workspace import open_workspace

    opened = open_workspace(workspace)
    day, told = resolve_as_of(opened, as_of), _read_month(month)
    language, speech = lang or opened.config.language, Speech(as_json=as_json)
    if name == OVERVIEW and (by or month or unit):
        raise LiukeError("The overview is of the whole company now: leave out --by, --month and --unit.")
    if pdf is not None:
        from liuke.pipeline.paper.reports import PaperAsked
        from liuke.pipeline.paper.writing import write_overview_pdf, write_report_pdf

        with speech.progress() as progress:
            progress(f"printing {pdf} …")
            if name == OVERVIEW:
                written = write_overview_pdf(opened, as_of=day, language=language, file=pdf)
            else:
                written = write_report_pdf(opened, PaperAsked(name, day, by, told, unit), language, pdf)
        speech.line(f"  {written}")
        speech.answer({"report": name, "as_of": day, "language": language, "files": [written.as_posix()]})
        return
    if name == OVERVIEW:
        _tell_overview(speech, opened, day, language)
        return
    if name == "all":
        raise LiukeError("All reports at once are made for paper: add --pdf FILE.")
    found = read_report(opened, name, as_of=day, by=by or "month", month=told, unit=unit)
    _tell(speech, found, language)
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


def _tell_overview(speech: Speech, workspace: "Workspace", day: date, language: Language) -> None:
    from liuke.pipeline.paper.overview import glance_table, look_over, tell_part

    found = look_over(workspace, as_of=day)
    glance = glance_table(found.glance, language)
    speech.table(glance.head, glance.rows, title=f"{found.as_of}")
    for part in found.parts:
        title, lines, tables = tell_part(part, language)
        for line in lines:
            speech.line(f"{title}: {line}")
        for table in tables:
            speech.table(table[1], table[2], title="" if lines else title)
    speech.answer(found.document())


def _tell(speech: Speech, found: "ReportAnswer", language: Language) -> None:
    from liuke.pipeline.report_tables import tabulate

    title = f"{found.report.words.say(language)}, as known by {found.as_of}"
    if found.month is not None:
        title += f", {found.month:%Y-%m}"
    if found.missing is not None:
        speech.line(f"{title}: {found.missing[language]}")
        return
    table = tabulate(found, language)
    speech.table(table.head, table.rows, title=title)
