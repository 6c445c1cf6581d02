"""The command that trains: a challenger beside the champion, and the verdict."""

from pathlib import Path
from typing import Annotated, Any

import typer

from liuke.kernel.words import Language
from liuke.pipeline.cli.command import HERE, AsOfOption, JsonOption, WorkspaceOption, add_command
from liuke.pipeline.cli.speech import Speech

_REPORT = typer.Option(help="Write the model card to this folder, in Chinese and English.", metavar="DIR")
_PDF = typer.Option("--pdf", help="Write the model card as PDF, too; needs Pango.")


def train(
    as_of: AsOfOption = None,
    report: Annotated[Path | None, _REPORT] = None,
    pdf: Annotated[bool, _PDF] = False,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Train and backtest the early-warning models; the ones in force stay unless beaten."""
    from liuke.pipeline.clock import resolve_as_of
    from liuke.pipeline.training import train as run_training
    from liuke.pipeline.workspace import open_workspace

    speech = Speech(as_json=as_json)
    opened = open_workspace(workspace)
    day = resolve_as_of(opened, as_of)
    with speech.progress() as progress:
        found = run_training(opened, as_of=day, report=report, pdf=pdf, progress=progress)
    _tell(speech, found.card, opened.config.language)
    for file in found.files:
        speech.line(f"  {file}")
    speech.answer(found.document())


def register(app: typer.Typer) -> None:
    add_command(app)(train)


def _tell(speech: Speech, card: dict[str, Any], language: Language) -> None:
    from liuke.predict.card_measures import difference_table
    from liuke.predict.card_sections import write_sections

    speech.line(f"{card['as_of']}  {card['verdict'][language]}")
    compared = difference_table(card, language)
    if compared is not None:
        speech.table(compared[1], compared[2], title=f"{card['verdict']['judged_as_of']}")
    for section in write_sections(card, language):
        if section.key in ("measures", "kinds"):
            for line in section.lines:
                speech.line(line)
            for table in section.tables:
                speech.table(table.head, table.rows, title=section.title)
