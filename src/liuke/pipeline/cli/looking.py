"""Commands that show what a cycle found: one customer, the warning list, values, a table in a file."""

from pathlib import Path
from typing import Annotated, Any

import typer

from liuke.kernel.words import Language
from liuke.pipeline.cli.command import HERE, AsOfOption, JsonOption, WorkspaceOption, add_command
from liuke.pipeline.cli.speech import Speech

_TOP = typer.Option(help="How many to show.", min=1)


def explain(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER")],
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Say all of one customer: card, tier and why, risk with reasons, what was planned and why."""
    from liuke.pipeline.clock import resolve_as_of
    from liuke.pipeline.explaining import explain as tell
    from liuke.pipeline.workspace import open_workspace

    opened = open_workspace(workspace)
    told = tell(opened, customer, as_of=resolve_as_of(opened, as_of))
    speech = Speech(as_json=as_json)
    for line in explanation_lines(told, opened.config.language):
        speech.line(line)
    speech.answer(told)


def warn(
    as_of: AsOfOption = None,
    top: Annotated[int, _TOP] = 20,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Show the early-warning list, largest expected loss first; predict it where only the view stands."""
    _show_list(workspace, as_of, top, as_json, table="warnings", order="expected_loss")


def value(
    as_of: AsOfOption = None,
    top: Annotated[int, _TOP] = 20,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Show what customers are worth, most valuable first; predict it where only the view stands."""
    _show_list(workspace, as_of, top, as_json, table="values", order="margin_12m")


def export(
    table: Annotated[str, typer.Argument(metavar="TABLE")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help=".csv, .parquet or .xlsx")],
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Write a table of the warehouse to a file; text that looks like a formula is made harmless."""
    from liuke.pipeline.clock import read_day
    from liuke.pipeline.export import export_table
    from liuke.pipeline.workspace import open_workspace

    speech = Speech(as_json=as_json)
    day = read_day(as_of) if as_of else None
    rows = export_table(open_workspace(workspace), table, file, as_of=day)
    speech.line(f"Wrote {rows:,} rows of {table} to {file}.")
    speech.answer({"table": table, "file": file.as_posix(), "rows": rows})


def register(app: typer.Typer) -> None:
    for command in (explain, warn, value, export):
        add_command(app)(command)


def explanation_lines(told: dict[str, Any], language: Language) -> list[str]:
    """What is known of a customer, in lines for a terminal."""
    card, warning, value = told["card"], told["warning"], told["value"]
    text, why = ("text_zh", "why_zh") if language == "zh" else ("text_en", "why")
    lines = [f"{told['customer_id']}  {card.get('name') or ''}  (as of {told['as_of']})".rstrip()]
    for tier in told["tiers"]:
        lines.append(f"  {tier['scheme']} v{tier['version']}: {tier['tier']} — {tier[why]}")
    if value is not None:
        lines.append(f"  margin 12 months: {_money(value['margin_12m'])}; {_clv(value, language)}")
    if warning is None:
        gone = [each["kind"] for each in told["leavings"]]
        lines.append(f"  no warning: {f'left already ({gone[-1]})' if gone else 'not at risk on this day'}")
    else:
        lines += _warning_lines(warning, text)
        lines += [f"    ! {words[language]}" for words in told["never_say"].values()]
    for decision in told["plan"]:
        offer = f" {decision['policy']}" if decision["policy"] else ""
        lines.append(f"  plan {decision['campaign']}: {decision['arm']}{offer} — {decision[why]}")
    return lines


def _warning_lines(warning: dict[str, Any], text: str) -> list[str]:
    chances = ", ".join(
        f"{months} m {warning[f'p_{months}m']:.1%}"
        if warning[f"p_{months}m"] is not None
        else f"{months} m –"
        for months in (1, 2, 3)
    )
    lines = [f"  chance of leaving: {chances}; value at stake {_money(warning['value_at_stake'])}"]
    if warning["why_empty"]:
        lines.append(f"    – {warning[text.replace('text', 'why_empty')]}")
    return lines + [f"    · {reason[text]}" for reason in warning["reasons"] or ()]


def _clv(value: dict[str, Any], language: Language) -> str:
    from liuke.predict.unknowns import say_unknown

    if value["clv"] is None:
        return f"lifetime value: none ({say_unknown(value['why_empty'], language)})"
    return (
        f"lifetime value: {_money(value['clv'])} ({_money(value['clv_low'])} to {_money(value['clv_high'])})"
    )


def _money(value: object) -> str:
    return "unknown" if value is None else f"{value:,.2f}"


def _show_list(
    workspace: Path, as_of: str | None, top: int, as_json: bool, *, table: str, order: str
) -> None:
    import ibis

    from liuke.pipeline.clock import resolve_as_of
    from liuke.pipeline.explaining import last_cycle
    from liuke.pipeline.warning_list import predict_what_waits, refuse_empty_list
    from liuke.pipeline.workspace import open_workspace

    opened, speech = open_workspace(workspace), Speech(as_json=as_json)
    day = last_cycle(opened, as_of=resolve_as_of(opened, as_of))
    with speech.progress() as progress:
        predict_what_waits(opened, as_of=day, progress=progress)
    if table == "warnings":
        refuse_empty_list(opened, as_of=day)
    rows = opened.table(table, as_of=day)
    best = opened.engine.to_arrow(
        rows.order_by([ibis.desc(order, nulls_first=False), "customer_id"]).limit(top)
    ).to_pylist()
    shown = [
        name for name in rows.columns if name not in ("as_of", "reasons", "why_empty_zh", "why_empty_en")
    ]
    columns = shown + (["reason"] if table == "warnings" else [])
    text = "text_zh" if opened.config.language == "zh" else "text_en"
    lines = [
        [row[name] for name in shown] + ([_main_reason(row, text)] if table == "warnings" else [])
        for row in best
    ]
    speech.table(columns, lines, title=f"{table} as of {day}, {len(best)} of {_count(opened, rows):,}")
    speech.answer({"as_of": day, "rows": best})


def _main_reason(row: dict[str, Any], text: str) -> str:
    return row["reasons"][0][text] if row["reasons"] else ""


def _count(opened: Any, rows: Any) -> int:
    return int(opened.engine.to_arrow(rows.agg(n=rows.count()))["n"][0].as_py())
