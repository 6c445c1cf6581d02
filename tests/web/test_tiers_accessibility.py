"""axe finds nothing to object to on the pages of tiers and groups, in every look."""

import pytest
from django_scopes import scope

from liuke_desk.config.hooks import run_during_publish
from liuke_desk.customers import services as customers
from liuke_desk.customers.models import Profile
from liuke_desk.groups.services import create_group
from liuke_desk.tiers import services as tiers
from tests.journeys.browser import Desk
from tests.web.batches import pack
from tests.web.company import AS_OF, CUSTOMERS, NIGHT, SCHEMES, UNITS, hire
from tests.web.sessions import let_in
from tests.web.test_accessibility import LOOKS, browser  # noqa: F401  a fixture
from tests.web.test_tiers_households import at_home
from tests.web.tier_company import make_warehouse

OPEN_ALL = "document.querySelectorAll('.fold, #keep-group').forEach(each => each.open = true)"
PAGES = [
    "/tiers/",
    "/tiers/moves/",
    "/tiers/moves/customers/?before=important&after=small",
    "/tiers/top/",
    "/tiers/overrides/",
    "/customers/ann/",
    "/warnings/",
    "/groups/",
]

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def cycles(tmp_path_factory):
    return make_warehouse(tmp_path_factory.mktemp("cycles"))


@pytest.fixture
def company(cycles, transactional_db, monkeypatch):
    """Two cycles, a household, an override that waits, one that stands, and two groups that overlap."""
    monkeypatch.setattr("liuke_desk.bridge.workspace.current_workspace", lambda: cycles)
    customers.publish(
        as_of=AS_OF,
        batches=pack(at_home(row) for row in CUSTOMERS),
        units=UNITS,
        schemes=SCHEMES,
        simulated=False,
        at=NIGHT,
        before_switch=lambda publication: run_during_publish(publication, units=UNITS),
    )
    people = hire()
    with scope(unit=None):
        for customer_id in ("bob", "dee"):
            profile = Profile.objects.select_related("publication").get(customer_id=customer_id)
            asked = tiers.request_override(
                profile=profile,
                scheme="pyramid",
                tier="important",
                reason="An old friend of the house",
                begins_on=NIGHT.date(),
                ends_on=NIGHT.date().replace(day=30),
                user=people["sun"],
                at=NIGHT,
            )
        tiers.decide_override(override_id=asked.pk, approve=True, user=people["hu"], at=NIGHT)
        ann, zoe = (Profile.objects.get(customer_id=each) for each in ("ann", "zoe"))
        tiers.edit_household(
            profile=ann, other=zoe, action="join", reason="live together", user=people["qian"], at=NIGHT
        )
        source = {"list": "warning-list", "zh": "离网预警", "en": "Early warning"}
        for name, ids in (("Spring", ["ann", "bob"]), ("Autumn", ["ann", "zoe"])):
            create_group(actor=people["hu"], name=name, customer_ids=ids, source=source, at=NIGHT)
    return people


@pytest.mark.parametrize("language, theme, large_type, width", LOOKS)
def test_pages_of_tiers_and_groups(browser, live_server, company, language, theme, large_type, width):  # noqa: F811
    who = "hu" if language == "en" else "qian"  # one decides, the other edits
    user = company[who]
    user.language, user.theme, user.large_type = language, theme, large_type
    user.save()
    desk = Desk(browser, live_server.url, width=width)
    let_in(desk, who)

    for address in PAGES:
        desk.open(address)
        desk.settle()
        desk.page.evaluate(OPEN_ALL)
        desk.check()
    desk.page.click("table a[href^='/groups/']")
    desk.settle()
    desk.check()
