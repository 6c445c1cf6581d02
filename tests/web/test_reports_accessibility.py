"""axe finds nothing to object to on the pages of reports, in every look."""

import pytest

from tests.journeys.browser import Desk
from tests.web.company import hire
from tests.web.report_company import make_warehouse, publish_reports
from tests.web.sessions import let_in
from tests.web.test_accessibility import LOOKS, browser  # noqa: F401  a fixture

OPEN_ALL = "document.querySelectorAll('#keep-group').forEach(each => each.open = true)"
# Words drawn in a chart that lie over others; what they are drawn on tells nobody.
WORDS_OVER_WORDS = """
[...document.querySelectorAll('[data-chart]')].flatMap((place) => {
  const list = window.echarts.getInstanceByDom(place).getZr().storage.getDisplayList(true);
  const written = list.filter((each) => each.type === 'tspan' && each.style.text && !each.ignore);
  const words = written.map((each) => {
    const box = each.getBoundingRect().clone();
    if (each.transform) box.applyTransform(each.transform);
    return { text: each.style.text, box };
  });
  return words.flatMap((one, at) => words.slice(at + 1)
    .filter((other) => one.box.intersect(other.box))
    .map((other) => `${one.text} / ${other.text}`));
})
"""
ON_A_PHONE = 767  # pixels, at most
# Tables that have to be moved sideways to be read.
TOO_WIDE = """
[...document.querySelectorAll('.table-wrap')].filter((each) => each.scrollWidth > each.clientWidth)
  .map((each) => each.textContent.slice(0, 60))
"""
PAGES = [
    "/reports/",
    "/reports/?report=suspension&by=brand&show=value",
    "/reports/?report=diversion",
    "/reports/?report=predicted&by=tenure",
    "/reports/customers/?report=churn&month=2026-03&figure=lost",
]

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def cycle(tmp_path_factory):
    return make_warehouse(tmp_path_factory.mktemp("reported") / "cycle")


@pytest.fixture
def people(cycle, transactional_db, monkeypatch):
    publish_reports(cycle, monkeypatch)
    return hire()


@pytest.mark.parametrize("language, theme, large_type, width", LOOKS)
def test_pages_of_reports(browser, live_server, people, language, theme, large_type, width):  # noqa: F811
    who = "hu" if language == "en" else "sun"
    user = people[who]
    user.language, user.theme, user.large_type = language, theme, large_type
    user.save()
    desk = Desk(browser, live_server.url, width=width)
    let_in(desk, who)

    for address in PAGES:
        desk.open(address)
        desk.settle()
        desk.page.evaluate(OPEN_ALL)
        desk.check()
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= width
        assert desk.page.evaluate(WORDS_OVER_WORDS) == []
        if width <= ON_A_PHONE:
            assert desk.page.evaluate(TOO_WIDE) == []
