"""Who is about to leave, why, and what would be lost: the early-warning part of the predict step.

A champion in force is asked as it is; nothing is fitted again. Its content is part of the fingerprint, so
another champion makes another list and the same one the same list.
"""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa

from liuke.pipeline.results import RESULTS
from liuke.pipeline.steps.run import Run, StepReport

_SETTINGS = ("liuke.toml", "features", "reasons", "churn.toml")


def warn(run: Run) -> StepReport:
    """Make the early-warning list, values and known leavings as of the day."""
    before = _champion(run)
    if run.is_current("warn", _fingerprint(run, before)):
        return StepReport("warn", was_current=True)
    from liuke.pipeline.steps.warning_inputs import warning_inputs
    from liuke.predict import early_warning

    found = early_warning.run(warning_inputs(run))
    results = {
        "warnings": _shape("warnings", found.warnings),
        "values": _shape("values", found.values),
        "leavings": _shape("leavings", found.leavings),
    }
    _write_card(run, found.card)
    after = _champion(run)
    run.store("warn", _fingerprint(run, after), results)
    figures = {"at risk": results["warnings"].num_rows, "method": found.card["method"]}
    lines = (*_tell_champion(run, found.card, is_new=after != before), *_tell_unlearned(run, found.card))
    return StepReport("warn", figures=figures, lines=lines)


def _champion(run: Run) -> str | None:
    """The content of the models in force as of the day."""
    from liuke.pipeline.steps.warning_inputs import model_folder
    from liuke.predict.standing import reign_of

    reign = reign_of(model_folder(run.workspace), as_of=run.as_of)
    return None if reign is None else reign.sha256


def _fingerprint(run: Run, champion: str | None) -> str:
    used = run.fingerprint(settings=_SETTINGS, tables=("views",))
    return sha256(f"{used} {champion}".encode()).hexdigest()


def _tell_champion(run: Run, card: dict[str, Any], *, is_new: bool) -> tuple[dict[str, str], ...]:
    champion = card["training"].get("champion")
    if champion is None:
        return ()
    line = {"models": champion["sha256"][:8], "in force since": champion["since"]}
    if is_new:
        from liuke.predict.verdict_words import say_verdict

        line["why"] = say_verdict(champion["why"]).say(run.config.language)
    return (line,)


def _tell_unlearned(run: Run, card: dict[str, Any]) -> tuple[dict[str, str], ...]:
    """Nobody has a probability: say why and what to do, and let the cycle go on."""
    code = card["training"].get("why_empty")
    if code is None:
        return ()
    from liuke.predict.unlearned import say_way_out

    return ({"no probabilities": say_way_out(code).say(run.config.language)},)


def _shape(name: str, rows: pa.Table) -> pa.Table:
    schema = RESULTS[name]
    return rows.select(schema.names).cast(schema)


def _write_card(run: Run, card: dict[str, object]) -> None:
    folder = run.workspace.var / "runs" / run.partition
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(card, ensure_ascii=False, indent=1, sort_keys=True, default=str)
    draft: Path = folder / ".model-card.json"
    draft.write_text(text, encoding="utf-8")
    draft.replace(folder / "model-card.json")
