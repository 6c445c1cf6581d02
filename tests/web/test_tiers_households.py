"""Households on the card: members by half-hidden name within the scope, and decisions by hand."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from liuke_desk.audit.models import Entry
from liuke_desk.bridge.facts import make_table
from liuke_desk.customers.models import Profile
from liuke_desk.people.selectors import scope_of
from liuke_desk.tiers import services
from liuke_desk.tiers.households import list_members
from liuke_desk.tiers.models import HouseholdEdit
from liuke_desk.tiers.selectors import facts
from tests.web.company import CARD, CUSTOMERS, NIGHT, hire, publish

pytestmark = pytest.mark.django_db

HOME = "household-ann"
TIES = {
    "ann": (["relation:bob", "phone:bob", "address:zoe"], [{"relative_id": "bob", "kind": "spouse"}]),
    "bob": (["relation:ann", "phone:ann"], []),
    "dee": ([], [{"relative_id": "ann", "kind": "parent"}]),
    "zoe": (["address:ann"], []),
}


def at_home(row):
    """The row as a member of the household, with what ties it to the others."""
    if row["customer_id"] not in TIES:
        return row
    evidence, relations = TIES[row["customer_id"]]
    household = {"evidence": evidence, "relations": relations}
    return row | {"household_id": HOME, "card": row["card"] | {"household": household}}


@pytest.fixture
def people(db):
    publish(rows=[at_home(row) for row in CUSTOMERS])
    people = hire()
    for person in people.values():
        person.language = "en"
        person.save()
    return people


def profile_of(user, customer_id):
    with scope(unit=scope_of(user)):
        return Profile.objects.select_related("publication").get(
            publication__is_current=True, customer_id=customer_id
        )


def members(user, customer_id="ann"):
    profile = profile_of(user, customer_id)
    with scope(unit=scope_of(user)):
        return {each.customer_id: each for each in list_members(profile)}


def card_of(browser, customer_id="ann"):
    return browser.get(reverse("customer-card", args=[customer_id])).content.decode()


def panel_of(page):
    return page.split('id="household-title"')[1].split("</section>")[0]


# Who is shown


def test_members_within_the_scope_by_half_hidden_name(people):
    assert set(members(people["hu"])) == {"bob", "dee", "zoe"}
    assert set(members(people["sun"])) == {"bob", "dee"}
    assert set(members(people["li"])) == {"bob"}
    assert members(people["hu"])["bob"].name == "B**"


def test_a_member_says_what_they_are_and_by_what_they_belong_together(people):
    found = members(people["hu"])

    assert (found["bob"].role, found["bob"].evidence) == ("spouse", ("relation", "phone"))
    assert (found["zoe"].role, found["zoe"].evidence) == ("", ("address",))
    assert found["dee"].evidence == ()  # by way of others


def test_what_only_the_other_declared_is_seen_from_this_side(people):
    """dee names ann as a parent; on ann's card dee is a child."""
    assert members(people["hu"])["dee"].role == "child"
    assert members(people["hu"], "dee")["ann"].role == "parent"


def test_the_card_shows_no_figure_and_no_full_name_of_a_member(browser_of, people):
    panel = panel_of(card_of(browser_of("li")))

    assert "B**" in panel
    assert "Spouse" in panel
    assert "same phone" in panel
    assert "Bob" not in panel
    assert "600" not in panel
    assert "zoe" not in panel


def test_who_lives_alone_has_no_panel_unless_it_can_be_changed(browser_of, people):
    assert "household-title" not in card_of(browser_of("hu"), "cid")
    assert "Lives alone" in panel_of(card_of(browser_of("qian"), "cid"))


def test_a_card_from_before_households_were_published_opens(browser_of, people):
    publish(rows=[row | {"card": CARD | {"risk_why_empty": None}} for row in CUSTOMERS])

    assert "household-title" not in card_of(browser_of("hu"))


# Changing it


def edit(user, customer_id="ann", other_id="zoe", **changes):
    told = {"action": "join", "reason": "live together", "at": NIGHT} | changes
    profile = profile_of(user, customer_id)
    other = profile_of(user, other_id) if other_id else None
    with scope(unit=scope_of(user)):
        return services.edit_household(profile=profile, other=other, user=user, **told)


def test_a_decision_is_kept_with_its_reason_on_record(people):
    edit(people["qian"])

    entry = Entry.objects.get(verb="household.join")
    assert (entry.actor, entry.subject) == ("qian", "customer:ann")
    assert entry.detail == {"other": "zoe", "reason": "live together"}


def test_the_same_said_twice_of_a_pair_is_one_decision(people):
    first = edit(people["qian"])

    assert edit(people["qian"], "zoe", "ann", at=NIGHT + timedelta(days=1)) == first
    assert edit(people["qian"], action="separate", at=NIGHT + timedelta(days=2)) != first
    assert edit(people["qian"], at=NIGHT + timedelta(days=3)) != first


@pytest.mark.parametrize(
    "change, told",
    [
        ({"reason": " ab "}, "Say why"),
        ({"other_id": "ann"}, "another customer than this one"),
        ({"other_id": ""}, "Name the customer"),
    ],
)
def test_decisions_that_cannot_stand_are_refused(people, change, told):
    with pytest.raises(services.HouseholdRefused, match=told):
        edit(people["qian"], **change)

    with scopes_disabled():
        assert not HouseholdEdit.objects.exists()


@pytest.mark.parametrize(
    "change, constraint",
    [
        ({"action": "swap"}, "household_known_action"),
        ({"reason": ""}, "household_edit_says_why"),
        ({"other_id": "ann"}, "household_of_two_different"),
        ({"other_id": ""}, "household_join_names_another"),
    ],
)
def test_the_database_holds_it_too(people, change, constraint):
    made = edit(people["qian"])

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), scopes_disabled():
        HouseholdEdit.objects.filter(pk=made.pk).update(**change)


def test_decisions_are_facts_of_the_next_cycle(people):
    joined = edit(people["qian"])
    alone = edit(people["qian"], other_id="", action="separate", reason="moved out")

    rows = dict(facts())["household_edits"]

    assert [(row["row_key"], row["customer_id"], row["other_id"], row["action"]) for row in rows] == [
        (f"desk-{joined.pk}", "ann", "zoe", "join"),
        (f"desk-{alone.pk}", "ann", None, "separate"),
    ]
    assert {row["known_at"] for row in rows} == {NIGHT}
    assert make_table("household_edits", rows).num_rows == 2


def send(browser, customer_id="ann", **sent):
    told = {"action": "separate", "other_id": "bob", "reason": "only a shared phone"} | sent
    return browser.post(reverse("household-edit", args=[customer_id]), told, follow=True)


def test_an_analyst_parts_two_members_from_the_card(browser_of, people):
    assert 'value="bob"' in panel_of(card_of(browser_of("qian")))

    page = send(browser_of("qian")).content.decode()

    assert "Separated from bob" in panel_of(page)
    assert "from the next cycle on" in panel_of(page)
    assert "Separated from ann" in panel_of(card_of(browser_of("qian"), "bob"))


@pytest.mark.parametrize("other_id", ["zoe", "nobody"])
def test_a_customer_of_another_unit_cannot_be_named(browser_of, people, other_id):
    people["qian"].unit_id = "R1"
    people["qian"].save()

    answer = send(browser_of("qian"), action="join", other_id=other_id)

    assert "no customer of that number in your units" in answer.content.decode()
    with scopes_disabled():
        assert not HouseholdEdit.objects.exists()


@pytest.mark.parametrize("who", ["li", "sun", "hu"])
def test_only_an_analyst_changes_households(browser_of, people, who):
    assert "Join with another customer" not in card_of(browser_of(who))
    assert send(browser_of(who)).status_code == 403


def test_the_card_asks_as_often_for_a_large_household(browser_of, people, django_assert_max_num_queries):
    browser = browser_of("qian")

    def count():
        with django_assert_max_num_queries(100) as asked:
            card_of(browser)
        return len(asked)

    count()  # the first look begins the viewer's chain in the audit trail
    few = count()
    publish(rows=[row | {"household_id": HOME, "card": CARD | {"risk_why_empty": None}} for row in CUSTOMERS])

    assert count() == few
