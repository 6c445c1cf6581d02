"""Marks in a real browser: accessible in every look, given by keys during a call, the record untouched."""

import pytest
from django.urls import reverse
from django_scopes import scopes_disabled

from liuke_desk.customers.models import CustomerMark
from liuke_desk.people.models import User
from tests.web import retention
from tests.web.test_retention_browser import LOOKS, browser, sign_in  # noqa: F401

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def task(transactional_db, monkeypatch):
    retention.stop_clock(monkeypatch)
    retention.found_company(per_branch=6)
    retention.run_campaign(hold_out_share=0.0)
    return retention.take_as("li")


def wait_until_pressed(desk, mark):
    desk.page.wait_for_selector(f"#mark-{mark}[aria-pressed=true]")


def marks_given():
    with scopes_disabled():
        return [each.mark for each in CustomerMark.objects.order_by("pk")]


@pytest.mark.parametrize("language, theme, large_type, width", LOOKS)
def test_card_and_work_page_are_accessible(
    browser,  # noqa: F811
    live_server,
    task,
    language,
    theme,
    large_type,
    width,
):
    User.objects.update(language=language, theme=theme, large_type=large_type)
    desk = sign_in(browser, live_server, "li", width=width)
    card, work = reverse("customer-card", args=[task.customer_id]), reverse("task-work", args=[task.pk])
    for address, mark in ((card, "combative"), (work, "price-driven")):
        desk.open(address)
        desk.page.click(f"#mark-{mark}")
        wait_until_pressed(desk, mark)
        desk.check()


def test_two_keys_mark_the_customer_and_what_was_recorded_stays(browser, live_server, task):  # noqa: F811
    desk = sign_in(browser, live_server, "li")
    desk.open(reverse("task-work", args=[task.pk]))
    desk.page.fill("[name=note]", "asks again and again")
    desk.page.click("#record-title")
    for key in ("2", "p", "m", "5"):
        desk.page.keyboard.press(key)
    wait_until_pressed(desk, "hesitant")
    for key in ("m", "8"):
        desk.page.keyboard.press(key)
    wait_until_pressed(desk, "price-driven")

    page = desk.page
    assert marks_given() == ["hesitant", "price-driven"]
    assert page.locator("#mark-hints .hint").count() == 2
    assert page.input_value("[name=note]") == "asks again and again"
    assert page.locator("input[name=outcome]:checked").get_attribute("value") == "reached_refused"
    assert page.locator("input[name=feedback]:checked").get_attribute("value") == "price"
    desk.check()


def test_the_same_keys_again_take_the_mark_back(browser, live_server, task):  # noqa: F811
    desk = sign_in(browser, live_server, "li")
    desk.open(reverse("task-work", args=[task.pk]))
    for key in ("m", "1"):
        desk.page.keyboard.press(key)
    wait_until_pressed(desk, "rational")
    for key in ("m", "1"):
        desk.page.keyboard.press(key)
    desk.page.wait_for_selector("#mark-rational[aria-pressed=false]")

    assert marks_given() == ["rational", ""]
    assert desk.page.locator("#mark-hints .hint").count() == 0


def test_the_focus_stays_on_the_button(browser, live_server, task):  # noqa: F811
    desk = sign_in(browser, live_server, "li")
    desk.open(reverse("customer-card", args=[task.customer_id]))
    desk.page.focus("#mark-stubborn")
    desk.page.keyboard.press("Enter")
    wait_until_pressed(desk, "stubborn")

    assert desk.page.evaluate("document.activeElement.id") == "mark-stubborn"
