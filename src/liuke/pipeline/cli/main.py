"""The command line put together: the library's commands and those of an installed workbench."""

from importlib.metadata import entry_points
from typing import Annotated

import typer

import liuke
from liuke.pipeline.cli import (
    auditing,
    cycling,
    health,
    looking,
    planning,
    quarantining,
    reporting,
    sources,
    starting,
    tier_questions,  # noqa: F401  adds its commands to those of tiers
    tiering,
    training,
    worlds,
)

app = typer.Typer(
    name="liuke",
    help="Customer tiers, early warning, retention and care, with effects that are proved.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        typer.echo(f"liuke {liuke.__version__}")
        raise typer.Exit


_PARTS = (
    *(starting, sources, quarantining, cycling, tiering, looking, health),
    *(reporting, auditing, planning, training, worlds),
)
for part in _PARTS:
    part.register(app)
for found in entry_points(group="liuke.commands"):
    app.add_typer(found.load())


def main() -> None:
    """The `liuke` command."""
    app()
