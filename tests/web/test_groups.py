"""Groups of customers: kept with their rule, seen by unit, shared sizes told, deleted on record."""

import pytest
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from liuke_desk.audit.models import Entry
from liuke_desk.campaigns.candidates import select_profiles
from liuke_desk.campaigns.filters import Filters
from liuke_desk.customers.selectors import get_current_publication
from liuke_desk.groups import services
from liuke_desk.groups.hooks import after_publish
from liuke_desk.groups.models import Group, GroupMember
from liuke_desk.groups.selectors import list_overlaps
from liuke_desk.people.selectors import scope_of
from tests.web.company import CUSTOMERS, NIGHT, draw_customer, publish

pytestmark = pytest.mark.django_db

RULE = {"list": "warning-list", "as_of": "2026-03-31", "wanted": {"min_p": 30}, "zh": "规则", "en": "rule"}


def keep(actor, *customer_ids, name="Spring", **source):
    with scope(unit=scope_of(actor)):
        return services.create_group(
            actor=actor, name=name, customer_ids=customer_ids, source=RULE | source, at=NIGHT
        )


def members(group):
    with scopes_disabled():
        return sorted(group.members.values_list("customer_id", "unit_id"))


def page_of(browser, name, *arguments):
    return browser.get(reverse(name, args=arguments)).content.decode()


# Making one


def test_a_group_keeps_its_customers_their_units_and_its_rule(people):
    group = keep(people["hu"], "ann", "zoe", "una")

    assert members(group) == [("ann", "B1"), ("una", "unassigned"), ("zoe", "B9")]
    assert group.source == {"list": "warning-list", "as_of": "2026-03-31", "wanted": {"min_p": 30}}
    assert (group.words("en"), group.words("zh-hans")) == ("rule", "规则")
    entry = Entry.objects.get(verb="group.create")
    assert (entry.actor, entry.subject, entry.detail["customers"]) == ("hu", f"group:{group.pk}", 3)


def test_the_same_sent_twice_is_one_group(people):
    first, second = (keep(people["hu"], *ids) for ids in (("ann", "zoe"), ("zoe", "ann", "ann")))

    assert first == second
    assert Entry.objects.filter(verb="group.create").count() == 1


@pytest.mark.parametrize("change", [{"name": "Autumn"}, {"wanted": {"min_p": 40}}])
def test_another_name_or_rule_is_another_group(people, change):
    assert keep(people["hu"], "ann") != keep(people["hu"], "ann", **change)


def test_customers_of_other_units_are_left_out_and_a_group_of_nobody_is_refused(people):
    assert members(keep(people["sun"], "ann", "zoe")) == [("ann", "B1")]

    with pytest.raises(services.GroupRefused, match="None of these customers"):
        keep(people["sun"], "zoe", "nobody")


def test_a_group_has_room_for_so_many_and_no_more(people, monkeypatch):
    monkeypatch.setattr(services, "MAX_MEMBERS", 2)

    assert len(members(keep(people["hu"], "ann", "bob"))) == 2
    with pytest.raises(services.GroupRefused, match="at most"):
        keep(people["hu"], "ann", "bob", "cid")


# From a list


def press_save(browser, *, asked, name="Risky", of="warning-list"):
    return browser.post(reverse("group-new"), {"name": name, "list": of, "asked": asked}, follow=True)


def test_a_list_becomes_a_group_with_its_filter(browser_of):
    answer = press_save(browser_of("hu"), asked="min_p=30&unit=R1")

    group = Group.objects.get()
    assert members(group) == [("dee", "B2")]
    assert group.source["wanted"] == {"unit": "R1", "min_p": 30}
    assert group.words_en == "Early warning as of 2026-03-31; Unit: East; Risk from (%): 30"
    assert group.words_zh == "离网预警（数据截至 2026-03-31）；机构：东区；风险不低于（%）：30"
    assert answer.redirect_chain == [(reverse("group-detail", args=[group.pk]), 302)]


def test_all_pages_of_a_list_are_kept_and_only_what_the_viewer_sees(browser_of):
    press_save(browser_of("sun"), asked="", of="customer-list")

    assert [customer for customer, _ in members(Group.objects.get())] == ["ann", "bob", "cid", "dee"]


def test_a_search_is_kept_too(browser_of):
    press_save(browser_of("hu"), asked="q=An", of="customer-list")

    assert members(Group.objects.get()) == [("ann", "B1")]


def test_a_list_that_shows_nobody_is_not_kept(browser_of):
    answer = press_save(browser_of("hu"), asked="min_p=99")

    assert not Group.objects.exists()
    assert answer.redirect_chain == [(reverse("warning-list") + "?min_p=99", 302)]
    assert "没有可保存的客户" in answer.content.decode()


@pytest.mark.parametrize(
    "sent",
    [
        {"asked": "min_p=300"},
        {"asked": "unit=nowhere"},
        {"of": "task-list", "asked": ""},
        {"name": "", "asked": ""},
        {"name": "x" * 81, "asked": ""},
    ],
)
def test_a_form_with_mistakes_keeps_nothing(browser_of, sent):
    assert press_save(browser_of("hu"), **sent).status_code == 400
    assert not Group.objects.exists()


@pytest.mark.parametrize("who, offered", [("hu", True), ("qian", True), ("sun", True), ("li", False)])
def test_who_is_offered_to_keep_a_list(browser_of, who, offered):
    page = page_of(browser_of(who), "warning-list")

    assert ('action="/groups/new/"' in page) == offered


# Seeing them


def test_a_viewer_sees_groups_with_customers_of_their_units_and_counts_only_these(browser_of, people):
    both, west = keep(people["hu"], "ann", "dee", "zoe", name="Both"), keep(people["hu"], "zoe", name="West")
    page = page_of(browser_of("sun"), "group-list")

    assert "Both" in page
    assert ">2</td>" in page
    assert "West" not in page
    assert browser_of("sun").get(reverse("group-detail", args=[west.pk])).status_code == 404
    detail = page_of(browser_of("sun"), "group-detail", both.pk)
    assert 'data-figure="size">2<' in detail
    assert "/customers/dee/" in detail
    assert "zoe" not in detail


def test_overlaps_are_counted_in_the_viewers_units(people):
    group = keep(people["hu"], "ann", "bob", "zoe", name="One")
    keep(people["hu"], "ann", "zoe", "una", name="Two")
    keep(people["hu"], "una", name="Three")

    def overlaps(who, size):
        with scope(unit=scope_of(people[who])):
            return [(each.group.name, each.customers, each.share) for each in list_overlaps(group, size=size)]

    assert overlaps("hu", 3) == [("Two", 2, 2 / 3)]
    assert overlaps("sun", 2) == [("Two", 1, 0.5)]


def test_a_customer_handed_to_another_unit_is_seen_there_after_the_next_cycle(people):
    group = keep(people["hu"], "ann", "zoe")
    moved = [row | {"unit_id": "B9"} if row["customer_id"] == "ann" else row for row in CUSTOMERS]
    publication = publish(rows=moved)

    with scopes_disabled():
        after_publish(publication=publication, at=NIGHT)

    assert members(group) == [("ann", "B9"), ("zoe", "B9")]


def test_a_member_whom_the_cycle_no_longer_knows_stays_in_the_group(people):
    group = keep(people["hu"], "ann", "zoe")
    publication = publish(rows=[draw_customer("zoe", loss_fen=1, unit_id="B9")])

    with scopes_disabled():
        after_publish(publication=publication, at=NIGHT)

    assert members(group) == [("ann", "B1"), ("zoe", "B9")]


def test_pages_ask_as_often_for_many_groups_as_for_few(browser_of, people, django_assert_max_num_queries):
    browser = browser_of("hu")
    for number in range(3):
        keep(people["hu"], "ann", "bob", name=f"few {number}")
    first = Group.objects.first()

    def ask():
        with django_assert_max_num_queries(14):
            browser.get(reverse("group-list"))
        with django_assert_max_num_queries(16):
            browser.get(reverse("group-detail", args=[first.pk]))

    ask()
    for number in range(20):
        keep(people["hu"], "ann", "bob", "zoe", "una", name=f"many {number}")
    ask()


# Removing


def test_the_maker_deletes_a_group_on_record(browser_of, people):
    group = keep(people["qian"], "ann", "zoe")

    browser_of("qian").post(reverse("group-delete", args=[group.pk]))

    assert not Group.objects.exists()
    with scopes_disabled():
        assert not GroupMember.objects.exists()
    entry = Entry.objects.get(verb="group.delete")
    assert (entry.actor, entry.detail["name"], entry.detail["customers"]) == ("qian", "Spring", 2)


@pytest.mark.parametrize("who, deleted", [("hu", True), ("sun", False), ("qian", False)])
def test_of_others_only_an_hq_manager_deletes(browser_of, people, who, deleted):
    group = keep(people["hu"] if who != "hu" else people["qian"], "ann")

    answer = browser_of(who).post(reverse("group-delete", args=[group.pk]), follow=True)

    assert Group.objects.exists() != deleted
    assert ("可以删除" in answer.content.decode()) != deleted


# Planning with one


def test_a_campaign_looks_at_a_groups_customers_only(people):
    spring, west = keep(people["hu"], "ann", "dee", "cid"), keep(people["hu"], "zoe", name="West")

    def chosen(*groups):
        with scope(unit=None):
            wanted = Filters(groups=tuple(group.pk for group in groups))
            rows = select_profiles(wanted, publication=get_current_publication())
            return [profile.customer_id for profile in rows]

    assert chosen() == ["ann", "zoe", "dee", "bob", "una"]
    assert chosen(spring) == ["ann", "dee"]  # cid has no risk known
    assert chosen(spring, west) == ["ann", "zoe", "dee"]


def test_the_planning_page_offers_groups_and_takes_one_from_the_address(browser_of, people):
    group = keep(people["hu"], "ann")

    page = browser_of("qian").get(reverse("campaign-new"), {"group": group.pk}).content.decode()

    assert f'<option value="{group.pk}" selected>Spring</option>' in page
