"""Rows that drift is measured on: customers at risk, as drawn from views and lists of other days.

Memory is bounded by SAMPLE_ROWS on either side, whatever the number of customers: so many rows tell a
PSI of 0.001 from none. Of the days learned from, DAYS_AT_MOST are taken, evenly spread, the first and the
last among them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.kernel.seeds import generator
from liuke.kernel.words import Words
from liuke.pipeline.model_cards import read_card
from liuke.pipeline.steps.heard import churn_tables
from liuke.pipeline.steps.learning_views import TABLE as LEARNING
from liuke.pipeline.steps.run import Run
from liuke.predict.health_tables import DRIFT

if TYPE_CHECKING:
    from liuke.predict.churn import ChurnDefinition
    from liuke.predict.health import Drift

SAMPLE_ROWS = 100_000
DAYS_AT_MOST = 4
SCORES = ("p_1m", "p_2m", "p_3m")
_DAY_SECONDS = 86_400.0


@dataclass(frozen=True)
class Reference:
    """Rows of one or more days, and how many different customers they are of."""

    rows: pa.Table
    customers: int
    days: Sequence[date]


def find_drift(run: Run, definition: "ChurnDefinition", lists: Sequence[date]) -> pa.Table:
    """Every feature and score as of the day beside its reference.

    Features: beside the days that the model in force learned from, else the list before. Scores: beside
    the list before, for scores of the days learned from say nothing of days not learned from.
    """
    from liuke.predict.health import measure_drift
    from liuke.predict.health.words import SCORES as WORDS

    features = {feature.name: feature.label for feature in run.features}
    found = []
    for kind, labels, reference in (
        ("feature", features, _read_features(run, definition, _learned(run, lists), list(features))),
        ("score", dict(WORDS), _read_scores(run, lists[:1])),
    ):
        if reference is None:
            found += [_unknown(run, kind, name, words) for name, words in labels.items()]
            continue
        now = (
            _read_features(run, definition, [run.as_of], list(features))
            if kind == "feature"
            else _read_scores(run, [run.as_of])
        )
        assert now is not None
        drifts = measure_drift(
            reference.rows, now.rows, reference_customers=reference.customers, seed=run.config.seed
        )
        found += [_row(run, kind, drift, labels[drift.column], reference) for drift in drifts]
    return _table(found)


def _learned(run: Run, lists: Sequence[date]) -> list[date]:
    """The days learned from whose views are kept, evenly spread; else the day of the list before."""
    from liuke.predict.health import learned_days

    held = {day for name in ("views", LEARNING) for day in run.workspace.as_of_days(name)}
    days = [
        day for day in learned_days(read_card(run.workspace, run.as_of)) if day in held and day < run.as_of
    ]
    return spread(days, DAYS_AT_MOST) or [day for day in lists[:1] if day in held]


def spread(days: Sequence[date], most: int) -> list[date]:
    """At most so many of the days, evenly spread, the first and the last among them.

    >>> spread([date(2026, month, 1) for month in range(1, 8)], 3)
    [datetime.date(2026, 1, 1), datetime.date(2026, 4, 1), datetime.date(2026, 7, 1)]
    """
    if len(days) <= most:
        return list(days)
    return [days[place] for place in np.linspace(0, len(days) - 1, most).round().astype(int)]


def _read_features(
    run: Run, definition: "ChurnDefinition", days: Sequence[date], names: list[str]
) -> Reference | None:
    parts, at_risk_on = [], _Present(run, definition, days)
    for day in days:
        view, customers = _view(run, day), at_risk_on(day)
        customers = _draw(run, customers, SAMPLE_ROWS // len(days), day)
        present = [name for name in names if name in view.columns]
        rows = view.semi_join(ibis.memtable(pa.table({"customer_id": customers})), "customer_id")
        read = run.workspace.engine.to_arrow(rows.select("customer_id", *present).order_by("customer_id"))
        parts.append(_in_shown_units(run, _beside_day(read, day)))
    return _stacked(parts, days)


def _view(run: Run, day: date) -> ibis.Table:
    """The view of everybody where it is kept, else of those who were learned from."""
    has_all = run.warehouse.manifest.parts("views", day.isoformat())
    return run.warehouse.stored("views" if has_all else LEARNING, partition=day.isoformat())


def _read_scores(run: Run, days: Sequence[date]) -> Reference | None:
    parts = []
    for day in days:
        table = run.workspace.table("warnings", as_of=day).select("customer_id", *SCORES)
        rows = run.workspace.engine.to_arrow(table.order_by("customer_id"))
        if rows.num_rows > SAMPLE_ROWS:
            chosen = _draw(run, rows["customer_id"].combine_chunks(), SAMPLE_ROWS, day)
            rows = rows.filter(pc.is_in(rows["customer_id"], value_set=chosen))
        parts.append(rows)
    return _stacked(parts, days)


def _stacked(parts: list[pa.Table], days: Sequence[date]) -> Reference | None:
    if not parts:
        return None
    rows = pa.concat_tables(parts, promote_options="permissive")
    customers = pc.count_distinct(rows["customer_id"]).as_py()
    return Reference(rows.drop_columns("customer_id"), customers, days)


class _Present:
    """Customers at risk on each of some days; on one whose view is of some customers only, those of them."""

    def __init__(self, run: Run, definition: "ChurnDefinition", days: Sequence[date]):
        self._run = run
        self._definition = definition
        drawn = [day for day in days if not run.warehouse.manifest.parts("views", day.isoformat())]
        self._drawn = {day: self._read_ids(_view(run, day)) for day in drawn}

    def __call__(self, day: date) -> pa.Array:
        customers, drawn = self._read_ids(self._at_risk(day)), self._drawn.get(day)
        return customers if drawn is None else customers.filter(pc.is_in(customers, value_set=drawn))

    def _at_risk(self, day: date) -> ibis.Table:
        """From its list where one was published."""
        if day in self._run.workspace.as_of_days("warnings"):
            return self._run.workspace.table("warnings", as_of=day)
        from liuke.predict.leavings import at_risk

        tables = self._tables_of_drawn if day in self._drawn else self._tables
        return at_risk(tables, self._definition, as_of=day)

    @cached_property
    def _tables(self) -> Mapping[str, ibis.Table]:
        return churn_tables(self._run, self._definition)

    @cached_property
    def _tables_of_drawn(self) -> Mapping[str, ibis.Table]:
        """Tables that say everything of whoever is drawn on any day, and of others not all."""
        from liuke.predict.drawn_tables import read_drawn

        everybody = pc.unique(pa.chunked_array(list(self._drawn.values()), pa.string()))
        return read_drawn(self._tables, self._run.workspace.engine, everybody)

    def _read_ids(self, rows: ibis.Table) -> pa.Array:
        read = self._run.workspace.engine.to_arrow(rows.select("customer_id").order_by("customer_id"))
        return read["customer_id"].combine_chunks()


def _draw(run: Run, customers: pa.Array, most: int, day: date) -> pa.Array:
    if len(customers) <= most:
        return customers
    chosen = generator("drift", run.config.seed, day).choice(len(customers), most, replace=False)
    return customers.take(pa.array(np.sort(chosen)))


def _beside_day(rows: pa.Table, day: date) -> pa.Table:
    """Days and instants as days before the as-of day: the calendar moving on is no drift."""
    for place, field in enumerate(rows.schema):
        if pa.types.is_temporal(field.type):
            seconds = rows[field.name].cast(pa.timestamp("s"), safe=False).cast(pa.int64()).cast(pa.float64())
            before = pc.subtract((day - date(1970, 1, 1)).days, pc.divide(seconds, _DAY_SECONDS))
            rows = rows.set_column(place, field.name, before)
    return rows


def _in_shown_units(run: Run, rows: pa.Table) -> pa.Table:
    """Fen as yuan, for the bins are shown."""
    for feature in run.features:
        if feature.kind == "fen" and feature.name in rows.column_names:
            place = rows.column_names.index(feature.name)
            yuan = pc.divide(rows[feature.name].cast(pa.float64()), 100.0)
            rows = rows.set_column(place, feature.name, yuan)
    return rows


def _row(run: Run, kind: str, drift: "Drift", label: Words, reference: Reference) -> dict[str, Any]:
    from liuke.predict.health.words import say_drift

    shares = zip(drift.labels, drift.reference_shares, drift.now_shares, strict=True)
    words = say_drift(drift)
    return _keys(run, kind, drift.column, label) | {
        "reference_from": min(reference.days),
        "reference_to": max(reference.days),
        "reference_days": len(reference.days),
        "reference_rows": drift.reference,
        "rows": drift.now,
        **{name: getattr(drift, name) for name in _MEASURED},
        "bins": [{"label": name, "reference": before, "now": now} for name, before, now in shares],
        "text_zh": words.zh,
        "text_en": words.en,
    }


_MEASURED = (
    *("psi", "psi_low", "psi_high", "psi_chance", "p_value", "q_value"),
    *("ks", "ks_low", "ks_high", "ks_p_value", "ks_q_value"),
    *("finding", "why_empty", "ks_why_empty"),
)


def _unknown(run: Run, kind: str, column: str, label: Words) -> dict[str, Any]:
    from liuke.predict.health.words import say_reason

    words = say_reason("no_reference")
    return _keys(run, kind, column, label) | {
        "why_empty": "no_reference",
        "ks_why_empty": "no_reference",
        "text_zh": words.zh,
        "text_en": words.en,
    }


def _keys(run: Run, kind: str, column: str, label: Words) -> dict[str, Any]:
    return {
        "as_of": run.as_of,
        "kind": kind,
        "column": column,
        "label_zh": label.zh,
        "label_en": label.en,
    }


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist([dict.fromkeys(DRIFT.names) | row for row in rows], schema=DRIFT)
