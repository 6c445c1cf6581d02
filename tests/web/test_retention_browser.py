"""Retention pages in a real browser: accessible in every look, and a record made by a few keys."""

from datetime import datetime

import pytest
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from liuke_desk.bridge import clock
from liuke_desk.contact.models import Contact
from liuke_desk.effects.services import settle_outcomes
from liuke_desk.people.models import User
from tests.journeys.browser import Desk, chromium
from tests.web import retention
from tests.web.sessions import let_in

LOOKS = [
    pytest.param("zh-hans", "light", False, 1440, id="zh-light-wide", marks=pytest.mark.looks),
    pytest.param("en", "dark", True, 390, id="en-dark-large-phone", marks=pytest.mark.looks),
]

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def browser():
    with pytest.MonkeyPatch.context() as patch, chromium() as running:
        # Playwright runs a loop in this thread; the tests' own database calls are not part of it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield running


@pytest.fixture
def campaign(transactional_db, monkeypatch):
    """A campaign under way whose first month is over; the clock stands on the day of the draw."""
    retention.stop_clock(monkeypatch)
    retention.found_company(per_branch=30)
    made = retention.run_campaign(hold_out_share=0.4)
    with scopes_disabled():
        gone = made.assignments.order_by("customer_id")[::3]
        leavings = [
            {"customer_id": one.customer_id, "left_at": datetime(2026, 3, 9), "kind": "dormant"}
            for one in gone
        ]
    settle_outcomes(leavings=leavings, known_by=datetime(2026, 4, 1).date(), at=clock.now())
    return made


def sign_in(browser, live_server, username, *, width=1440):
    desk = Desk(browser, live_server.url, width=width)
    let_in(desk, username)
    return desk


@pytest.mark.parametrize("language, theme, large_type, width", LOOKS)
def test_every_page_is_accessible(browser, live_server, campaign, language, theme, large_type, width):
    User.objects.update(language=language, theme=theme, large_type=large_type)
    task = retention.take_as("li")
    addresses = {
        "li": ["task-list", ("task-work", task.pk), ("campaign-detail", campaign.pk)],
        "sun": ["task-list", ("task-work", task.pk), ("campaign-detail", campaign.pk)],
        "qian": [
            "campaign-list",
            "campaign-new",
            ("campaign-detail", campaign.pk),
            ("campaign-effect", campaign.pk),
            "policy-list",
        ],
    }
    for username, pages in addresses.items():
        desk = sign_in(browser, live_server, username, width=width)
        for page in pages:
            name, *place = (page,) if isinstance(page, str) else page
            desk.open(reverse(name, args=place))
            desk.settle()
            desk.check()


def test_a_preview_is_accessible_on_a_phone(browser, live_server, campaign):
    desk = sign_in(browser, live_server, "qian", width=390)
    desk.open(reverse("campaign-new"))
    desk.page.fill("[name=title]", "Second")
    with desk.page.expect_navigation():
        desk.page.click("button[value=preview]")
    desk.check()


@pytest.fixture
def at_work(browser, live_server, campaign):
    desk = sign_in(browser, live_server, "li")
    desk.open(reverse("task-list"))
    desk.key("n")
    return desk


def stored():
    with scopes_disabled():
        contact = Contact.objects.get()
    return contact.outcome, contact.feedback, contact.importance


def test_four_keys_record_a_refusal_and_open_the_next_task(at_work):
    before = at_work.page.url
    for key in ("2", "p", "+"):
        at_work.page.keyboard.press(key)
    at_work.key("Control+Enter")

    assert stored() == ("reached_refused", "price", 3)
    assert "/tasks/" in at_work.page.url
    assert at_work.page.url != before


def test_letters_typed_into_the_note_stay_letters(at_work):
    page = at_work.page
    page.keyboard.press("1")
    page.focus("[name=note]")
    page.keyboard.type("2 people, price and service, no competitor")
    at_work.key("Control+Enter")

    assert stored() == ("reached_kept", "", None)
    with scopes_disabled():
        assert Contact.objects.get().note == "2 people, price and service, no competitor"


def test_the_same_letter_again_takes_the_feedback_away(at_work):
    for key in ("1", "n", "n"):
        at_work.page.keyboard.press(key)
    at_work.key("Control+Enter")

    assert stored() == ("reached_kept", "", None)


def test_only_the_fields_that_the_outcome_asks_for_are_shown(at_work):
    page = at_work.page

    def shown():
        names = ("callback_on", "competitor", "feedback", "importance")
        return {name for name in names if page.locator(f"[name={name}]").first.is_visible()}

    assert shown() == {"feedback"}
    page.keyboard.press("4")
    assert shown() == {"callback_on", "feedback"}
    page.keyboard.press("Escape")
    page.locator("#record-title").click()
    page.keyboard.press("5")
    assert shown() == set()
    page.keyboard.press("2")
    page.keyboard.press("c")
    assert shown() == {"feedback", "importance", "competitor"}


def test_a_feedback_chosen_before_the_outcome_hides_it_is_not_sent(at_work):
    for key in ("2", "s", "5"):
        at_work.page.keyboard.press(key)
    at_work.key("Control+Enter")

    assert stored() == ("unreachable", "", None)


def test_two_keys_still_lead_elsewhere(at_work):
    at_work.page.keyboard.press("g")
    at_work.key("c")

    assert at_work.page.url.endswith(reverse("customer-list"))


def test_a_gap_is_told_and_nothing_is_lost(at_work):
    at_work.page.keyboard.press("3")
    at_work.page.fill("[name=note]", "said good-bye")
    at_work.key("Control+Enter")

    assert "Say why the customer says no" in at_work.page.inner_text("#record")
    assert at_work.page.input_value("[name=note]") == "said good-bye"
    at_work.check()


def test_the_agents_scope_is_theirs_in_the_browser_too(browser, live_server, campaign):
    desk = sign_in(browser, live_server, "zhao")
    with scope(unit=["B1"]):
        strange = retention.take_as("li")
    response = desk.page.goto(f"{live_server.url}{reverse('task-work', args=[strange.pk])}")

    assert response.status == 404
