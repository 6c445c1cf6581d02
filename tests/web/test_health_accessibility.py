"""axe finds nothing to object to on the page of health, in every look."""

import pytest

from liuke_desk.bridge import health as warehouse
from liuke_desk.customers.selectors import get_current_publication
from liuke_desk.health.services import publish_health
from tests.journeys.browser import Desk
from tests.web.company import AS_OF, hire, publish
from tests.web.health_company import make_health
from tests.web.sessions import let_in
from tests.web.test_accessibility import LOOKS, browser  # noqa: F401  a fixture

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return make_health(tmp_path_factory.mktemp("health"))


@pytest.fixture
def served(kept, transactional_db, monkeypatch):
    monkeypatch.setattr("liuke_desk.bridge.workspace.current_workspace", lambda: kept)
    publish()
    publish_health(publication=get_current_publication(), content=warehouse.read_health(AS_OF))


@pytest.mark.parametrize("language, theme, large_type, width", LOOKS)
def test_the_page_of_health(browser, live_server, served, language, theme, large_type, width):  # noqa: F811
    user = hire()["qian"]
    user.language, user.theme, user.large_type = language, theme, large_type
    user.save()
    desk = Desk(browser, live_server.url, width=width)
    let_in(desk, "qian")

    for address in ("/health/", "/health/?horizon=1m&sort=-ks"):
        desk.open(address)
        desk.settle()
        desk.check()
