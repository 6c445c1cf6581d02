"""Codes are the same however many months and files are coded at once; room decides how many."""

from datetime import datetime
from unittest.mock import patch

import pyarrow as pa
import pytest

from liuke.ingest.canonical import TABLES
from liuke.store import Engine, Warehouse
from liuke.view.fast import at_once, code_for
from liuke.view.fast.event_codes import INDEX, read_index
from tests.spec.view.viewing import measured

FEATURES = [
    measured("events", "count", name="times", months=1),
    measured("bills", "sum", name="billed", of="billed_fen", months=2, unit="fen"),
]
ROOMY, NARROW = 4.0, 1e-9


def rows_of(table: str, month: int, customers: str) -> pa.Table:
    """One row for each customer; columns that nobody asks for are missing."""
    at = datetime(2026, month, 2)
    known = {"customer_id": list(customers), "happened_at": [at] * len(customers)}
    known |= {"known_at": known["happened_at"], "billed_fen": [100 * month] * len(customers)}
    known |= {name: [f"{who}-{month}" for who in customers] for name in ("row_key", "bill_id", "kind")}
    schema = TABLES[table].schema
    columns = [
        pa.array(known[field.name], field.type)
        if field.name in known
        else pa.nulls(len(customers), field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)


@pytest.fixture
def coded(tmp_path):
    """Codes of a warehouse whose customers are not all among its customers."""

    def code(name: str, memory_gib: float) -> Warehouse:
        warehouse = Warehouse(tmp_path / name, Engine(memory_gib=0.5))
        with warehouse.lock(doing="test"):
            draft = warehouse.draft(source="test")
            for month, customers in enumerate(("db", "za", "dyb", "c"), start=1):
                for table in ("events", "bills"):
                    partition = f"2026-{month:02}" if TABLES[table].monthly else "all"
                    draft.append(table, rows_of(table, month, customers), partition=partition)
            draft.commit()
            assert code_for(warehouse, FEATURES, memory_gib=memory_gib) == 8
        return warehouse

    return code


def test_newcomers_of_several_months_get_the_same_numbers_side_by_side(coded):
    with patch.object(at_once.os, "sched_getaffinity", return_value={0, 1, 2}, create=True):
        beside = coded("beside", ROOMY)
    alone = coded("alone", NARROW)

    assert read_index(beside).to_pylist() == ["b", "d", "a", "z", "y", "c"]
    assert len(beside.manifest.parts(INDEX)) == 4
    assert beside.manifest == alone.manifest


@pytest.mark.parametrize("memory_gib, threads", [(ROOMY, True), (NARROW, False)])
def test_room_decides_whether_other_threads_are_asked(coded, memory_gib, threads):
    pool = at_once.ThreadPoolExecutor
    with (
        patch.object(at_once.os, "sched_getaffinity", return_value={0, 1}, create=True),
        patch.object(at_once, "ThreadPoolExecutor", side_effect=pool) as asked,
    ):
        coded("any", memory_gib)

    assert asked.called == threads
