"""Canonical tables for whatever asks who left: with the months' pieces of what was heard of customers.

The pieces of a month are made again when its events or the events that count have changed. They are made
from `events` and can be dropped.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from liuke.pipeline.steps.run import Run

if TYPE_CHECKING:
    from liuke.predict.churn import ChurnDefinition

_LAYOUT = 2  # another one makes all pieces anew
# Numbers of customers, each once or twice, are no words of a dictionary: without it the file is written in a
# sixth of the time, and smaller.
_FILE: Mapping[str, Any] = MappingProxyType({"compression": "zstd", "use_dictionary": ["told_by"]})


def churn_tables(run: Run, definition: "ChurnDefinition") -> dict[str, ibis.Table]:
    """Every canonical table, and `heard` where silence is looked for. Needs the warehouse's lock."""
    from liuke.predict.heard import HEARD, SCHEMA

    tables = run.canonical()
    if definition.dormant is None:
        return tables
    _remember(run, definition)
    return tables | {HEARD: run.warehouse.table(HEARD, SCHEMA)}


def known_leavings(run: Run, tables: Mapping[str, ibis.Table], definition: "ChurnDefinition") -> ibis.Table:
    """Every leaving known by the run's day, found once by a process. tables: as churn_tables gives them."""
    from liuke.predict.leavings import find_leavings

    def find(folder: Path) -> pa.Table:
        return run.workspace.engine.to_arrow(find_leavings(tables, definition, known_by=run.as_of))

    made_of = (run.known_parts(run.as_of), definition)
    return ibis.memtable(run.workspace.scratch.remember(f"leavings/{run.partition}", made_of, find))


def _remember(run: Run, definition: "ChurnDefinition") -> None:
    from liuke.ingest.canonical import TABLES
    from liuke.predict.heard import HEARD, SCHEMA, sum_heard

    warehouse, notes = run.warehouse, run.warehouse.manifest.notes
    months = warehouse.manifest.partitions("events")
    prints = {month: _fingerprint(run, definition, month) for month in months}
    held = set(warehouse.manifest.partitions(HEARD))
    stale = [month for month in months if month not in held or notes.get(f"{HEARD}/{month}") != prints[month]]
    gone = held - set(months)
    if not stale and not gone:
        return
    draft = warehouse.draft(source=HEARD)
    for month in gone:
        draft.drop(HEARD, partition=month)
    for month in stale:
        events = warehouse.table("events", TABLES["events"].schema, partition=month)
        pieces = sum_heard(events, definition).order_by(SCHEMA.names)
        rows = run.workspace.engine.to_arrow(pieces).cast(SCHEMA)
        draft.replace(HEARD, rows, partition=month, layout=_FILE)
        draft.note(f"{HEARD}/{month}", prints[month])
    draft.commit()


def _fingerprint(run: Run, definition: "ChurnDefinition", month: str) -> str:
    assert definition.dormant is not None
    parts = [part.sha256 for part in run.warehouse.manifest.parts("events", month)]
    dormant = definition.dormant.model_dump(mode="json")
    return sha256(json.dumps([_LAYOUT, dormant, parts], sort_keys=True).encode()).hexdigest()
