"""A tier set by hand: asked for with a reason and an end, decided by another, told to the next cycle."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from liuke_desk.audit.models import Entry
from liuke_desk.bridge.facts import make_table
from liuke_desk.customers.models import Profile
from liuke_desk.people.models import Role
from liuke_desk.people.selectors import scope_of
from liuke_desk.tiers import services
from liuke_desk.tiers.hooks import after_publish
from liuke_desk.tiers.models import TierOverride
from liuke_desk.tiers.selectors import facts
from liuke_desk.tiers.states import MoveRefused, State
from tests.web.company import CUSTOMERS, NIGHT, publish

pytestmark = pytest.mark.django_db

TODAY = NIGHT.date()
LATER = NIGHT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch):
    monkeypatch.setattr("liuke_desk.bridge.clock.now", lambda: LATER)


@pytest.fixture
def people(people):
    for person in people.values():
        person.language = "en"
        person.save()
    return people


def ask(user, customer_id="bob", **changes):
    terms = {
        "scheme": "pyramid",
        "tier": "important",
        "reason": "An old friend of the house",
        "begins_on": TODAY,
        "ends_on": TODAY + timedelta(days=30),
    } | changes
    with scope(unit=scope_of(user)):
        profile = Profile.objects.select_related("publication").get(
            publication__is_current=True, customer_id=customer_id
        )
        return services.request_override(profile=profile, user=user, at=NIGHT, **terms)


def decide(override, user, *, approve=True):
    with scope(unit=scope_of(user)):
        return services.decide_override(override_id=override.pk, approve=approve, user=user, at=LATER)


def withdraw(override, user):
    with scope(unit=scope_of(user)):
        return services.withdraw_override(override_id=override.pk, user=user, at=LATER + timedelta(days=1))


# Asking


def test_a_request_waits_with_its_reason_on_record(people):
    override = ask(people["sun"])

    assert (override.state, override.unit_id, override.tier_before) == ("REQUESTED", "B1", "small")
    entry = Entry.objects.get(verb="tier_override.request")
    assert (entry.actor, entry.detail["customer"], entry.detail["reason"]) == (
        "sun",
        "bob",
        "An old friend of the house",
    )


@pytest.mark.parametrize(
    "change, told",
    [
        ({"tier": "gold"}, "no such tier"),
        ({"scheme": "stars"}, "no such tier"),
        ({"tier": "small"}, "in this tier already"),
        ({"reason": " abc "}, "Say why"),
        ({"begins_on": TODAY - timedelta(days=1)}, "lies in the past"),
        ({"ends_on": TODAY}, "from one day to one year"),
        ({"ends_on": TODAY + timedelta(days=367)}, "from one day to one year"),
    ],
)
def test_terms_that_cannot_stand_are_refused(people, change, told):
    with pytest.raises(services.OverrideRefused, match=told):
        ask(people["sun"], **change)

    assert not Entry.objects.filter(verb="tier_override.request").exists()


@pytest.mark.parametrize("days", [1, 366])
def test_an_override_lasts_from_a_day_to_a_year(people, days):
    assert ask(people["sun"], ends_on=TODAY + timedelta(days=days)).pk


def test_one_request_waits_for_each_customer_and_scheme(people):
    first = ask(people["sun"])

    with pytest.raises(services.OverrideRefused, match="waits for a decision already"):
        ask(people["qian"])
    decide(first, people["hu"], approve=False)

    assert ask(people["qian"]).state == "REQUESTED"


# Deciding


@pytest.mark.parametrize("approve, state", [(True, "APPROVED"), (False, "REJECTED")])
def test_an_hq_manager_decides(people, approve, state):
    override = decide(ask(people["sun"]), people["hu"], approve=approve)

    assert (override.state, override.decided_by, override.decided_at) == (state, people["hu"], LATER)
    verb = "tier_override.approve" if approve else "tier_override.reject"
    assert Entry.objects.get(verb=verb).detail == {"customer": "bob", "from": "REQUESTED", "to": state}


@pytest.mark.parametrize("who", ["sun", "qian"])
def test_nobody_else_decides(people, who):
    with pytest.raises(MoveRefused, match="HQ manager decides"):
        decide(ask(people["sun"]), people[who])


def test_nobody_decides_about_their_own_request_whatever_they_became_since(people):
    override = ask(people["qian"])
    people["qian"].role = Role.HQ_MANAGER
    people["qian"].save()

    with pytest.raises(MoveRefused, match="never about their own"):
        decide(override, people["qian"])


def test_the_database_itself_refuses_it(people):
    override = ask(people["qian"])

    decided = {"state": "APPROVED", "decided_by": people["qian"], "decided_at": LATER}
    with pytest.raises(IntegrityError, match="override_decided_by_another"), transaction.atomic():
        with scopes_disabled():
            TierOverride.objects.filter(pk=override.pk).update(**decided)


@pytest.mark.parametrize(
    "change, constraint",
    [
        ({"state": "LOST"}, "override_known_state|override_decision_matches_state"),
        ({"state": "APPROVED"}, "override_decision_matches_state"),
        ({"state": "WITHDRAWN"}, "override_withdrawal_matches_state"),
        ({"reason": ""}, "override_says_why"),
        ({"ends_on": TODAY}, "override_for_at_least_a_day"),
    ],
)
def test_the_database_holds_what_the_services_promise(people, change, constraint):
    override = ask(people["sun"])

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), scopes_disabled():
        TierOverride.objects.filter(pk=override.pk).update(**change)


def test_two_who_decide_at_once_one_is_refused(people):
    override = ask(people["sun"])
    decide(override, people["hu"])

    with pytest.raises(MoveRefused, match="decided or taken back already"):
        decide(override, people["hu"], approve=False)


@pytest.mark.parametrize("who, may", [("sun", True), ("hu", True), ("qian", False)])
def test_who_takes_an_approved_override_back(people, who, may):
    override = decide(ask(people["sun"]), people["hu"])

    if may:
        assert withdraw(override, people[who]).state == State.WITHDRAWN
    else:
        with pytest.raises(MoveRefused):
            withdraw(override, people[who])


# What the next cycle hears


def told():
    return dict(facts())["tier_overrides"]


def test_only_what_was_approved_is_a_fact(people):
    ask(people["sun"], "bob")
    decide(ask(people["sun"], "dee"), people["hu"], approve=False)
    withdraw(ask(people["sun"], "cid"), people["sun"])

    assert told() == []


def test_an_approved_override_is_known_from_its_approval_and_taken_back_from_its_withdrawal(people):
    override = decide(ask(people["sun"]), people["hu"])
    row = {
        "override_id": f"desk-{override.pk}",
        "customer_id": "bob",
        "scheme": "pyramid",
        "tier": "important",
        "reason": "An old friend of the house",
        "approved_by": "hu",
        "begins_on": TODAY,
        "ends_on": TODAY + timedelta(days=30),
        "withdrawn": False,
        "known_at": LATER,
    }
    assert told() == [row]

    withdraw(override, people["sun"])

    assert told() == [row, row | {"withdrawn": True, "known_at": LATER + timedelta(days=1)}]
    assert make_table("tier_overrides", told()).num_rows == 2


def test_after_a_cycle_an_override_is_seen_by_the_customers_new_unit(people):
    override = ask(people["sun"])
    moved = [row | {"unit_id": "B9"} if row["customer_id"] == "bob" else row for row in CUSTOMERS]
    publication = publish(rows=moved)

    with scopes_disabled():
        after_publish(publication=publication, at=NIGHT)
        override.refresh_from_db()

    assert override.unit_id == "B9"


# Pages


def test_from_the_card_to_the_decision(browser_of, people):
    card = browser_of("sun").get(reverse("customer-card", args=["bob"])).content.decode()
    assert "Ask for another tier" in card
    sent = {
        "place": "pyramid:important",
        "reason": "An old friend",
        "begins_on": TODAY.isoformat(),
        "last_on": (TODAY + timedelta(days=9)).isoformat(),
    }

    browser_of("sun").post(reverse("override-request", args=["bob"]), sent)
    with scopes_disabled():
        override = TierOverride.objects.get()
    assert override.ends_on == TODAY + timedelta(days=10)
    page = browser_of("hu").get(reverse("override-list")).content.decode()
    assert f"/tiers/overrides/{override.pk}/approve/" in page
    browser_of("hu").post(reverse("override-approve", args=[override.pk]))

    with scopes_disabled():
        override.refresh_from_db()
    assert override.state == "APPROVED"
    assert "Approved" in browser_of("li").get(reverse("customer-card", args=["bob"])).content.decode()


def test_a_form_with_mistakes_says_why(browser_of, people):
    sent = {"place": "pyramid:gold", "reason": "x", "begins_on": "", "last_on": ""}

    answer = browser_of("sun").post(reverse("override-request", args=["bob"]), sent, follow=True)

    assert "gold is not one of the available choices" in answer.content.decode()


def test_pending_ones_stand_first_and_only_those_of_the_own_units(browser_of, people):
    decide(ask(people["sun"], "dee"), people["hu"])
    ask(people["sun"], "bob")
    ask(people["hu"], "zoe")

    page = browser_of("sun").get(reverse("override-list")).content.decode()

    assert page.index("/customers/bob/") < page.index("/customers/dee/")
    assert "/customers/zoe/" not in page


def test_an_override_of_another_unit_is_not_found(browser_of, people):
    override = ask(people["hu"], "zoe")

    assert browser_of("sun").post(reverse("override-withdraw", args=[override.pk])).status_code == 404


def test_an_agent_is_not_offered_to_ask(browser_of, people):
    page = browser_of("li").get(reverse("customer-card", args=["bob"])).content.decode()

    assert "Tier by hand" not in page


def test_an_override_that_ended_is_over(browser_of, people, monkeypatch):
    decide(ask(people["sun"], ends_on=TODAY + timedelta(days=2)), people["hu"])
    monkeypatch.setattr("liuke_desk.bridge.clock.now", lambda: LATER + timedelta(days=2))

    assert ">Over<" in browser_of("sun").get(reverse("override-list")).content.decode()


def test_the_list_asks_as_often_for_many_as_for_few(browser_of, people, django_assert_max_num_queries):
    browser = browser_of("hu")
    for customer_id in ("bob", "dee", "una", "zoe"):
        ask(people["qian"], customer_id)

    with django_assert_max_num_queries(12):
        browser.get(reverse("override-list"))
