"""Commands that plan campaigns and measure them."""

from pathlib import Path
from typing import Annotated

import typer

from liuke.pipeline.cli.command import HERE, AsOfOption, JsonOption, WorkspaceOption, add_command
from liuke.pipeline.cli.speech import Speech


def plan(
    campaign: Annotated[Path, typer.Argument(metavar="CAMPAIGN.toml")],
    preview: Annotated[bool, typer.Option("--preview", help="Show the figures, store nothing.")] = False,
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Assign policies to customers under a campaign's budget and capacity, and say the bound."""
    from liuke.pipeline.clock import resolve_as_of
    from liuke.pipeline.planning import plan_one
    from liuke.pipeline.workspace import open_workspace

    opened = open_workspace(workspace)
    figures = plan_one(opened, campaign, as_of=resolve_as_of(opened, as_of), preview=preview)
    speech = Speech(as_json=as_json)
    told = {name: value for name, value in figures.items() if name != "price_differences"}
    speech.table(["figure", "value"], [[name, value] for name, value in told.items()])
    for said in figures["price_differences"]:
        speech.line(f"! {said}")
    speech.answer(figures)


def effect(
    campaign: Annotated[str, typer.Argument(metavar="CAMPAIGN")],
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Measure what a campaign changed, against the customers left alone at random."""
    from liuke.pipeline.clock import resolve_as_of
    from liuke.pipeline.effects import campaign_effect
    from liuke.pipeline.workspace import open_workspace

    opened = open_workspace(workspace)
    told = campaign_effect(opened, campaign, as_of=resolve_as_of(opened, as_of))
    speech = Speech(as_json=as_json)
    for month in told["months"]:
        speech.line(month["sentence"])
    speech.answer(told)


def register(app: typer.Typer) -> None:
    for command in (plan, effect):
        add_command(app)(command)
