"""Commands about data coming in: load sources, see and repair what was refused."""

from typing import Annotated

import typer

from liuke.pipeline.cli.command import (
    EXIT_QUARANTINED,
    HERE,
    AsOfOption,
    JsonOption,
    WorkspaceOption,
    add_command,
)
from liuke.pipeline.cli.speech import Speech

_COUNTS = ("source", "read", "accepted", "quarantined", "skipped")


def ingest(
    source: Annotated[str | None, typer.Option(help="Only this source.", metavar="NAME")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check every row, store nothing.")] = False,
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> int:
    """Load sources into canonical tables; refused rows go to quarantine with their reasons."""
    from liuke.pipeline.loading import load_sources
    from liuke.pipeline.workspace import open_workspace

    speech = Speech(as_json=as_json)
    with speech.progress() as progress:
        report = load_sources(
            open_workspace(workspace), source=source, dry_run=dry_run, as_of=as_of, progress=progress
        )
    speech.table(_COUNTS, [[line[name] for name in _COUNTS] for line in report.lines])
    speech.answer({"dry_run": dry_run, **report.document()})
    return EXIT_QUARANTINED if report.figures["quarantined"] else 0


def register(app: typer.Typer) -> None:
    for command in (ingest,):
        add_command(app)(command)
