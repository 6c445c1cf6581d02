"""axe finds nothing to object to on any page of the foundation, in every look; nothing breaks the policy."""

import pytest

from tests.journeys.browser import Desk, chromium
from tests.web.company import PASSWORD, hire, publish
from tests.web.sessions import let_in

PAGES = [
    "/overview/",
    "/warnings/?min_p=10",
    "/customers/",
    "/customers/bob/",
    "/customers/cid/",
    "/password/",
]
LOOKS = [
    pytest.param("zh-hans", "light", False, 1440, id="zh-light-wide", marks=pytest.mark.looks),
    pytest.param("en", "dark", False, 1440, id="en-dark-wide", marks=pytest.mark.looks),
    pytest.param("en", "light", True, 390, id="en-large-phone", marks=pytest.mark.looks),
    pytest.param("zh-hans", "dark", True, 390, id="zh-dark-large-phone", marks=pytest.mark.looks),
]

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def browser():
    with pytest.MonkeyPatch.context() as patch, chromium() as running:
        # Playwright runs a loop in this thread; the tests' own database calls are not part of it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield running


def sign_in(desk, username):
    desk.open("/signin/")
    desk.page.fill("#id_username", username)
    desk.page.fill("#id_password", PASSWORD)
    desk.press_and_wait("#id_password", "Enter")


@pytest.mark.parametrize("language, theme, large_type, width", LOOKS)
def test_pages_behind_the_door(browser, live_server, language, theme, large_type, width):
    publish()
    user = hire()["hu"]
    user.language, user.theme, user.large_type = language, theme, large_type
    user.save()
    desk = Desk(browser, live_server.url, width=width)
    let_in(desk, "hu")

    for address in PAGES:
        desk.open(address)
        desk.settle()
        desk.check()


@pytest.mark.parametrize("width", [1440, 390])
def test_the_door(browser, live_server, width):
    desk = Desk(browser, live_server.url, width=width)
    desk.open("/signin/")

    desk.check()


def test_a_hidden_phone_is_shown_in_place_and_keys_lead_on(browser, live_server):
    publish()
    hire()
    desk = Desk(browser, live_server.url)
    sign_in(desk, "li")
    desk.open("/customers/ann/")

    desk.page.click("#detail-phone summary")
    desk.page.click("#detail-phone button[value=retention]")
    desk.page.wait_for_selector("text=13800001234")
    desk.page.keyboard.press("g")
    desk.key("w")
    desk.page.keyboard.press("j")
    desk.key("Enter")

    assert desk.page.url.endswith("/customers/ann/")
    assert desk.complaints == []


def test_single_keys_can_be_switched_off(browser, live_server):
    publish()
    hire()
    desk = Desk(browser, live_server.url)
    let_in(desk, "qian")
    desk.open("/customers/")
    desk.page.keyboard.press("?")
    desk.page.uncheck("[data-shortcuts-switch]")
    desk.page.keyboard.press("Escape")

    desk.page.keyboard.press("?")

    assert not desk.page.is_visible("#shortcuts")
