"""The small company of tests.web.company, published and staffed, and browsers for its people."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django_scopes import scopes_disabled

from liuke_desk.bridge import reports, tiers
from liuke_desk.customers.models import Publication
from liuke_desk.people.models import User
from liuke_desk.tiers import days
from tests.web.company import hire, publish
from tests.web.visits import Company, gather

# Answers of a warehouse, kept in memory for the number of a publication or of what was last written.
KEPT = (tiers.sum_moves_once, tiers.list_moved, tiers.compare_top, days._list_once, reports.list_standing)


@pytest.fixture(autouse=True)
def _forget_what_another_test_asked() -> None:
    """Databases of tests count their publications from one again, and each has a warehouse of its own."""
    for kept in KEPT:
        kept.cache_clear()


@pytest.fixture
def publication(db: None) -> Publication:
    return publish()


@pytest.fixture
def people(publication: Publication) -> dict[str, User]:
    return hire()


@pytest.fixture
def browser_of(people: dict[str, User]) -> Callable[[str], Client]:
    """A browser in which somebody has signed in."""

    def sign_in(username: str) -> Client:
        browser = Client()
        browser.force_login(people[username], backend="django.contrib.auth.backends.ModelBackend")
        return browser

    return sign_in


@pytest.fixture(scope="module")
def founded(django_db_setup: None, django_db_blocker: Any) -> Iterator[Company]:
    """A company with retention work, made once for many visits; nothing of it stays.

    pytest-django makes a database only where a test says so: mark one test of the module.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        if not connection.introspection.table_names():
            pytest.fail("No test among those selected is marked django_db; run the whole file.")
        with scopes_disabled():
            company = gather()
        yield company
        transaction.set_rollback(True)


@pytest.fixture
def company(founded: Company) -> Iterator[Company]:
    """The company as it was made: what a visit changes is undone."""
    with transaction.atomic():
        yield founded
        transaction.set_rollback(True)
