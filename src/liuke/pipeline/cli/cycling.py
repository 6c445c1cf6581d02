"""Commands that run the cycle or one of its steps."""

from pathlib import Path
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


def cycle(
    as_of: AsOfOption = None,
    until: Annotated[str | None, typer.Option(help="Stop after this step.", metavar="STEP")] = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> int:
    """Run ingest, view, tier, predict, plan and publish; what is current already is kept."""
    return _run(workspace, as_of=as_of, until=until, as_json=as_json)


def view(
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> int:
    """Compute every customer's view as of a day."""
    return _run(workspace, as_of=as_of, only="view", as_json=as_json)


def register(app: typer.Typer) -> None:
    for command in (cycle, view):
        add_command(app)(command)


def _run(
    workspace: Path, *, as_of: str | None, as_json: bool, until: str | None = None, only: str | None = None
) -> int:
    from liuke.pipeline.clock import resolve_as_of
    from liuke.pipeline.cycle import run_cycle
    from liuke.pipeline.workspace import open_workspace

    speech = Speech(as_json=as_json)
    opened = open_workspace(workspace)
    day = resolve_as_of(opened, as_of)
    with speech.progress() as progress:
        report = run_cycle(opened, as_of=day, until=until, only=only, progress=progress)
    speech.line(f"As of {day}")
    for step in report.steps:
        figures = ", ".join(f"{name} {_figure(value)}" for name, value in step.figures.items())
        state = "nothing had changed" if step.was_current else "done"
        took = f"{report.seconds[step.step]:6.1f} s"
        speech.line(f"  {step.step:<8}{took}  {state}{': ' + figures if figures else ''}")
        for line in step.lines:
            speech.line(" " * 20 + ", ".join(f"{name} {_figure(value)}" for name, value in line.items()))
    speech.answer(report.document())
    return EXIT_QUARANTINED if report.quarantined else 0


def _figure(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}" if value == 0 or abs(value) >= 0.01 else f"{value:.1e}"
    return str(value)
