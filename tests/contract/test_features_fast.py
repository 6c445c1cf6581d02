"""The fast evaluator says of every declared feature what the portable one says, many as-of days at once."""

import math
from datetime import date, datetime, timedelta
from pathlib import Path

import ibis
import pyarrow as pa
import pytest

import liuke.packs
from liuke.ingest.canonical import TABLES
from liuke.view.fast import compute_views
from liuke.view.features import load_features
from liuke.view.portable import compute_view
from tests.contract.random_company import RandomCompany
from tests.spec.view.viewing import measured

FOLDERS = sorted(Path(liuke.packs.__path__[0]).glob("*/features"))
SETTINGS = {"margin_rate": 0.4}
DAYS = [date(2024, 2, 29), date(2024, 3, 1), date(2026, 5, 17)]


def days_around(day: date) -> list[date]:
    """The day, and days close by, a window and more than a year away from it; in no order."""
    return [day, *(day + timedelta(days) for days in (31, -1, -90, -400))]


def differing(found: pa.Table, expected: pa.Table) -> list[tuple]:
    """What is not equal: counts, money, days and words exactly, other numbers to 1e-9."""
    assert found.schema.names == expected.schema.names
    assert found.schema.types == expected.schema.types
    return [
        (name, customer, left, right)
        for name in found.column_names
        for customer, left, right in zip(
            expected["customer_id"].to_pylist(),
            found[name].to_pylist(),
            expected[name].to_pylist(),
            strict=True,
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
    """A random company's tables, and its views as of several days."""
    tables = RandomCompany(features, as_of=request.param, seed=2).tables
    return (
        request.param,
        tables,
        compute_views(tables, features, as_of_days=days_around(request.param), settings=SETTINGS),
    )


def test_every_feature_is_what_the_portable_evaluator_says(features, lived):
    day, tables, views = lived
    held = {name: ibis.memtable(rows) for name, rows in tables.items()}

    assert set(views) == set(days_around(day))
    for as_of in days_around(day):
        expected = compute_view(held, features, as_of=as_of, settings=SETTINGS).to_pyarrow()
        assert differing(views[as_of], expected) == [], as_of


def test_numbers_too_large_to_be_added_here_are_left_to_the_portable_evaluator():
    used = measured("events", "sum", of="quantity")
    tables = {
        "customers": pa.table({"customer_id": ["ann"], "known_at": [datetime(2026, 1, 1)]}),
        "events": pa.table(
            {
                "customer_id": ["ann", "ann"],
                "happened_at": [datetime(2026, 2, 1)] * 2,
                "known_at": [datetime(2026, 2, 1)] * 2,
                "quantity": [1e20, 2.5],
            }
        ),
    }
    whole = {name: fill(rows, TABLES[name].schema) for name, rows in tables.items()}

    view = compute_views(whole, [used], as_of_days=[date(2026, 3, 1)])[date(2026, 3, 1)]

    assert view["it"].to_pylist() == [1e20]


def fill(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """The rows with all columns of a schema."""
    return pa.Table.from_pylist(rows.to_pylist(), schema=schema)
