"""The small company of tests.web.company, published and staffed, and browsers for its people."""

from collections.abc import Callable

import pytest
from django.test import Client

from liuke_desk.customers.models import Publication
from liuke_desk.people.models import User
from tests.web.company import hire, publish


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
