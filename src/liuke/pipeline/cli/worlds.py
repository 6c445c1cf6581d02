"""Commands of simulated companies."""

from pathlib import Path
from typing import Annotated

import typer

from liuke.pipeline.cli.command import HERE, JsonOption, WorkspaceOption, add_command
from liuke.pipeline.cli.speech import Speech

world = typer.Typer(help="Simulated companies with known truth.", no_args_is_help=True)


@add_command(world)
def new(
    pack: Annotated[str, typer.Argument()],
    folder: Annotated[Path, typer.Argument(metavar="DIR")],
    customers: Annotated[int, typer.Option(min=1)] = 3000,
    months: Annotated[int, typer.Option(min=1)] = 18,
    seed: Annotated[int, typer.Option()] = 1,
    as_json: JsonOption = False,
) -> None:
    """Write a simulated company as source files, its hidden truth in a folder apart."""
    from liuke.kernel.errors import LiukeError
    from liuke.pipeline.worlds import make_company

    if folder.exists() and (folder.is_file() or any(folder.iterdir())):
        raise LiukeError(f"{folder} is not an empty folder; name a new one, nothing was written.")
    make_company(pack=pack, customers=customers, months=months, seed=seed)(folder)
    speech = Speech(as_json=as_json)
    speech.line(f"Source files in {folder / 'sources'}, the hidden truth in {folder / 'truth'}.")
    speech.answer({"folder": folder.as_posix(), "customers": customers, "months": months, "seed": seed})


@add_command(world)
def step(workspace: WorkspaceOption = HERE, as_json: JsonOption = False) -> None:
    """Let the workspace's simulated company live one month and answer to what was done to it."""
    from liuke.pipeline.workspace import open_workspace
    from liuke.pipeline.worlds import live_month

    lived = live_month(open_workspace(workspace))
    speech = Speech(as_json=as_json)
    speech.line(f"{lived.lived_from} to {lived.today}: customers answered to {lived.contacts:,} contacts.")
    speech.answer({"from": lived.lived_from, "today": lived.today, "contacts": lived.contacts})


def register(app: typer.Typer) -> None:
    app.add_typer(world, name="world")
