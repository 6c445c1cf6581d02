"""Canonical tables for whatever asks who left: with the months' pieces of what was heard of customers.

The pieces of a month are made again when its events or the events that count have changed. They are made
from `events` and can be dropped.
"""

import json
from hashlib import sha256
from typing import TYPE_CHECKING

import ibis

from liuke.pipeline.steps.run import Run

if TYPE_CHECKING:
    from liuke.predict.churn import ChurnDefinition

_LAYOUT = 1  # another one makes all pieces anew


def churn_tables(run: Run, definition: "ChurnDefinition") -> dict[str, ibis.Table]:
    """Every canonical table, and `heard` where silence is looked for. Needs the warehouse's lock."""
    from liuke.predict.heard import HEARD, SCHEMA

    tables = run.canonical()
    if definition.dormant is None:
        return tables
    _remember(run, definition)
    return tables | {HEARD: run.warehouse.table(HEARD, SCHEMA)}


def _remember(run: Run, definition: "ChurnDefinition") -> None:
    from liuke.ingest.canonical import TABLES
    from liuke.predict.heard import HEARD, SCHEMA, sum_heard

    warehouse, notes = run.warehouse, run.warehouse.manifest.notes
    months = warehouse.manifest.partitions("events")
    prints = {month: _fingerprint(run, definition, month) for month in months}
    stale = [month for month in months if notes.get(f"{HEARD}/{month}") != prints[month]]
    gone = set(warehouse.manifest.partitions(HEARD)) - set(months)
    if not stale and not gone:
        return
    draft = warehouse.draft(source=HEARD)
    for month in gone:
        draft.drop(HEARD, partition=month)
    for month in stale:
        events = warehouse.table("events", TABLES["events"].schema, partition=month)
        pieces = run.workspace.engine.to_arrow(sum_heard(events, definition))
        order = [(name, "ascending") for name in SCHEMA.names]
        draft.replace(HEARD, pieces.cast(SCHEMA).sort_by(order), partition=month)
        draft.note(f"{HEARD}/{month}", prints[month])
    draft.commit()


def _fingerprint(run: Run, definition: "ChurnDefinition", month: str) -> str:
    assert definition.dormant is not None
    parts = [part.sha256 for part in run.warehouse.manifest.parts("events", month)]
    dormant = definition.dormant.model_dump(mode="json")
    return sha256(json.dumps([_LAYOUT, dormant, parts], sort_keys=True).encode()).hexdigest()
