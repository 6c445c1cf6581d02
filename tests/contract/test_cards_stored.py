"""Cards streamed from a warehouse, a few customers at a time, are those of the plain tables."""

from datetime import date
from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa
import pytest

import liuke.packs
from liuke.store import Engine, Warehouse
from liuke.view.card import compute_cards
from liuke.view.card_stream import stream_cards
from liuke.view.features import load_features
from tests.contract.random_company import RandomCompany
from tests.contract.test_features_stored import store

FEATURES = load_features(Path(liuke.packs.__path__[0]) / "telecom/features")


@pytest.fixture
def warehouse(tmp_path):
    return Warehouse(tmp_path / "warehouse", Engine(memory_gib=0.5))


@pytest.mark.parametrize("as_of", [date(2024, 2, 29), date(2024, 3, 1)])
@pytest.mark.parametrize("missing", [(), ("events", "bills", "contacts")])
def test_cards_of_a_warehouse_are_those_of_its_tables(warehouse, as_of, missing):
    company = RandomCompany(FEATURES, as_of=as_of, seed=7).tables
    tables = {name: rows for name, rows in company.items() if name not in missing}
    with warehouse.lock(doing="a test"):
        store(warehouse, tables)
        found = stream_cards(warehouse, as_of=as_of, customers_at_once=5).read_all()

    held = {name: ibis.memtable(rows) for name, rows in tables.items()}
    expected = compute_cards(held, as_of=as_of).to_pyarrow()
    assert found.schema == expected.schema
    assert found.to_pylist() == expected.to_pylist()


def test_quantities_whose_sum_does_not_fit_64_bits_are_added(warehouse):
    as_of = date(2024, 3, 1)
    company = RandomCompany(FEATURES, as_of=as_of, seed=7).tables
    events = company["events"]
    huge = pa.array(np.full(len(events), 1e13))
    company["events"] = events.set_column(events.schema.get_field_index("quantity"), "quantity", huge)
    with warehouse.lock(doing="a test"):
        store(warehouse, company)
        found = stream_cards(warehouse, as_of=as_of).read_all()

    used = [item for items in found["usage"].to_pylist() for item in items]
    assert max(item["times"] for item in used) > 1
    assert all(item["quantity"] == 1e13 * item["times"] for item in used)
