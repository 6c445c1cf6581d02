"""Views from a warehouse with coded events, customers in small runs, are those of the plain tables."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from unittest.mock import patch

import pyarrow as pa
import pyarrow.compute as pc
import pytest

import liuke.packs
from liuke.ingest.canonical import TABLES
from liuke.kernel.days import midnight
from liuke.store import Engine, Warehouse
from liuke.view.fast import code_events, compute_views
from liuke.view.fast.event_codes import CODES, INDEX
from liuke.view.features import load_features
from tests.contract.random_company import RandomCompany, differing

FOLDERS = sorted(Path(liuke.packs.__path__[0]).glob("*/features"))
SETTINGS = {"margin_rate": 0.4}
DAY = date(2024, 2, 29)
DAYS = [DAY, date(2024, 3, 1), date(2023, 12, 1)]


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda folder: folder.parent.name)
def features(request):
    return load_features(request.param)


@pytest.fixture(scope="module")
def tables(features):
    return RandomCompany(features, as_of=DAY, seed=3).tables


@pytest.fixture
def warehouse(tmp_path):
    return Warehouse(tmp_path / "warehouse", Engine(memory_gib=0.5))


def store(warehouse: Warehouse, tables: Mapping[str, pa.Table]) -> None:
    """Add rows to the warehouse; events by month, and each month in two files."""
    draft = warehouse.draft(source="test")
    for name, rows in tables.items():
        if not TABLES[name].monthly:
            draft.append(name, rows)
            continue
        months = pc.strftime(rows["happened_at"], format="%Y-%m")
        for month in pc.unique(months).to_pylist():
            of_month = rows.filter(pc.equal(months, month))
            draft.append(name, of_month.slice(0, len(of_month) // 2), partition=month)
            draft.append(name, of_month.slice(len(of_month) // 2), partition=month)
    draft.commit()


def views_of(held, features):
    with patch("liuke.view.fast.measuring.WORTH_RINGS", 0):
        return compute_views(held, features, as_of_days=DAYS, settings=SETTINGS)


def same_views(found, expected) -> bool:
    return set(found) == set(expected) and all(differing(found[day], expected[day]) == [] for day in found)


def test_coded_and_in_runs(warehouse, tables, features):
    with warehouse.lock(doing="test"):
        store(warehouse, tables)
        assert code_events(warehouse) > 12

    with patch("liuke.view.fast.evaluate.customers_at_once", return_value=5):
        found = views_of(warehouse, features)

    assert same_views(found, views_of(tables, features))


def test_events_that_come_later_are_coded_alone_and_keep_every_number(warehouse, tables, features):
    events = tables["events"]
    early = pc.less(events["happened_at"], pa.scalar(midnight(DAY), pa.timestamp("us")))
    of_some = pc.less(events["customer_id"], "c12")
    first = {**tables, "events": events.filter(pc.and_(early, of_some))}
    rest = {"events": events.filter(pc.invert(pc.and_(early, of_some)))}
    with warehouse.lock(doing="test"):
        store(warehouse, first)
        code_events(warehouse)
        numbers = [part.file for part in warehouse.manifest.parts(INDEX)]
        store(warehouse, rest)
        assert not same_codes_as_events(warehouse)
        code_events(warehouse)

    assert [part.file for part in warehouse.manifest.parts(INDEX)][: len(numbers)] == numbers
    assert same_codes_as_events(warehouse)
    assert same_views(views_of(warehouse, features), views_of(tables, features))


def same_codes_as_events(warehouse: Warehouse) -> bool:
    return warehouse.manifest.rows(CODES) == warehouse.manifest.rows("events")


def test_events_that_are_not_coded_yet_are_read_as_they_are(warehouse, tables, features):
    with warehouse.lock(doing="test"):
        store(warehouse, tables)

    assert same_views(views_of(warehouse, features), views_of(tables, features))


def test_nothing_is_coded_twice(warehouse, tables):
    with warehouse.lock(doing="test"):
        store(warehouse, tables)
        code_events(warehouse)
        held = warehouse.manifest

        assert code_events(warehouse) == 0
    assert warehouse.manifest == held
