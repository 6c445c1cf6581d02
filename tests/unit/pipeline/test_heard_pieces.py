"""Pieces of months follow the events: made again where they are gone, whatever a note says."""

from datetime import datetime
from types import SimpleNamespace

import pyarrow as pa
import pytest

from liuke.ingest.canonical import TABLES
from liuke.pipeline.steps.heard import _remember
from liuke.predict.churn import ChurnDefinition
from liuke.predict.heard import HEARD, SCHEMA
from liuke.store import Engine, Warehouse

DEFINITION = ChurnDefinition.model_validate(
    {"method": "rolling", "dormant": {"silent_days": 30, "events": ["voice"]}}
)


@pytest.fixture
def run(tmp_path):
    engine = Engine(threads=1)
    warehouse = Warehouse(tmp_path, engine)
    with warehouse.lock(doing="a test"):
        load(warehouse, "2026-01", "2026-02")
        yield SimpleNamespace(warehouse=warehouse, workspace=SimpleNamespace(engine=engine))
    engine.close()


def load(warehouse, *months):
    draft = warehouse.draft(source="test")
    for month in months:
        at = datetime.fromisoformat(f"{month}-10")
        row = {"row_key": month, "customer_id": "ann", "kind": "voice", "happened_at": at, "known_at": at}
        draft.replace("events", pa.Table.from_pylist([row], TABLES["events"].schema), partition=month)
    draft.commit()


def drop(warehouse, table, month):
    draft = warehouse.draft(source="test")
    draft.drop(table, partition=month)
    draft.commit()


def months_heard(run):
    rows = run.workspace.engine.to_arrow(run.warehouse.table(HEARD, SCHEMA))
    return sorted({at.strftime("%Y-%m") for at in rows["first_at"].to_pylist()})


def test_a_piece_that_was_dropped_is_made_again(run):
    _remember(run, DEFINITION)
    drop(run.warehouse, HEARD, "2026-01")
    assert months_heard(run) == ["2026-02"]

    _remember(run, DEFINITION)

    assert months_heard(run) == ["2026-01", "2026-02"]


def test_a_month_of_events_that_went_and_came_back_is_heard_again(run):
    _remember(run, DEFINITION)
    drop(run.warehouse, "events", "2026-01")
    _remember(run, DEFINITION)
    assert months_heard(run) == ["2026-02"]

    load(run.warehouse, "2026-01")
    _remember(run, DEFINITION)

    assert months_heard(run) == ["2026-01", "2026-02"]
