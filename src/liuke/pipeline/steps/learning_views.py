"""Views to learn from where a company is too large to learn from everybody: of those drawn, and nobody else.

They are kept as `learning_views`, by day, for what drift is measured against and for a cycle that was killed;
`views` holds whole companies only.
"""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from liuke.kernel.days import midnight
from liuke.pipeline.steps.run import Run, _hash
from liuke.pipeline.steps.view import store_runs
from liuke.predict.warning_inputs import Draw, ViewOf

TABLE = "learning_views"
_SETTINGS = ("features", "liuke.toml")
_BYTES_A_VALUE = 10  # of a view in memory


class LearningViews:
    """The views of drawn customers as of several days, from one reading of the rows."""

    def __init__(self, run: Run, view_of: ViewOf):
        self._run = run
        self._view_of = view_of
        self._settings = run.workspace.hash_of(_SETTINGS)

    def __call__(self, days: Sequence[date], draw: Draw) -> ViewOf:
        """Make and store those that are not current; answers with the view as of any day."""
        customers, begun = self._customers()
        drawn = draw(customers)
        prints = {
            day: _hash([self._settings, self._run.known_parts(day), sha256(drawn.tobytes()).hexdigest()])
            for day in days
            if begun is not None and begun < midnight(day)
        }
        notes = self._run.warehouse.manifest.notes
        missing = [day for day in prints if notes.get(f"{TABLE}/{day}") != prints[day]]
        at_once = self._days_at_once(int(drawn.sum()))
        for start in range(0, len(missing), at_once):
            self._compute({day: prints[day] for day in missing[start : start + at_once]}, draw)
        return lambda day: self._stored(day) if day in prints else self._view_of(day)

    def _customers(self) -> tuple[pa.Array, datetime | None]:
        """Everybody ever known, and the instant from which on anybody was."""
        from liuke.ingest.canonical import TABLES

        rows = self._run.warehouse.table("customers", TABLES["customers"].schema)
        first = rows.group_by("customer_id").agg(known_at=rows.known_at.min()).order_by("customer_id")
        read = self._run.workspace.engine.to_arrow(first)
        return read["customer_id"].combine_chunks(), pc.min(read["known_at"]).as_py()

    def _compute(self, prints: dict[date, str], draw: Draw) -> None:
        from liuke.view.fast import code_for, stream_views

        run = self._run
        code_for(run.warehouse, run.features, memory_gib=run.config.memory_gib / 2)
        run.progress(f"view to learn from as of {', '.join(map(str, sorted(prints)))} …")
        views = stream_views(
            run.warehouse,
            run.features,
            as_of_days=list(prints),
            settings={"margin_rate": run.config.margin_rate},
            memory_gib=run.config.memory_gib / 2,
            draw=draw,
        )
        draft = run.warehouse.draft(source=TABLE)
        store_runs(draft, TABLE, views)
        for day in prints:
            draft.note(f"{TABLE}/{day}", prints[day])
        draft.commit()

    def _stored(self, day: date) -> pa.Table:
        (part,) = self._run.warehouse.manifest.parts(TABLE, day.isoformat())
        return pq.read_table(self._run.warehouse.root / part.file)  # sorted by customer when it was stored

    def _days_at_once(self, customers: int) -> int:
        """As many days as fit half the memory; the other half is the evaluator's."""
        a_day = max(1, customers * len(self._run.features) * _BYTES_A_VALUE)
        return max(1, int(self._run.config.memory_gib / 2 * 2**30 / a_day))
