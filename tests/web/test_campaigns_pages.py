"""Pages of campaigns and tasks: who may open what, what is told to whom, and what is sent back."""

import re

import pytest
from django.urls import reverse
from django.utils.translation import override
from django_scopes import scopes_disabled

from liuke_desk.campaigns.models import Assignment, Campaign, Task
from liuke_desk.campaigns.words import RULE_WORDS
from liuke_desk.people.models import User
from liuke_desk.policies.services import sync_policies
from tests.web.retention import (
    NOON,
    all_tasks,
    declare_policy,
    found_company,
    make_campaign,
    run_campaign,
    sign_in,
    stop_clock,
)

pytestmark = pytest.mark.django_db

ASKED = {
    "title": "Spring",
    "min_p_leave": "10",
    "min_value_yuan": "0",
    "top": "1000",
    "policies": ["stay-discount"],
    "budget_yuan": "20000",
    "hold_out_percent": "20",
    "due_on": "2026-03-31",
    "attempts_max": "3",
    "action": "preview",
}


@pytest.fixture(autouse=True)
def company(db, monkeypatch):
    stop_clock(monkeypatch)
    found_company(per_branch=6)


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def say(response):
    return [str(message) for message in response.context["messages"]]


# who may open what


@pytest.mark.parametrize(
    "address, allowed",
    [
        ("campaign-list", "li sun qian hu"),
        ("campaign-new", "qian hu"),
        ("task-list", "li sun hu"),
        ("policy-list", "sun qian hu"),
    ],
)
def test_pages_by_role(client, address, allowed):
    for username in ("li", "sun", "qian", "hu"):
        status = sign_in(client, username).get(reverse(address)).status_code
        assert status == (200 if username in allowed.split() else 403), username


def test_pages_of_one_campaign_by_role_and_unit(client):
    campaign = run_campaign(filters=None)
    with scopes_disabled():
        only_west = make_west_campaign()

    for username, own, west, effect in (
        ("li", 200, 404, 403),
        ("sun", 200, 404, 200),
        ("zhou", 200, 200, 200),
        ("qian", 200, 200, 200),
        ("hu", 200, 200, 200),
    ):
        browser = sign_in(client, username)
        assert browser.get(reverse("campaign-detail", args=[campaign.pk])).status_code == own, username
        assert browser.get(reverse("campaign-detail", args=[only_west.pk])).status_code == west, username
        assert browser.get(reverse("campaign-effect", args=[campaign.pk])).status_code == effect, username


def make_west_campaign():
    Task.objects.update(state="VOID", result="VOID", void_reason="withdrawn")
    from liuke_desk.campaigns.filters import Filters

    return make_campaign(title="West", filters=Filters(units=("R2",)))


ACTIONS = [
    ("campaign-prepare", "qian hu"),
    ("campaign-dispatch", "sun hu"),
    ("campaign-close", "qian hu"),
]


@pytest.mark.parametrize("address, allowed", ACTIONS)
def test_actions_on_a_campaign_by_role(client, address, allowed):
    campaign = make_campaign()

    for username in ("li", "sun", "qian", "hu"):
        browser = sign_in(client, username)
        assert browser.get(reverse(address, args=[campaign.pk])).status_code == 405
        status = browser.post(reverse(address, args=[campaign.pk])).status_code
        assert status == (302 if username in allowed.split() else 403), username


@pytest.mark.parametrize("address", ["task-reassign", "task-postpone", "task-void"])
def test_agents_and_analysts_adjust_nothing(client, address):
    run_campaign()
    task = all_tasks(unit="B1")[0]

    for username in ("li", "qian"):
        assert sign_in(client, username).post(reverse(address, args=[task.pk])).status_code == 403
    assert sign_in(client, "zhou").post(reverse(address, args=[task.pk])).status_code == 404


def test_a_stranger_is_sent_to_sign_in(client):
    response = client.get(reverse("campaign-list"))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("signin"))


# who is held out


def held_out_ids():
    with scopes_disabled():
        return set(Assignment.objects.filter(arm="hold_out").values_list("customer_id", flat=True))


@pytest.mark.parametrize("username, is_told", [("li", False), ("sun", False), ("qian", True), ("hu", True)])
def test_names_of_the_held_out_are_told_only_to_those_who_judge_effects(client, username, is_told):
    campaign = run_campaign()
    shown = text_of(sign_in(client, username).get(reverse("campaign-detail", args=[campaign.pk])))

    # Whole words, because a one-time token on the page may hold any short name by chance.
    named = held_out_ids() & set(re.findall(r"\w+", shown))

    assert named == (held_out_ids() if is_told else set())


def test_asking_for_the_arm_does_not_help_a_supervisor(client):
    campaign = run_campaign()
    page = sign_in(client, "sun").get(reverse("campaign-detail", args=[campaign.pk]), {"arm": "hold_out"})

    assert not held_out_ids() & set(re.findall(r"\w+", text_of(page)))


def test_an_agent_sees_how_many_are_held_out_in_their_unit(client):
    campaign = run_campaign()
    with scopes_disabled():
        count = Assignment.objects.filter(campaign=campaign, arm="hold_out", unit="B1").count()

    page = text_of(sign_in(client, "li").get(reverse("campaign-detail", args=[campaign.pk])))

    assert f'data-figure="held_out">{count}<' in page


@pytest.mark.parametrize("username", ["hu", "qian"])
def test_a_customer_card_never_tells_the_arm(client, username):
    run_campaign()

    card = text_of(sign_in(client, username).get(reverse("customer-card", args=[min(held_out_ids())])))

    assert "Retention tasks" not in card
    assert "Held out" not in card


# a new campaign


def test_a_preview_shows_numbers_and_stores_nothing(client):
    response = sign_in(client, "qian").post(reverse("campaign-new"), ASKED)

    page = text_of(response)
    assert 'data-figure="treated">14<' in page
    assert 'data-figure="held_out">4<' in page
    assert response.context["preview"]["fingerprint"] in page
    assert not Campaign.objects.exists()


def test_prices_that_differ_for_the_same_thing_are_told_before_launch(client):
    sync_policies(
        declarations=[declare_policy(), declare_policy("gold-discount", offer_cost_fen=9000)], at=NOON
    )
    browser = sign_in(client, "qian")

    both = browser.post(reverse("campaign-new"), ASKED | {"policies": ["stay-discount", "gold-discount"]})
    one = browser.post(reverse("campaign-new"), ASKED | {"policies": ["stay-discount"]})

    assert "gold-discount gives 90.00 to all tiers, stay-discount gives 30.00 to all tiers" in text_of(both)
    assert "different prices for the same product" not in text_of(one)


def test_saving_what_was_seen_makes_the_campaign_and_its_tasks(client):
    browser = sign_in(client, "qian")
    seen = browser.post(reverse("campaign-new"), ASKED).context["preview"]["fingerprint"]

    response = browser.post(reverse("campaign-new"), ASKED | {"action": "save", "seen": seen})

    campaign = Campaign.objects.get()
    assert response["Location"] == reverse("campaign-detail", args=[campaign.pk])
    assert (campaign.state, campaign.title, campaign.created_by.username) == ("READY", "Spring", "qian")
    assert len(all_tasks()) == campaign.treated == 14


def test_saving_something_else_than_was_seen_shows_the_new_preview(client):
    browser = sign_in(client, "qian")
    seen = browser.post(reverse("campaign-new"), ASKED).context["preview"]["fingerprint"]

    changed = ASKED | {"action": "save", "seen": seen, "hold_out_percent": "30"}
    response = browser.post(reverse("campaign-new"), changed)

    assert "changed since you looked" in text_of(response)
    assert response.context["preview"]["held_out"] == 5
    assert not Campaign.objects.exists()


def test_saving_without_a_preview_only_previews(client):
    response = sign_in(client, "qian").post(reverse("campaign-new"), ASKED | {"action": "save"})

    assert response.context["preview"]
    assert not Campaign.objects.exists()


@pytest.mark.parametrize(
    "change, field, words",
    [
        ({"title": ""}, "title", "required"),
        ({"policies": []}, "policies", "required"),
        ({"policies": ["unknown"]}, "policies", "not one of the available choices"),
        ({"units": ["R9"]}, "units", "not one of the available choices"),
        ({"hold_out_percent": "50.1"}, "hold_out_percent", "less than or equal to 50"),
        ({"hold_out_percent": "-1"}, "hold_out_percent", "greater than or equal to 0"),
        ({"budget_yuan": "-1"}, "budget_yuan", "greater than or equal to 0"),
        ({"min_p_leave": "101"}, "min_p_leave", "less than or equal to 100"),
        ({"due_on": "2026-02-28"}, "due_on", "Choose a day from 2026-03-01"),
        ({"due_on": "2026-06-02"}, "due_on", "to 2026-06-01"),
        ({"attempts_max": "0"}, "attempts_max", "greater than or equal to 1"),
        ({"state": "RUNNING"}, "__all__", "not part of the form: state"),
    ],
)
def test_wrong_wishes_are_refused_by_field(client, change, field, words):
    response = sign_in(client, "qian").post(reverse("campaign-new"), ASKED | change)

    with override("en"):
        assert words in " ".join(response.context["form"].errors[field])
    assert response.context["preview"] is None


def test_an_empty_plan_says_which_rules_kept_customers_out(client):
    page = text_of(sign_in(client, "qian").post(reverse("campaign-new"), ASKED | {"budget_yuan": "0"}))

    assert "This plan treats nobody" in page
    assert "Budget or places went to greater gains" in page
    assert 'value="save"' not in page


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("currency, said", [("USD", ("US dollars", "美元")), ("CHF", ("CHF", "CHF"))])
def test_the_form_asks_for_the_companys_money(client, monkeypatch, language, currency, said):
    monkeypatch.setattr("liuke_desk.bridge.workspace.currency", lambda: currency)
    User.objects.update(language=language)

    page = text_of(sign_in(client, "qian").post(reverse("campaign-new"), ASKED))

    budget = f"Budget, {said[0]}" if language == "en" else f"预算（{said[1]}）"
    value = f"Value at stake at least, {said[0]}" if language == "en" else f"在险价值不低于（{said[1]}）"
    assert budget in page
    assert value in page
    assert "yuan with" not in page
    assert "元" not in page.replace("美元", "")


def test_every_rule_of_the_planner_has_words():
    from liuke.plan.eligibility import RULES
    from liuke.plan.judgement import OUTBID

    assert {rule.name for rule in RULES} | {OUTBID} <= set(RULE_WORDS)


# progress and dispatch


def test_dispatching_from_the_page(client):
    campaign = make_campaign()
    sign_in(client, "qian").post(reverse("campaign-prepare", args=[campaign.pk]))

    browser = sign_in(client, "sun")
    waiting = len(all_tasks(unit__in=["B1", "B2"]))
    assert f"Dispatch {waiting} tasks" in text_of(browser.get(reverse("campaign-detail", args=[campaign.pk])))
    response = browser.post(reverse("campaign-dispatch", args=[campaign.pk]), follow=True)

    sent = len(all_tasks(state="DISPATCHED"))
    assert say(response) == [f"{sent} tasks are dispatched."]
    assert {task.unit_id for task in all_tasks(state="PREPARED")} == {"B9"}
    again = browser.post(reverse("campaign-dispatch", args=[campaign.pk]), follow=True)
    assert say(again) == ["No task of this campaign waits for dispatch in your units."]


def test_the_list_counts_only_what_the_user_may_see(client):
    run_campaign()

    for username, units in (("li", ["B1"]), ("sun", ["B1", "B2"]), ("qian", ["B1", "B2", "B9"])):
        page = sign_in(client, username).get(reverse("campaign-list"))
        assert page.context["rows"][0]["progress"].total == len(all_tasks(unit__in=units))


def test_pages_ask_the_database_as_often_for_many_rows_as_for_few(client, django_assert_max_num_queries):
    campaign = run_campaign()
    browser = sign_in(client, "hu")

    for address in (
        reverse("campaign-list"),
        reverse("campaign-detail", args=[campaign.pk]),
        reverse("task-list"),
        reverse("campaign-effect", args=[campaign.pk]),
    ):
        with django_assert_max_num_queries(24):
            browser.get(address)
