"""Views from a warehouse with coded events, customers in small runs, are those of the plain tables."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from unittest.mock import patch

import pyarrow as pa
import pyarrow.compute as pc
import pytest

import liuke.packs
from liuke.ingest.canonical import TABLES
from liuke.kernel.days import midnight
from liuke.store import Engine, Warehouse
from liuke.store.warehouse import WHOLE
from liuke.view.fast import code_events, code_for, compute_views, stream_views
from liuke.view.fast.coded_rows import coded, is_coded
from liuke.view.fast.event_codes import CODES, INDEX
from liuke.view.fast.needing import columns_needed
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
    """Add rows to the warehouse, in two files; monthly ones by month, and each month in two files."""
    draft = warehouse.draft(source="test")
    for name, rows in tables.items():
        if not TABLES[name].monthly:
            draft.append(name, rows.slice(0, len(rows) // 2))
            draft.append(name, rows.slice(len(rows) // 2))
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


@pytest.mark.parametrize("customers, two", [(2, True), (5, False), (100, False)])
def test_coded_and_in_runs(warehouse, tables, features, customers, two):
    with warehouse.lock(doing="test"):
        store(warehouse, tables)
        assert code_for(warehouse, features) > 12

    found = views_in_runs(warehouse, features, customers=customers, two=two)

    assert all_coded(warehouse, features)
    assert same_views(found, views_of(tables, features))


def views_in_runs(held, features, *, customers, two=True):
    """two: whether two runs are computed side by side."""
    with (
        patch("liuke.view.fast.evaluate.customers_at_once", return_value=customers),
        patch("liuke.view.fast.evaluate.WORTH_TWO", 0 if two else 10**9),
        patch("liuke.view.fast.measuring.WORTH_RINGS", 0),
    ):
        runs = list(stream_views(held, features, as_of_days=DAYS, settings=SETTINGS))
    return {day: pa.concat_tables([run[day] for run in runs]).combine_chunks() for day in DAYS}


def all_coded(warehouse: Warehouse, features) -> bool:
    needed = columns_needed(features)
    return all(is_coded(warehouse, table, needed[table]) for table in needed)


def test_pieces_of_few_rows_are_read_alone(warehouse, tables, features):
    with (
        warehouse.lock(doing="test"),
        patch("liuke.view.fast.coded_rows._PIECE_ROWS", 7),
        patch("liuke.view.fast.coded_rows._FEWEST_ROWS", 3),
    ):
        store(warehouse, tables)
        code_for(warehouse, features)

    assert same_views(views_in_runs(warehouse, features, customers=3), views_of(tables, features))


def test_rows_that_come_later_are_coded_with_those_they_replace(warehouse, tables, features):
    first = {name: rows.slice(0, len(rows) // 3) for name, rows in tables.items() if name != "customers"}
    rest = {name: rows.slice(len(rows) // 3) for name, rows in tables.items()}
    of_some = pc.less(tables["customers"]["customer_id"], "c12")
    with warehouse.lock(doing="test"):
        store(warehouse, {**first, "customers": tables["customers"].filter(of_some)})
        code_for(warehouse, features)
        bills = [part.file for part in warehouse.manifest.parts(coded("bills"))]
        store(warehouse, {**rest, "customers": tables["customers"].filter(pc.invert(of_some))})
        assert not all_coded(warehouse, features)
        code_for(warehouse, features)

    kept = {part.file for part in warehouse.manifest.parts(coded("bills"))}
    assert set(bills) < kept or not bills
    assert all_coded(warehouse, features)
    assert same_views(views_in_runs(warehouse, features, customers=5), views_of(tables, features))


def test_codes_of_files_that_are_gone_go_too(warehouse, tables, features):
    with warehouse.lock(doing="test"):
        store(warehouse, tables)
        code_for(warehouse, features)
        draft = warehouse.draft(source="test")
        for name in set(tables) - {"customers", "events"}:
            for partition in warehouse.manifest.partitions(name):
                draft.drop(name, partition=partition)
        draft.commit()
        code_for(warehouse, features)

    left = {name: tables[name] for name in ("customers", "events")}
    assert same_views(views_in_runs(warehouse, features, customers=5), views_of(left, features))


def test_states_of_a_file_that_is_gone_hold_back_no_earlier_ones(warehouse, tables, features):
    before = pc.less(tables["customers"]["known_at"], pa.scalar(datetime(2024, 1, 1), pa.timestamp("us")))
    moved = tables["customers"].filter(before).slice(0, 1)
    later = pa.array([datetime(2024, 2, 1)], moved["known_at"].type)
    moved = moved.set_column(moved.schema.get_field_index("known_at"), "known_at", later)
    with warehouse.lock(doing="test"):
        store(warehouse, tables)
        store(warehouse, {"customers": moved})
        code_for(warehouse, features)
        (*_, last) = warehouse.manifest.parts("customers")
        draft = warehouse.draft(source="test")
        draft.manifest = draft.manifest.with_parts(
            "customers", WHOLE, tuple(part for part in warehouse.manifest.parts("customers") if part != last)
        )
        draft.commit()

        assert code_for(warehouse, features) > 0
    assert same_views(views_in_runs(warehouse, features, customers=5), views_of(tables, features))


def test_columns_that_another_feature_asks_for_are_coded_when_it_does(warehouse, tables, features):
    with warehouse.lock(doing="test"):
        store(warehouse, tables)
        code_for(warehouse, features[:1])
        assert not all_coded(warehouse, features)
        code_for(warehouse, features)

        assert code_for(warehouse, features[:1]) == 0
    assert all_coded(warehouse, features)


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


def test_nothing_is_coded_twice(warehouse, tables, features):
    with warehouse.lock(doing="test"):
        store(warehouse, tables)
        code_for(warehouse, features)
        held = warehouse.manifest

        assert code_for(warehouse, features) == 0
    assert warehouse.manifest == held
