"""Questions about tiers: what if the scheme were another, is it fair, where do schemes disagree."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from liuke.pipeline.cli.command import HERE, AsOfOption, JsonOption, WorkspaceOption, add_command
from liuke.pipeline.cli.speech import Speech
from liuke.pipeline.cli.tiering import tier

_ADJUSTED = "95 % intervals, widened for the number of groups compared"


@add_command(tier, "what-if")
def what_if(
    file: Annotated[Path, typer.Argument(help="The changed scheme, a .toml file; nothing of it is saved.")],
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Show who would move, what it would cost and what is at stake if a scheme were as in a file."""
    from liuke.pipeline.clock import resolve_as_of
    from liuke.pipeline.what_if import ask_what_if
    from liuke.pipeline.workspace import open_workspace

    opened = open_workspace(workspace)
    found = ask_what_if(opened, file, as_of=resolve_as_of(opened, as_of))
    speech = Speech(as_json=as_json)
    moves = ", ".join(f"{count:,} {move}" for move, count in found.moves.items())
    speech.line(f"{found.before} → {found.after}, customers as of {found.as_of}: {moves}")
    _tell_sizes(speech, found)
    _tell_units(speech, found)
    speech.answer(
        {
            "before": found.before,
            "after": found.after,
            "as_of": found.as_of,
            "moves": dict(found.moves),
            "sizes": found.sizes.to_pylist(),
            "matrix": found.matrix.to_pylist(),
            "units": found.units.to_pylist(),
            "managers": found.managers.to_pylist(),
            "customers": found.customers.to_pylist(),
            "value_fen_at_stake": found.value_fen_at_stake,
            "cost_fen_before": found.cost_fen_before,
            "cost_fen_after": found.cost_fen_after,
        }
    )


def _tell_sizes(speech: Speech, found: Any) -> None:
    columns = ["tier", "customers", "then", "value", "then", "entitlements a year", "then"]
    rows = [
        [
            row["tier"],
            f"{row['customers_before']:,}",
            f"{row['customers_after']:,}",
            *(_yuan(row[f"{what}_fen_{side}"]) for what in ("value", "cost") for side in ("before", "after")),
        ]
        for row in found.sizes.to_pylist()
    ]
    speech.table(columns, rows, title="tiers")
    stake = _yuan(found.value_fen_at_stake)
    speech.line(f"value of those who would go down, a year: {stake}")
    if found.cost_fen_before is None:
        speech.line("cost of entitlements: unknown, entitlements/ has no table for this scheme")
    else:
        speech.line(
            f"cost of entitlements a year: {_yuan(found.cost_fen_before)} → {_yuan(found.cost_fen_after)}"
        )


def _tell_units(speech: Speech, found: Any) -> None:
    columns = ["unit", "up", "down", "stay", "value at stake", "cost change", "with manager", "then"]
    rows = [
        [
            row["unit_id"] or "–",
            *(f"{row[move]:,}" for move in ("up", "down", "stay")),
            _yuan(row["value_fen_at_stake"]),
            _yuan(row["cost_fen_change"]),
            *("–" if row[side] is None else f"{row[side]:,}" for side in ("managed_before", "managed_after")),
        ]
        for row in found.units.to_pylist()
        if row["up"] or row["down"]
    ]
    if rows:
        speech.table(columns, rows, title="units with moves")


@add_command(tier)
def fairness(
    scheme: Annotated[str | None, typer.Option(help="Only this scheme.")] = None,
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Compare tiers, moves down, offers and hold-outs across sex, age, region and special care."""
    from liuke.pipeline.clock import resolve_as_of
    from liuke.pipeline.fairness import judge_fairness
    from liuke.pipeline.workspace import open_workspace

    opened = open_workspace(workspace)
    reports = judge_fairness(opened, as_of=resolve_as_of(opened, as_of), scheme=scheme)
    speech = Speech(as_json=as_json)
    columns = ["attribute", "group", "customers", "rate", "ratio", "interval", "finding"]
    for report in reports:
        lines = [
            [
                rate.attribute,
                rate.group,
                f"{rate.customers:,}",
                "–" if rate.rate is None else f"{rate.rate:.1%}",
                "–" if rate.ratio is None else f"{rate.ratio:.2f}",
                "–" if rate.ratio_low is None else f"{rate.ratio_low:.2f}–{rate.ratio_high:.2f}",
                rate.finding.replace("_", " "),
            ]
            for rate in report.rates
        ]
        speech.table(columns, lines, title=f"{report.subject}: {report.outcome} ({_ADJUSTED})")
    speech.answer({"reports": [asdict(report) for report in reports]})


@add_command(tier)
def disagreement(
    top: Annotated[int, typer.Option(min=1, help="How many customers to show.")] = 20,
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Show the customers on whom the schemes in force disagree most, and how far schemes agree."""
    from liuke.pipeline.clock import resolve_as_of
    from liuke.pipeline.disagreement import compare_schemes
    from liuke.pipeline.workspace import open_workspace

    opened = open_workspace(workspace)
    found = compare_schemes(opened, as_of=resolve_as_of(opened, as_of), top=top)
    speech = Speech(as_json=as_json)
    for title, rows in found.items():
        if rows:
            speech.table(
                list(rows[0]), [[_said(value) for value in row.values()] for row in rows], title=title
            )
    speech.answer(found)


@add_command(tier)
def flapping(
    days: Annotated[int, typer.Option(min=1, help="How far to look back.")] = 365,
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Show how many customers were moved one way and back, as held and by the numbers alone."""
    from liuke.pipeline.clock import resolve_as_of
    from liuke.pipeline.flapping import report_flapping
    from liuke.pipeline.workspace import open_workspace

    opened = open_workspace(workspace)
    found = report_flapping(opened, as_of=resolve_as_of(opened, as_of), window_days=days)
    speech = Speech(as_json=as_json)
    lines = [
        [
            scheme,
            "as held" if column == "tier" else "by the numbers",
            each.days,
            f"{each.customers:,}",
            f"{each.flapped:,}",
            "–" if each.rate is None else f"{each.rate:.2%} ({each.low:.2%}–{each.high:.2%})",
        ]
        for scheme, columns in found.items()
        for column, each in columns.items()
    ]
    speech.table(["scheme", "tiers", "as-of days", "customers", "flapped", "rate (95 %)"], lines)
    speech.answer(
        {scheme: {name: asdict(each) for name, each in columns.items()} for scheme, columns in found.items()}
    )


@add_command(tier)
def clusters(
    columns: Annotated[list[str], typer.Argument(help="View columns, the most important first.")],
    name: Annotated[str, typer.Option(help="What the scheme is called.")] = "clusters",
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Find clusters of customers, as many as come again in resamples, and write them as a scheme."""
    from liuke.pipeline.clock import resolve_as_of
    from liuke.pipeline.clusters import find_clusters
    from liuke.pipeline.workspace import open_workspace

    opened = open_workspace(workspace)
    made, place = find_clusters(opened, name=name, columns=columns, as_of=resolve_as_of(opened, as_of))
    speech = Speech(as_json=as_json)
    language = opened.config.language
    lines = [
        [each.name, f"{each.size:,}", f"{each.stability:.2f}", each.description.say(language)]
        for each in made.clusters
    ]
    speech.table(["cluster", "customers", "stability", "described as"], lines, title=made.label)
    speech.table(
        ["clusters", "agreement", "standard error"],
        [[each.clusters, f"{each.agreement:.3f}", f"{each.standard_error:.3f}"] for each in made.fit.trials],
        title="how well each number of clusters came again",
    )
    for match in made.fit.matches:
        kept = "keeps its name" if match.kept else f"moved too far from {match.previous}: a new name"
        speech.line(f"{match.name}: {kept} (moved {match.moved:.2f}, at most {match.few:.2f})")
    speech.line(f"Wrote {place}; to use it, name {made.name!r} under [[tiers]] of liuke.toml.")
    speech.answer({"scheme": made.label, "file": str(place), **made.fit.model_dump(mode="json")})


def _said(value: Any) -> Any:
    return "–" if value is None else f"{value:.3f}" if isinstance(value, float) else value


def _yuan(fen: int | None) -> str:
    return "–" if fen is None else f"{fen / 100:,.2f}"
