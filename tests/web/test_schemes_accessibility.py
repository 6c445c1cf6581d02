"""axe finds nothing to object to on the pages of schemes; what is typed in the form is judged at once."""

import pytest

from liuke_desk.schemes import services
from tests.journeys.browser import Desk
from tests.web.company import UNITS, draw_customer, hire, publish
from tests.web.retention import stop_clock
from tests.web.sessions import let_in
from tests.web.test_accessibility import browser  # noqa: F401
from tests.web.tiering import AS_OF, IDS, NOON, make_workspace
from tests.web.tiering import UNITS as UNIT_OF

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

LOOKS = [
    pytest.param("zh-hans", "light", 1440, id="zh-light-wide", marks=pytest.mark.looks),
    pytest.param("en", "dark", 390, id="en-dark-phone", marks=pytest.mark.looks),
]


@pytest.fixture
def draft(tmp_path, monkeypatch):
    made = make_workspace(tmp_path / "company")
    monkeypatch.setattr("liuke_desk.bridge.workspace.current_workspace", lambda: made)
    stop_clock(monkeypatch, NOON)
    publish(
        rows=[draw_customer(each, loss_fen=100, unit_id=UNIT_OF[each[0]]) for each in IDS],
        as_of=AS_OF,
        units=UNITS,
    )
    return services.open_draft(name="pyramid", user=hire()["qian"], on=NOON.date(), at=NOON)


@pytest.mark.parametrize("language, theme, width", LOOKS)
def test_pages_of_schemes(browser, live_server, draft, language, theme, width):  # noqa: F811
    user = draft.made_by
    user.language, user.theme = language, theme
    user.save()
    desk = Desk(browser, live_server.url, width=width)
    let_in(desk, "qian")
    own = f"/schemes/drafts/{draft.pk}/"

    for address in (
        "/schemes/",
        "/schemes/pyramid/",
        "/schemes/pyramid/compare/",
        "/schemes/pyramid/fairness/",
        own,
        f"{own}edit/",
        f"{own}edit/?as=text",
    ):
        desk.open(address)
        desk.settle()
        desk.check()
    desk.open(f"{own}what-if/")
    desk.page.wait_for_selector(".kpis")
    desk.check()


def test_what_is_typed_is_judged_beside_the_field(browser, live_server, draft):  # noqa: F811
    desk = Desk(browser, live_server.url)
    let_in(desk, "qian")
    desk.open(f"/schemes/drafts/{draft.pk}/edit/")

    desk.page.fill("[name='f.tiers.0.share']", "much")

    desk.page.wait_for_selector("#fault-tiers-0-share .field-error")
    desk.page.fill("[name='f.tiers.0.share']", "2")
    desk.page.wait_for_selector("#check .notice-error")
    desk.page.fill("[name='f.tiers.0.share']", "1")
    desk.page.wait_for_selector("#check .notice-success")
    assert desk.complaints == []
