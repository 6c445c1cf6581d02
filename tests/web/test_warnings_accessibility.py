"""axe finds nothing to object to on lists, re-entry, dealers and the sheet of all pages, in every look."""

import pytest
from django_scopes import scopes_disabled

from liuke_desk.customers.selectors import get_current_publication
from liuke_desk.people.models import User
from tests.journeys.browser import Desk
from tests.web.company import hire
from tests.web.network_company import find_out
from tests.web.sessions import let_in
from tests.web.test_accessibility import LOOKS, browser  # noqa: F401  a fixture
from tests.web.warning_company import FEBRUARY, MARCH, NOW, THEN, cycle

PAGES = {
    "sun": [
        "/overview/",
        "/warnings/lists/",
        "/warnings/changes/",
        "/warnings/changes/gone/",
    ],  # told at home
    "qian": ["/warnings/", "/reentry/", "/dealers/", "/dealers/D1/"],
}
MORE = ".foot-bar button"

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def company(db):
    cycle(THEN, FEBRUARY)
    hire()
    cycle(NOW, MARCH)
    with scopes_disabled():
        find_out(get_current_publication())


def sign_in(browser, live_server, username, *, width):  # noqa: F811
    desk = Desk(browser, live_server.url, width=width)
    let_in(desk, username)
    return desk


@pytest.mark.parametrize("language, theme, large_type, width", LOOKS)
def test_every_page_is_accessible(browser, live_server, company, language, theme, large_type, width):  # noqa: F811
    User.objects.update(language=language, theme=theme, large_type=large_type)
    for username, pages in PAGES.items():
        desk = sign_in(browser, live_server, username, width=width)
        for page in pages:
            desk.open(page)
            desk.settle()
            desk.check()


def test_the_sheet_of_all_pages_opens_and_closes_by_keyboard(browser, live_server, company):  # noqa: F811
    desk = sign_in(browser, live_server, "qian", width=390)
    desk.open("/schemes/")
    assert desk.page.get_attribute(MORE, "aria-current") == "true"

    desk.page.focus(MORE)
    desk.page.keyboard.press("Enter")
    assert desk.page.is_visible("#more-pages")
    desk.check()
    held = desk.page.evaluate("document.querySelector('#more-pages').contains(document.activeElement)")
    desk.page.keyboard.press("Escape")

    assert held
    assert desk.page.is_hidden("#more-pages")
    assert desk.page.evaluate(f"document.activeElement === document.querySelector('{MORE}')")
