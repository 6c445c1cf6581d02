"""A workbench that would lose writes does not start."""

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.db import connection

from liuke_desk.config.checks import find_wrong_options
from liuke_desk.config.settings.databases import SQLITE_OPTIONS


def test_the_settings_in_force_pass():
    assert [problem for problem in run_checks() if problem.id == "liuke_desk.E001"] == []


@pytest.mark.parametrize(
    "name, value",
    [
        ("transaction_mode", "DEFERRED"),
        ("transaction_mode", None),
        ("timeout", 5),
        ("init_command", "PRAGMA journal_mode=WAL"),
    ],
)
def test_any_other_sqlite_option_is_refused(name, value):
    problems = find_wrong_options("default", {**SQLITE_OPTIONS, name: value})

    assert [problem.id for problem in problems] == ["liuke_desk.E001"]
    assert name in problems[0].msg


@pytest.mark.django_db
@pytest.mark.skipif(not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"), reason="about SQLite")
@pytest.mark.parametrize("pragma, wanted", [("journal_mode", "wal"), ("synchronous", 1), ("foreign_keys", 1)])
def test_sqlite_really_runs_as_told(pragma, wanted):
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
        assert cursor.fetchone() == (wanted,)
