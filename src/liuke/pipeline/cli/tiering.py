"""Commands about tiers: put everybody into them, and see who moved between two days."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from liuke.pipeline.cli.command import HERE, AsOfOption, JsonOption, WorkspaceOption, add_command, refusing
from liuke.pipeline.cli.speech import Speech

if TYPE_CHECKING:
    from liuke.pipeline.workspace import Workspace

tier = typer.Typer(help="Tiers of customers.", invoke_without_command=True)


@tier.callback()
@refusing
def show(
    context: typer.Context,
    scheme: Annotated[str | None, typer.Option(help="Only this scheme.")] = None,
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Put every customer of the view into tiers and show how many are in each."""
    if context.invoked_subcommand is None:
        _show(workspace, as_of=as_of, scheme=scheme, as_json=as_json)


@add_command(tier)
def moves(
    since: Annotated[str, typer.Option("--from", metavar="DATE")],
    until: Annotated[str, typer.Option("--to", metavar="DATE")],
    scheme: Annotated[str | None, typer.Option(help="Only this scheme.")] = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Show who moved between tiers from one day to another: up, down, stay, new, lost."""
    _moves(workspace, since=since, until=until, scheme=scheme, as_json=as_json)


def register(app: typer.Typer) -> None:
    app.add_typer(tier, name="tier")


def _show(workspace: Any, *, as_of: str | None, scheme: str | None, as_json: bool) -> None:
    from liuke.pipeline.clock import resolve_as_of
    from liuke.pipeline.cycle import run_cycle
    from liuke.pipeline.workspace import open_workspace

    opened = open_workspace(workspace)
    day = resolve_as_of(opened, as_of)
    run_cycle(opened, as_of=day, only="tier")
    rows = opened.table("tiers", as_of=day)
    if scheme is not None:
        rows = rows.filter(rows.scheme == _known_scheme(opened, scheme, day))
    counts = opened.engine.to_arrow(
        rows.group_by(["scheme", "version", "rank", "tier"])
        .agg(customers=rows.count(), measure=rows.measure.sum())
        .order_by(["scheme", "rank"])
    ).to_pylist()
    speech = Speech(as_json=as_json)
    columns = ["scheme", "version", "rank", "tier", "customers", "measure"]
    lines = [[row[name] for name in columns] for row in counts]
    speech.table(columns, lines, title=f"tiers as of {day}")
    speech.answer({"as_of": day, "tiers": counts})


def _known_scheme(workspace: "Workspace", scheme: str, day: date) -> str:
    from liuke.kernel.errors import LiukeError, suggestion

    given = workspace.table("tiers", as_of=day).select("scheme").distinct()
    known = sorted(workspace.engine.to_arrow(given)["scheme"].to_pylist())
    if scheme not in known:
        raise LiukeError(
            f"No tiers were given by a scheme {scheme!r}{suggestion(scheme, known)}; schemes that gave some"
            f" as of {day}: {', '.join(known) or 'none'}."
        )
    return scheme


def _moves(workspace: Any, *, since: str, until: str, scheme: str | None, as_json: bool) -> None:
    from liuke.pipeline.clock import read_day
    from liuke.pipeline.moves import tier_moves
    from liuke.pipeline.workspace import open_workspace

    found = tier_moves(
        open_workspace(workspace),
        since=read_day(since, option="--from"),
        until=read_day(until, option="--to"),
        scheme=scheme,
    )
    speech = Speech(as_json=as_json)
    for name, migration in found.items():
        speech.line(
            f"{name}, {since} to {until}: " + ", ".join(f"{k} {v:,}" for k, v in migration["moves"].items())
        )
        columns = ["before", "after", "customers"]
        speech.table(columns, [[row[c] for c in columns] for row in migration["matrix"]])
    speech.answer({"from": since, "to": until, "schemes": found})
