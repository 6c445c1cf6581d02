"""Promises that every declared feature of every pack keeps; a new declaration gets them all."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from unittest.mock import patch

import ibis
import pyarrow as pa
import pytest
from ibis import _

import liuke.packs
from liuke.ingest.canonical import TABLES
from liuke.view import known
from liuke.view.features import RowFeature, load_features
from liuke.view.portable import compute_view
from tests.contract.random_company import CUSTOMERS, SILENT, RandomCompany, cut_at, differing, shuffle

FOLDERS = sorted(Path(liuke.packs.__path__[0]).glob("*/features"))
SETTINGS = {"margin_rate": 0.4}
DAYS = [date(2024, 2, 29), date(2024, 3, 1), date(2026, 5, 17)]


def view_of(tables: Mapping[str, pa.Table], features, as_of):
    held = {name: ibis.memtable(rows) for name, rows in tables.items()}
    return compute_view(held, features, as_of=as_of, settings=SETTINGS).to_pyarrow()


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda folder: folder.parent.name)
def features(request):
    return load_features(request.param)


@pytest.fixture(scope="module")
def lives(features):
    """As-of day -> a random company's tables, and its view on all of them."""
    drawn = {day: RandomCompany(features, as_of=day, seed=1).tables for day in DAYS}
    return {day: (tables, view_of(tables, features, day)) for day, tables in drawn.items()}


@pytest.fixture(params=DAYS, ids=str)
def lived(request, lives):
    return (request.param, *lives[request.param])


def test_nothing_later_or_not_yet_known_changes_anything(features, lived):
    as_of, tables, view = lived
    cut = cut_at(tables, as_of)
    assert sum(rows.num_rows for rows in cut.values()) < 0.95 * sum(rows.num_rows for rows in tables.values())

    assert differing(view, view_of(cut, features, as_of)) == []


def test_the_order_of_the_rows_does_not_matter(features, lived):
    as_of, tables, view = lived

    assert differing(view, view_of(shuffle(tables), features, as_of)) == []


def test_a_customer_without_history_is_answered(features, lived):
    _as_of, _tables, view = lived
    answers = {row["customer_id"]: row for row in view.to_pylist()}
    assert sorted(answers) == CUSTOMERS

    told = ("customers", "surroundings")  # of everybody
    of_customers = {feature.name for feature in features if getattr(feature, "source", "") in told}
    for feature in features:
        if isinstance(feature, RowFeature) and feature.name not in of_customers:
            nothing = None if feature.missing == "unknown" else (False if feature.kind == "flag" else 0)
            assert {answers[silent][feature.name] for silent in SILENT} == {nothing}, feature.name


def test_every_feature_sees_something(features, lives):
    """Without it the promises above would be kept by features that never say anything."""
    views = [view.to_pylist() for _tables, view in lives.values()]
    seen = {name: {row[name] for view in views for row in view} for name in views[0][0]}

    assert [feature.name for feature in features if len(seen[feature.name] - {None}) < 2] == []


def test_columns_have_the_kinds_that_the_features_declare(features, lived):
    *_, view = lived
    kinds = {"text": "string", "whole": "int64", "fen": "int64", "number": "double", "flag": "bool"}
    kinds |= {"day": "date32[day]", "instant": "timestamp[us]"}

    assert view.column_names == ["customer_id", "as_of", *(feature.name for feature in features)]
    for feature in features:
        assert str(view.schema.field(feature.name).type) == kinds[feature.kind], feature.name


def test_tables_that_are_empty_are_answered_too(features):
    tables = {name: table.schema.empty_table() for name, table in TABLES.items()}
    tables["customers"] = RandomCompany(features, as_of=DAYS[0], seed=1).tables["customers"]

    assert view_of(tables, features, DAYS[0])["customer_id"].to_pylist() == CUSTOMERS


def forgetful_rows(tables, source, *, as_of):
    """An evaluator's mistake: looking at when things happened, not at when they were known."""
    forgotten = tables["events"].mutate(known_at=_.happened_at)
    return known_rows({**tables, "events": forgotten}, source, as_of=as_of)


known_rows = known.known_rows


def test_a_control_that_forgets_when_things_were_known_is_caught(features, lives):
    tables, _view = lives[DAYS[0]]

    with patch("liuke.view.portable.known_rows", forgetful_rows):
        leaking = view_of(tables, features, DAYS[0])
        cut = view_of(cut_at(tables, DAYS[0]), features, DAYS[0])

    assert differing(leaking, cut) != []
