"""The fast evaluator says of every feature what the portable one says, many as-of days at once.

Few rows are tallied one by one and many in rings; both ways are held to the same answers.
"""

import math
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import ibis
import pyarrow as pa
import pytest

import liuke.packs
from liuke.ingest.canonical import TABLES
from liuke.view.fast import compute_views
from liuke.view.features import Feature, load_features
from liuke.view.measures import MEASURES, NUMERIC
from liuke.view.portable import compute_view
from liuke.view.sources import SOURCES, Source
from tests.contract.random_company import RandomCompany
from tests.spec.view.viewing import measured

FOLDERS = sorted(Path(liuke.packs.__path__[0]).glob("*/features"))
SETTINGS = {"margin_rate": 0.4}
DAYS = [date(2024, 2, 29), date(2024, 3, 1), date(2026, 5, 17)]
WAYS = {"row by row": 10**9, "in rings": 0}


def days_around(day: date) -> list[date]:
    """The day, and days close by, a window and more than a year away from it; in no order."""
    return [day, *(day + timedelta(days) for days in (31, -90))]


def fast(tables, features, days, *, way="in rings"):
    with patch("liuke.view.fast.measuring.WORTH_RINGS", WAYS[way]):
        return compute_views(tables, features, as_of_days=days, settings=SETTINGS)


def portable(tables: Mapping[str, pa.Table], features, day) -> pa.Table:
    held = {name: ibis.memtable(rows) for name, rows in tables.items()}
    return compute_view(held, features, as_of=day, settings=SETTINGS).to_pyarrow()


def differing(found: pa.Table, expected: pa.Table) -> list[tuple]:
    """What is not equal: counts, money, days and words exactly, other numbers to 1e-9."""
    assert found.schema.names == expected.schema.names
    assert found.schema.types == expected.schema.types
    customers = expected["customer_id"].to_pylist()
    return [
        (name, customer, left, right)
        for name in found.column_names
        for customer, left, right in zip(
            customers, found[name].to_pylist(), expected[name].to_pylist(), strict=True
        )
        if not same(left, right)
    ]


def same(left, right) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        return left == right or math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9)
    return left == right and type(left) is type(right)


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda folder: folder.parent.name)
def features(request):
    return load_features(request.param)


@pytest.fixture(scope="module", params=DAYS, ids=str)
def lived(request, features):
    """A random company's tables, and what the portable evaluator says of them as of several days."""
    tables = RandomCompany(features, as_of=request.param, seed=2).tables
    return tables, {day: portable(tables, features, day) for day in days_around(request.param)}


@pytest.mark.parametrize("way", WAYS)
def test_every_declared_feature_of_every_pack(features, lived, way):
    tables, expected = lived

    views = fast(tables, features, list(expected), way=way)

    for day in expected:
        assert differing(views[day], expected[day]) == [], day


def everything_declarable(source: Source) -> Iterator[Feature]:
    """Every measure of every column of a source that it can measure; in a window where there can be one."""
    windows = [{"days": 45}, {"months": 3, "skip": 1}] if source.timed else [{}]
    usable = {
        name: terms
        for name, terms in MEASURES.items()
        if (source.timed or not terms.needs_months) and (source.has_levels or not terms.needs_levels)
    }
    for measure, terms in usable.items():
        for number, column in enumerate(c for c, kind in source.columns.items() if kind in terms.of):
            window = {"months": 3} if terms.needs_months else windows[number % len(windows)]
            yield declare(source, measure, column, window)
        if not terms.of:
            yield from (declare(source, measure, None, window) for window in windows)


def declare(source: Source, measure: str, column: str | None, window: Mapping[str, int]) -> Feature:
    terms, kind = MEASURES[measure], source.columns.get(column or "")
    counted = terms.zero and terms.kind_of(kind) in (*NUMERIC, "flag")
    missing = "zero" if counted and len(column or "") % 2 else "unknown"
    name = "_".join(["it", source.name, measure, column or "rows", *window])[:60]
    return measured(source.name, measure, of=column, missing=missing, name=name, **window)


@pytest.mark.parametrize(
    "source", [name for name in SOURCES if name not in ("assignments", "tier_overrides")]
)
def test_everything_that_can_be_declared_of_a_source(source):
    features = list(everything_declarable(SOURCES[source]))
    assert len(features) > 10
    tables = RandomCompany(features, as_of=DAYS[0], seed=4).tables

    views = {way: fast(tables, features, DAYS[:2], way=way) for way in WAYS}

    expected = portable(tables, features, DAYS[0])
    for way in WAYS:
        assert differing(views[way][DAYS[0]], expected) == [], way


@pytest.mark.parametrize("way", WAYS)
def test_numbers_too_large_to_be_added_here_are_left_to_the_portable_evaluator(way):
    used = measured("events", "sum", of="quantity")
    events = [
        {"customer_id": "ann", "happened_at": datetime(2026, 2, 1), "known_at": datetime(2026, 2, 1), **it}
        for it in ({"quantity": 1e20}, {"quantity": 2.5})
    ]
    customers = [{"customer_id": "ann", "known_at": datetime(2026, 1, 1)}]
    tables = {
        name: pa.Table.from_pylist(rows, schema=TABLES[name].schema)
        for name, rows in {"customers": customers, "events": events}.items()
    }

    view = fast(tables, [used], [date(2026, 3, 1)], way=way)[date(2026, 3, 1)]

    assert view["it"].to_pylist() == [1e20]
