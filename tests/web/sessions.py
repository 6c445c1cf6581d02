"""A window in which somebody has signed in already. That the page for it works is told elsewhere."""

from django.conf import settings
from django.test import Client

from liuke_desk.people.models import User
from tests.journeys.browser import Desk


def let_in(desk: Desk, username: str) -> None:
    """Give the window a session of its own, as signing in would, without two pages on the way."""
    client = Client()
    person = User.objects.get(username=username)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": desk.address}
    desk.page.context.add_cookies([cookie])
