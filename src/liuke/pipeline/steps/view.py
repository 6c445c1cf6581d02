"""View: every customer as of the day, and the cards that the desk shows."""

from collections.abc import Callable
from datetime import date

import pyarrow as pa

from liuke.pipeline.steps.run import Run, StepReport, _hash

_SETTINGS = ("features", "liuke.toml")


def view(run: Run) -> StepReport:
    """Compute the view and the cards as of the day, unless nothing they use has changed."""
    from liuke.view.card import compute_cards

    rows = views_of(run)(run.as_of).num_rows
    fingerprint = run.fingerprint(settings=_SETTINGS)
    if run.is_current("cards", fingerprint):
        return StepReport(
            "view", was_current=True, figures={"customers": rows, "features": len(run.features)}
        )
    cards = run.workspace.engine.to_arrow(compute_cards(run.canonical(), as_of=run.as_of))
    run.store("cards", fingerprint, {"cards": cards})
    return StepReport("view", figures={"customers": rows, "features": len(run.features)})


def views_of(run: Run) -> Callable[[date], pa.Table]:
    """The view as of any day; what is stored and still current is read, the rest computed and stored."""
    settings = run.workspace.hash_of(_SETTINGS)
    read: dict[date, pa.Table] = {}

    def view_of(day: date) -> pa.Table:
        if day not in read:
            read[day] = _stored_or_computed(run, day, settings)
        return read[day]

    return view_of


def _stored_or_computed(run: Run, day: date, settings: str) -> pa.Table:
    from liuke.view.portable import compute_view

    warehouse, engine = run.warehouse, run.workspace.engine
    key, partition = f"view/{day}", day.isoformat()
    fingerprint = _hash([settings, run.known_parts(day), partition])
    if warehouse.manifest.notes.get(key) == fingerprint:
        return engine.to_arrow(warehouse.stored("views", partition=partition).order_by("customer_id"))
    run.progress(f"view as of {day} …")
    settings_used = {"margin_rate": run.config.margin_rate}
    view = compute_view(run.canonical(), run.features, as_of=day, settings=settings_used)
    rows = engine.to_arrow(view)
    draft = warehouse.draft(source=key)
    draft.replace("views", rows, partition=partition)
    draft.note(key, fingerprint)
    draft.commit()
    return rows
