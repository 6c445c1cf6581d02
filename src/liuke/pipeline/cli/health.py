"""The command that asks whether early warning keeps its promise."""

from typing import Any

import typer

from liuke.kernel.words import Language
from liuke.pipeline.cli.command import HERE, AsOfOption, JsonOption, WorkspaceOption, add_command
from liuke.pipeline.cli.speech import Speech

_DRIFTS_SHOWN = 12


def health(
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Hold earlier warning lists to what the backtest promised, and look for drift of inputs and scores."""
    from liuke.pipeline.clock import resolve_as_of
    from liuke.pipeline.health import check_health
    from liuke.pipeline.workspace import open_workspace

    speech = Speech(as_json=as_json)
    opened = open_workspace(workspace)
    with speech.progress() as progress:
        found = check_health(opened, as_of=resolve_as_of(opened, as_of), progress=progress)
    language = opened.config.language
    rows = found.health.to_pylist()
    speech.line(f"Early warning as of {found.as_of}")
    _tell_findings(speech, rows, language)
    _tell_backtest(speech, rows, language)
    _tell_live(speech, rows, language)
    _tell_drift(speech, found.drift.to_pylist(), language)
    speech.answer(found.document())


def register(app: typer.Typer) -> None:
    add_command(app)(health)


def _tell_findings(speech: Speech, rows: list[dict[str, Any]], language: Language) -> None:
    """What needs somebody's eye first, alarms before the rest; else why there is nothing."""
    told = [row for finding in ("alarm", "watch") for row in rows if row["finding"] == finding]
    for row in told or [row for row in rows if row["measure"] is None]:
        speech.line(f"  {row[_text(language)]}")


def _tell_backtest(speech: Speech, rows: list[dict[str, Any]], language: Language) -> None:
    lines = [
        [row["list_as_of"], row["horizon"], *_measure(row, language)]
        for row in rows
        if row["source"] == "backtest" and row["measure"]
    ]
    if lines:
        columns = ["judged as of", "within", "measure", "value", "low", "high", ""]
        speech.table(columns, lines, title="backtest: what the models in force promise, 95 % intervals")


def _tell_live(speech: Speech, rows: list[dict[str, Any]], language: Language) -> None:
    from liuke.predict.health.words import FINDINGS, MEASURES

    lines = [
        [
            row["list_as_of"],
            row["horizon"],
            MEASURES[row["measure"]].say(language),
            row["value"],
            _span(row, "low", "high"),
            _span(row, "promised_low", "promised_high"),
            FINDINGS[row["finding"]].say(language) if row["finding"] else row[_text(language)],
        ]
        for row in rows
        if row["source"] == "live" and row["is_judged"]
    ]
    if lines:
        columns = ["list of", "within", "measure", "value", "95 %", "promised", "finding"]
        speech.table(columns, lines, title="what came of earlier lists")


def _tell_drift(speech: Speech, rows: list[dict[str, Any]], language: Language) -> None:
    moved = [row for row in rows if row["finding"] in ("drifted", "watch")]
    moved.sort(key=lambda row: (row["finding"], -row["psi"]))
    lines = [
        [row[f"label_{language}"], row["psi"], row["psi_chance"], row["ks"], row[_text(language)]]
        for row in moved[:_DRIFTS_SHOWN]
    ]
    title = f"drift: {len(moved)} of {len(rows)} columns moved beyond chance"
    if lines:
        speech.table(["column", "PSI", "by chance", "KS", ""], lines, title=title)
    else:
        speech.line(title)


def _measure(row: dict[str, Any], language: Language) -> list[object]:
    from liuke.predict.health.words import MEASURES, say_reason

    note = say_reason(row["why_empty"]).say(language) if row["why_empty"] else ""
    return [MEASURES[row["measure"]].say(language), row["value"], row["low"], row["high"], note]


def _span(row: dict[str, Any], low: str, high: str) -> str:
    return "–" if row[low] is None else f"{row[low]:.4g}–{row[high]:.4g}"


def _text(language: Language) -> str:
    return "text_zh" if language == "zh" else "text_en"
