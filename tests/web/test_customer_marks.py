"""What kind of customer it is, as people mark it: who may, where it shows, what is kept of it."""

import html
import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from liuke_desk.audit.models import Entry
from liuke_desk.bridge.marks import list_mark_groups
from liuke_desk.customers.marking import MarkRefused, set_mark
from liuke_desk.customers.marks import list_marked
from liuke_desk.customers.models import CustomerMark
from liuke_desk.people.models import User
from tests.web.company import CUSTOMERS, NIGHT, publish

CALM = "保持平静"  # from the hint for combative customers

pytestmark = pytest.mark.django_db


def mark(browser, customer_id="ann", **sent):
    return browser.post(
        reverse("customer-mark", args=[customer_id]), {"group": "temperament", "mark": "combative"} | sent
    )


def give(user, mark, *, group="temperament", customer_id="ann", unit_id="B1"):
    with scopes_disabled():
        return set_mark(customer_id=customer_id, unit_id=unit_id, group=group, mark=mark, user=user, at=NIGHT)


def read_card(browser, customer_id="ann"):
    return html.unescape(browser.get(reverse("customer-card", args=[customer_id])).content.decode())


def pressed(page):
    """The marks whose buttons are down."""
    return set(re.findall(r'id="mark-([a-z-]+)"[^>]*aria-pressed="true"', page))


def offered(page):
    return re.findall(r'id="mark-([a-z-]+)"', page)


def marks_now():
    with scopes_disabled():
        return {each.group: each.now and each.now.entry.mark for each in list_marked("ann")}


# Choices


def test_the_groups_are_those_that_are_declared():
    assert [each["group"] for each in list_mark_groups()] == CustomerMark.Group.values
    assert [len(each["marks"]) for each in list_mark_groups()] == [7, 3]


def test_every_mark_has_a_key_of_its_own(people):
    with scopes_disabled():
        keys = [choice.key for each in list_marked("ann") for choice in each.choices]

    assert keys == list("1234567890")


# Giving and taking back


def test_one_click_marks_a_customer_and_says_who_and_when(browser_of, people):
    browser = browser_of("li")
    assert CALM not in read_card(browser)

    answer = mark(browser)

    assert answer.url == "/customers/ann/#marks"
    page = read_card(browser)
    assert pressed(page) == {"combative"}
    assert CALM in page
    with scopes_disabled():
        stored = CustomerMark.objects.get()
    assert (stored.customer_id, stored.unit_id, stored.made_by) == ("ann", "B1", people["li"])


def test_a_mark_takes_the_place_of_its_group_only(people):
    give(people["li"], "combative")
    give(people["li"], "price-driven", group="need")
    give(people["sun"], "rational")

    assert marks_now() == {"temperament": "rational", "need": "price-driven"}


def test_the_button_that_is_down_takes_the_mark_back_and_all_is_kept(browser_of):
    browser = browser_of("li")
    mark(browser)
    button = re.search(r'id="mark-combative"[^>]*value="([^"]*)"', read_card(browser))
    assert button is not None
    assert button[1] == ""

    mark(browser, mark="")

    page = read_card(browser)
    assert pressed(page) == set()
    assert CALM not in page
    assert "已撤回" in page
    with scopes_disabled():
        assert [each.mark for each in CustomerMark.objects.all()] == ["", "combative"]


def test_the_same_sent_twice_is_one(people):
    first, again = give(people["li"], "combative"), give(people["li"], "combative")

    assert first == again
    assert Entry.objects.filter(verb="customer.mark").count() == 1


def test_nothing_is_taken_back_where_nothing_stands(people):
    assert give(people["li"], "") is None
    assert not Entry.objects.filter(verb="customer.unmark").exists()


@pytest.mark.parametrize(
    "group, name", [("need", "combative"), ("temperament", "angry"), ("mood", "rational")]
)
def test_a_mark_of_another_group_is_refused(people, group, name):
    with pytest.raises(MarkRefused):
        give(people["li"], name, group=group)

    assert marks_now() == {"temperament": None, "need": None}


@pytest.mark.parametrize("sent", [{"group": "mood"}, {"mark": "x" * 41}, {"role": "hq_manager"}])
def test_what_the_form_did_not_ask_for_is_refused(browser_of, sent):
    assert mark(browser_of("li"), **sent).status_code == 400
    assert marks_now() == {"temperament": None, "need": None}


def test_the_database_knows_no_other_group(people):
    with pytest.raises(IntegrityError), transaction.atomic(), scopes_disabled():
        CustomerMark.objects.create(
            customer_id="ann", unit_id="B1", group="mood", mark="x", made_by=people["li"], made_at=NIGHT
        )


def test_each_change_is_on_record(people):
    for name in ("combative", "rational", ""):
        give(people["li"], name)

    told = Entry.objects.filter(subject="customer:ann").order_by("pk")
    assert [(each.actor, each.verb, each.detail) for each in told] == [
        ("li", "customer.mark", {"group": "temperament", "mark": "combative", "before": ""}),
        ("li", "customer.mark", {"group": "temperament", "mark": "rational", "before": "combative"}),
        ("li", "customer.unmark", {"group": "temperament", "mark": "", "before": "rational"}),
    ]


# Who may


@pytest.mark.parametrize("username, status", [("li", 302), ("sun", 302), ("qian", 403), ("hu", 302)])
def test_who_may_mark(browser_of, username, status):
    assert mark(browser_of(username)).status_code == status
    assert marks_now()["temperament"] == ("combative" if status == 302 else None)


def test_who_may_not_mark_reads(browser_of, people):
    give(people["li"], "combative")
    page = read_card(browser_of("qian"))

    assert offered(page) == []
    assert "好斗型" in page
    assert CALM in page
    assert "尚未标记" in page  # the need


def test_a_customer_of_another_unit_is_not_found(browser_of):
    assert mark(browser_of("li"), "zoe").status_code == 404
    with scopes_disabled():
        assert not CustomerMark.objects.exists()


def test_marks_are_read_in_the_scope_alone(people):
    give(people["li"], "combative")

    with scope(unit=["B2"]):
        assert [each.now for each in list_marked("ann")] == [None, None]
    with scope(unit=["B1"]):
        assert [bool(each.now) for each in list_marked("ann")] == [True, False]


def test_marks_follow_a_customer_to_another_unit(people):
    give(people["li"], "combative")

    publish(rows=[row | ({"unit_id": "B2"} if row["customer_id"] == "ann" else {}) for row in CUSTOMERS])

    with scopes_disabled():
        assert CustomerMark.objects.get().unit_id == "B2"


# Languages and parts of pages


@pytest.mark.parametrize(
    "language, told",
    [
        ("zh-hans", ("性格与需求", "好斗型", CALM, "性格")),
        ("en", ("Temperament and need", "combative", "Stay calm", "How to tell them apart")),
    ],
)
def test_the_panel_speaks_the_persons_language(browser_of, people, language, told):
    User.objects.update(language=language)
    give(people["li"], "combative")

    page = read_card(browser_of("li"))

    for words in told:
        assert words in page, words


def test_only_the_panel_comes_when_a_part_of_the_page_asks(browser_of):
    answer = browser_of("li").post(
        reverse("customer-mark", args=["ann"]),
        {"group": "need", "mark": "value-driven"},
        headers={"HX-Request": "true"},
    )

    page = answer.content.decode()
    assert "<html" not in page
    assert pressed(page) == {"value-driven"}


def test_a_mark_that_is_no_longer_declared_is_shown_by_its_code(browser_of, people):
    with scopes_disabled():
        CustomerMark.objects.create(
            customer_id="ann", unit_id="B1", group="need", mark="novelty", made_by=people["li"], made_at=NIGHT
        )

    assert "novelty" in read_card(browser_of("qian"))
