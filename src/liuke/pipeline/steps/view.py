"""View: every customer as of the day, and the cards that the desk shows."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq

from liuke.kernel.days import midnight
from liuke.pipeline.steps.run import Run, StepReport, _hash
from liuke.store import Draft, Piecemeal

_SETTINGS = ("features", "liuke.toml")
_BYTES_A_VALUE = 10  # of a view in memory


def view(run: Run) -> StepReport:
    """Compute the view and the cards as of the day, unless nothing they use has changed."""
    from liuke.view.card_stream import stream_cards

    figures = {"customers": Views(run).store(run.as_of), "features": len(run.features)}
    fingerprint = run.fingerprint(settings=_SETTINGS)
    if run.is_current("cards", fingerprint):
        return StepReport("view", was_current=True, figures=figures)
    run.progress("cards …")
    run.store("cards", fingerprint, {"cards": stream_cards(run.warehouse, as_of=run.as_of)})
    return StepReport("view", figures=figures)


class Views:
    """The view as of any day; what is stored and still current is read, the rest computed and stored.

    Only the view asked for last is held: that of a large company takes gigabytes.
    """

    def __init__(self, run: Run):
        self._run = run
        self._settings = run.workspace.hash_of(_SETTINGS)
        self._held: tuple[date, pa.Table] | None = None

    def __call__(self, day: date) -> pa.Table:
        if self._held is None or self._held[0] != day:
            self._held = None  # before the next is read
            self.store(day)
            self._held = day, self._stored(day)
        return self._held[1]

    def store(self, day: date) -> int:
        """See to it that the view as of the day is stored; returns its number of rows."""
        if not self._is_current(day):
            self._compute([day])
        return sum(part.rows for part in self._run.warehouse.manifest.parts("views", day.isoformat()))

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
        warehouse = self._run.warehouse
        (part,) = warehouse.manifest.parts("views", day.isoformat())
        return pq.ParquetFile(warehouse.root / part.file).read()  # stored in the order of customers

    def _compute(self, days: Sequence[date]) -> None:
        from liuke.view.fast import code_for, stream_views

        run = self._run
        run.progress("coding what is new …")
        code_for(run.warehouse, run.features, memory_gib=run.config.memory_gib / 2)
        run.progress(f"view as of {', '.join(map(str, sorted(days)))} …")
        draft = run.warehouse.draft(source="view")
        store_runs(
            draft,
            "views",
            stream_views(
                run.warehouse,
                run.features,
                as_of_days=days,
                settings={"margin_rate": run.config.margin_rate},
                memory_gib=run.config.memory_gib / 2,
            ),
        )
        for day in days:
            draft.note(f"view/{day}", self._fingerprint(day))
        draft.commit()

    def _days_at_once(self) -> int:
        """As many days as fit half the memory; the other half is the evaluator's."""
        a_day = max(
            1, self._run.warehouse.manifest.rows("customers") * len(self._run.features) * _BYTES_A_VALUE
        )
        return max(1, int(self._run.config.memory_gib / 2 * 2**30 / a_day))


def store_runs(draft: Draft, table: str, runs: Iterator[Mapping[date, pa.Table]]) -> None:
    """Write each run of customers while the next is computed. table: whose partitions are the days."""
    files: dict[date, Piecemeal] = {}
    with ExitStack() as closing, ThreadPoolExecutor(1) as writer:
        written: Future[None] | None = None
        for views in runs:
            if written is not None:
                written.result()
            for day in views.keys() - files.keys():
                opened = draft.rewriting(table, views[day].schema, partition=day.isoformat())
                files[day] = closing.enter_context(opened)
            written = writer.submit(_write, files, views)
        if written is not None:
            written.result()


def _write(files: Mapping[date, Piecemeal], views: Mapping[date, pa.Table]) -> None:
    for day, rows in views.items():
        files[day].add(rows)


def _first_known(run: Run) -> str | None:
    """The instant from which on anybody was known."""
    parts = run.warehouse.manifest.parts("customers")
    return min((part.known_from for part in parts if part.known_from is not None), default=None)


def _in_groups(days: Sequence[date], size: int) -> list[Sequence[date]]:
    return [days[start : start + size] for start in range(0, len(days), size)]
