"""View: every customer as of the day, and the cards that the desk shows."""

from collections.abc import Sequence
from datetime import date

import pyarrow as pa

from liuke.kernel.days import midnight
from liuke.pipeline.steps.run import Run, StepReport, _hash

_SETTINGS = ("features", "liuke.toml")
_BYTES_A_VALUE = 10  # of a view in memory


def view(run: Run) -> StepReport:
    """Compute the view and the cards as of the day, unless nothing they use has changed."""
    from liuke.view.card import compute_cards

    rows = Views(run)(run.as_of).num_rows
    fingerprint = run.fingerprint(settings=_SETTINGS)
    if run.is_current("cards", fingerprint):
        return StepReport(
            "view", was_current=True, figures={"customers": rows, "features": len(run.features)}
        )
    cards = run.workspace.engine.to_arrow(compute_cards(run.canonical(), as_of=run.as_of))
    run.store("cards", fingerprint, {"cards": cards})
    return StepReport("view", figures={"customers": rows, "features": len(run.features)})


class Views:
    """The view as of any day; what is stored and still current is read, the rest computed and stored."""

    def __init__(self, run: Run):
        self._run = run
        self._settings = run.workspace.hash_of(_SETTINGS)
        self._read: dict[date, pa.Table] = {}

    def __call__(self, day: date) -> pa.Table:
        if day not in self._read:
            self._read[day] = self._stored(day) if self._is_current(day) else self._compute([day])[day]
        return self._read[day]

    def prepare(self, days: Sequence[date]) -> None:
        """Compute and store all of the days that are not current yet, from one reading of the rows."""
        begun = _first_known(self._run)
        wanted = [day for day in days if begun is not None and begun < midnight(day).isoformat()]
        missing = [day for day in wanted if not self._is_current(day)]
        for together in _in_groups(missing, self._days_at_once()):
            self._compute(together)

    def _is_current(self, day: date) -> bool:
        return self._run.warehouse.manifest.notes.get(f"view/{day}") == self._fingerprint(day)

    def _fingerprint(self, day: date) -> str:
        return _hash([self._settings, self._run.known_parts(day), day.isoformat()])

    def _stored(self, day: date) -> pa.Table:
        stored = self._run.warehouse.stored("views", partition=day.isoformat())
        return self._run.workspace.engine.to_arrow(stored.order_by("customer_id"))

    def _compute(self, days: Sequence[date]) -> dict[date, pa.Table]:
        from liuke.view.fast import code_events, compute_views

        run = self._run
        code_events(run.warehouse)
        run.progress(f"view as of {', '.join(map(str, sorted(days)))} …")
        views = compute_views(
            run.warehouse,
            run.features,
            as_of_days=days,
            settings={"margin_rate": run.config.margin_rate},
            memory_gib=run.config.memory_gib / 2,
        )
        draft = run.warehouse.draft(source="view")
        for day, rows in views.items():
            draft.replace("views", rows, partition=day.isoformat())
            draft.note(f"view/{day}", self._fingerprint(day))
        draft.commit()
        return views

    def _days_at_once(self) -> int:
        """As many days as fit half the memory; the other half is the evaluator's."""
        a_day = max(
            1, self._run.warehouse.manifest.rows("customers") * len(self._run.features) * _BYTES_A_VALUE
        )
        return max(1, int(self._run.config.memory_gib / 2 * 2**30 / a_day))


def _first_known(run: Run) -> str | None:
    """The instant from which on anybody was known."""
    parts = run.warehouse.manifest.parts("customers")
    return min((part.known_from for part in parts if part.known_from is not None), default=None)


def _in_groups(days: Sequence[date], size: int) -> list[Sequence[date]]:
    return [days[start : start + size] for start in range(0, len(days), size)]
