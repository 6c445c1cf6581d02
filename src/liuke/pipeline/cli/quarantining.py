"""Commands about refused rows: see them, take them out for repair, put them back in."""

from pathlib import Path
from typing import Annotated

import typer

from liuke.pipeline.cli.command import EXIT_QUARANTINED, HERE, JsonOption, WorkspaceOption, add_command
from liuke.pipeline.cli.speech import Speech

_COUNTS = ("source", "read", "accepted", "quarantined", "skipped")

quarantine = typer.Typer(help="Rows that were refused, with their reasons.", no_args_is_help=True)

SourceArgument = Annotated[str, typer.Argument(metavar="SOURCE")]
FileArgument = Annotated[Path, typer.Argument(metavar="FILE.csv")]


@add_command(quarantine, "list")
def show(
    source: Annotated[str | None, typer.Option(help="Only this source.", metavar="NAME")] = None,
    top: Annotated[int, typer.Option(help="How many to show.", min=1)] = 50,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """List refused rows with file, row, field and reason."""
    from liuke.pipeline.quarantining import list_refused
    from liuke.pipeline.workspace import open_workspace

    opened = open_workspace(workspace)
    rows = list_refused(opened, source=source)
    speech = Speech(as_json=as_json)
    columns = ["source", "file", "row_number", "column", f"why_{opened.config.language}"]
    speech.table(columns, [[row[name] for name in columns] for row in rows[:top]])
    speech.line(f"{len(rows):,} refusals{'' if len(rows) <= top else f', the first {top} shown'}.")
    speech.answer({"refusals": len(rows), "rows": rows[:top]})


@add_command(quarantine, "export")
def export(
    source: SourceArgument,
    file: FileArgument,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Write a source's refused rows to a file, to be repaired and replayed."""
    from liuke.pipeline.quarantining import export_refused
    from liuke.pipeline.workspace import open_workspace

    rows = export_refused(open_workspace(workspace), source, file)
    speech = Speech(as_json=as_json)
    speech.line(f"Wrote {rows:,} rows to {file}.")
    speech.line(f"Repair them there, then: liuke quarantine replay {source} {file}")
    speech.answer({"source": source, "file": file.as_posix(), "rows": rows})


@add_command(quarantine, "replay")
def replay(
    source: SourceArgument,
    file: FileArgument,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check every row, store nothing.")] = False,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> int:
    """Take repaired rows in; what is right now leaves quarantine, the rest stays with its reason."""
    from liuke.pipeline.quarantining import replay as take_in
    from liuke.pipeline.workspace import open_workspace

    report = take_in(open_workspace(workspace), source, file, dry_run=dry_run)
    line = {name: getattr(report, name) for name in _COUNTS}
    speech = Speech(as_json=as_json)
    speech.table(_COUNTS, [list(line.values())])
    speech.answer({"dry_run": dry_run, **line})
    return EXIT_QUARANTINED if report.quarantined else 0


def register(app: typer.Typer) -> None:
    app.add_typer(quarantine, name="quarantine")
