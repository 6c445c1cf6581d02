"""Commands that make a workspace and check what is written in it."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from liuke.pipeline.cli.command import HERE, JsonOption, WorkspaceOption, add_command
from liuke.pipeline.cli.speech import Speech


def init(
    pack: Annotated[str, typer.Argument(help="telecom, retail, …")],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    sample: Annotated[
        str | None, typer.Option(help="Real or simulated data to begin with: ibm-telco, cdnow, world.")
    ] = None,
    lang: Annotated[Literal["zh", "en"] | None, typer.Option(help="The workspace's language.")] = None,
    customers: Annotated[int, typer.Option(help="World: customers to begin with.")] = 3000,
    months: Annotated[int, typer.Option(help="World: months of history.")] = 18,
    seed: Annotated[int, typer.Option(help="Seed of everything drawn at random.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """Make a workspace from a pack, with sample data if wanted."""
    from liuke.pipeline.initialise import initialise
    from liuke.pipeline.worlds import make_company

    speech = Speech(as_json=as_json)
    with speech.progress() as progress:
        progress("copying the pack, writing the sample …")
        initialise(
            pack,
            folder,
            sample=sample,
            language=lang,
            seed=seed,
            make_world=make_company(pack=pack, customers=customers, months=months, seed=seed),
        )
    speech.line(f"Made the workspace {folder}.")
    speech.line(f"Next: liuke cycle -w {folder}")
    speech.answer({"workspace": folder.as_posix(), "pack": pack, "sample": sample})


def check(workspace: WorkspaceOption = HERE, as_json: JsonOption = False) -> None:
    """Check settings, mappings and declarations; reads nothing else and tells all mistakes at once."""
    from liuke.pipeline.checking import check_workspace

    speech = Speech(as_json=as_json)
    checked = check_workspace(workspace)
    speech.line("No mistakes: " + ", ".join(f"{count} {what}" for what, count in checked.items()) + ".")
    speech.answer({"mistakes": [], "checked": checked})


def register(app: typer.Typer) -> None:
    for command in (init, check):
        add_command(app)(command)
