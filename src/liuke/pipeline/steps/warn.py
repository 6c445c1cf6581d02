"""Who is about to leave, why, and what would be lost: the early-warning part of the predict step."""

import json

import pyarrow as pa

from liuke.pipeline.results import RESULTS
from liuke.pipeline.steps.run import Run, StepReport
from liuke.pipeline.steps.view import Views

_SETTINGS = ("liuke.toml", "features", "reasons", "churn.toml")


def warn(run: Run) -> StepReport:
    """Make the early-warning list, values and known leavings as of the day."""
    fingerprint = run.fingerprint(settings=_SETTINGS, tables=("views",))
    if run.is_current("warn", fingerprint):
        return StepReport("warn", was_current=True)
    from liuke.predict import early_warning
    from liuke.predict.churn import load_churn
    from liuke.predict.reasons import load_reasons

    root, views = run.workspace.root, Views(run)
    definition = load_churn(root / "churn.toml")
    views.prepare([*early_warning.days_behind(definition, as_of=run.as_of), run.as_of])
    found = early_warning.run(
        early_warning.Inputs(
            tables=run.canonical(),
            engine=run.workspace.engine,
            view_of=views,
            features=run.features,
            definition=definition,
            reasons=load_reasons(root / "reasons"),
            as_of=run.as_of,
            margin_rate=run.config.margin_rate,
            currency=run.config.currency,
            seed=run.config.seed,
            model_folder=run.workspace.var / "models",
        )
    )
    results = {
        "warnings": _shape("warnings", found.warnings),
        "values": _shape("values", found.values),
        "leavings": _shape("leavings", found.leavings),
    }
    _write_card(run, found.card)
    run.store("warn", fingerprint, results)
    figures = {"at risk": results["warnings"].num_rows, "method": found.card["method"]}
    return StepReport("warn", figures=figures)


def _shape(name: str, rows: pa.Table) -> pa.Table:
    schema = RESULTS[name]
    return rows.select(schema.names).cast(schema)


def _write_card(run: Run, card: dict[str, object]) -> None:
    folder = run.workspace.var / "runs" / run.partition
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(card, ensure_ascii=False, indent=1, sort_keys=True, default=str)
    draft = folder / ".model-card.json"
    draft.write_text(text, encoding="utf-8")
    draft.replace(folder / "model-card.json")
