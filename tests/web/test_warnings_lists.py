"""Lists are frozen on their day, set beside the one before, and told to those whom they concern."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from liuke_desk.audit.models import Entry
from liuke_desk.customers import services as customers
from liuke_desk.groups.models import Group, GroupMember
from liuke_desk.warnings import hooks
from liuke_desk.warnings.models import Departure, ListedWarning, Notice, WarningList
from liuke_desk.warnings.selectors import list_lists
from liuke_desk.warnings.services import freezing
from tests.web.company import UNITS, draw_customer, hire, publish
from tests.web.warning_company import APRIL, FEBRUARY, MARCH, NOW, THEN, cycle, list_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(db):
    """Hired after the first cycle, so that the second is the first they hear of."""
    cycle(THEN, FEBRUARY)
    made = hire()
    cycle(NOW, MARCH)
    return made


def changes_of(as_of):
    with scopes_disabled():
        rows = ListedWarning.objects.filter(warning_list=list_of(as_of)).order_by("rank")
        return {row.customer_id: (row.change, row.rank_before, row.p_before) for row in rows}


def departures_of(as_of):
    with scopes_disabled():
        return dict(Departure.objects.filter(warning_list=list_of(as_of)).values_list("customer_id", "why"))


def test_the_list_tells_what_changed_and_why_customers_are_gone(people):
    assert changes_of(MARCH) == {
        "ann": ("risen", 1, 0.25),
        "gus": ("new", None, None),
        "bob": ("steady", 4, 0.25),
        "fay": ("fallen", 6, 0.25),
    }
    assert departures_of(MARCH) == {"zoe": "left", "dee": "unknown", "eve": "absent"}


def test_the_first_list_tells_no_change(people):
    assert {change for change, *_ in changes_of(FEBRUARY).values()} == {"first"}
    assert departures_of(FEBRUARY) == {}


def test_a_later_cycle_changes_no_old_list(people):
    def snapshot():
        with scopes_disabled():
            return list(ListedWarning.objects.filter(warning_list=list_of(FEBRUARY)).values())

    before = snapshot()
    cycle([draw_customer("ann", loss_fen=5_00)], APRIL)
    cycle([draw_customer("ann", loss_fen=5_00)], APRIL.replace(month=5))  # February's publication is swept

    assert snapshot() == before
    assert list_lists()[-1].as_of == FEBRUARY


def test_a_cycle_that_runs_again_replaces_its_own_list_only(people):
    cycle(THEN, MARCH)

    assert [each.as_of for each in list_lists()] == [MARCH, FEBRUARY]
    assert set(changes_of(MARCH)) == {row["customer_id"] for row in THEN}
    assert WarningList.objects.filter(publication__isnull=False).count() == 0


def test_a_list_is_not_seen_before_its_publication_and_goes_with_one_that_was_killed(people):
    def be_killed(publication):
        hooks.during_publish(publication=publication, units=UNITS)
        assert [each.as_of for each in list_lists()] == [MARCH, FEBRUARY]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cycle(NOW, APRIL, before_switch=be_killed)
    with scopes_disabled():
        customers.sweep_publications()

    assert not WarningList.objects.filter(as_of=APRIL).exists()


def test_a_list_whose_cycle_was_killed_after_the_switch_is_seen_and_frozen_with_the_next(people, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(hooks, "after_publish", lambda **_: None)
        cycle(NOW, APRIL)
    assert list_lists()[0].as_of == APRIL
    assert not list_of(APRIL).is_frozen

    cycle(NOW, APRIL.replace(month=5))

    assert list_of(APRIL).is_frozen


def test_the_oldest_lists_go_when_there_are_many(people, monkeypatch):
    limits = replace(freezing.read_limits(), kept=2)
    monkeypatch.setattr(freezing, "read_limits", lambda: limits)

    cycle(NOW, APRIL)

    assert [each.as_of for each in list_lists()] == [APRIL, MARCH]


def test_one_frozen_list_per_day_says_the_database_too(people):
    frozen = list_of(MARCH)
    frozen.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        frozen.save()


def test_owners_and_supervisors_are_told_until_they_look(people, browser_of):
    told = {notice.user.username: (notice.listed, notice.new) for notice in Notice.objects.all()}
    assert told == {"li": (3, 1), "sun": (4, 1)}  # gus is new; zoe of the west is gone

    li = browser_of("li")
    home = li.get(reverse("task-list")).content.decode()
    assert "1 of your customers is new" in home or "您负责的客户中有 1 位" in home
    assert 'class="badge"' in home
    assert "told" not in li.get(reverse("campaign-list")).content.decode()  # told at home, counted everywhere

    li.get(reverse("warning-changes"))

    assert 'class="badge"' not in li.get(reverse("task-list")).content.decode()
    assert Notice.objects.get(user__username="sun").seen_at is None
    seen = Entry.objects.get(verb="warnings.seen")
    assert (seen.actor, seen.subject) == ("li", f"warnings:{MARCH}")
    assert Entry.objects.filter(verb="warnings.notify").count() == 2


def test_a_list_without_anything_new_is_not_announced(people, browser_of):
    cycle(NOW, APRIL)

    assert 'class="badge"' not in browser_of("li").get(reverse("task-list")).content.decode()


def test_rows_are_the_scopes(people, browser_of):
    sun = browser_of("sun")

    assert "zoe" not in sun.get(reverse("warning-lists"), {"on": FEBRUARY.isoformat()}).content.decode()
    assert "zoe" not in sun.get(reverse("warning-gone")).content.decode()
    assert "zoe" in browser_of("qian").get(reverse("warning-gone")).content.decode()


@pytest.mark.parametrize(
    "asked, listed",
    [
        ({}, ["ann", "gus", "bob", "fay"]),
        ({"on": FEBRUARY.isoformat()}, ["ann", "zoe", "dee", "bob", "eve", "fay"]),
        ({"change": "new"}, ["gus"]),
        ({"manager": "S1"}, ["ann", "gus", "bob"]),
        ({"manager": "-"}, ["fay"]),
        ({"tier": "important"}, ["ann"]),
        ({"on": FEBRUARY.isoformat(), "unit": "R2"}, ["zoe"]),
        ({"kind": "dormant"}, []),
        ({"sort": "risk"}, ["fay", "bob", "gus", "ann"]),
    ],
)
def test_a_list_is_narrowed_and_sorted(people, browser_of, asked, listed):
    answer = browser_of("qian").get(reverse("warning-lists"), asked)

    assert [row.customer_id for row in answer.context["page"]] == listed


def test_a_change_is_kept_as_a_group_in_one_click(people, browser_of):
    answer = browser_of("qian").post(
        reverse("warning-keep"), {"list": "listed", "asked": f"on={MARCH}&change=new"}
    )

    group = Group.objects.get()
    assert answer.url == reverse("group-detail", args=[group.pk])
    assert group.words_en == "Early-warning list of 2026-03-31; What changed: New on the list"
    assert group.source == {"list": "warnings-listed", "as_of": "2026-03-31", "wanted": {"change": "new"}}
    with scope(unit=None):
        assert list(GroupMember.objects.values_list("customer_id", flat=True)) == ["gus"]


def test_those_gone_for_a_cause_are_kept_as_a_group(people, browser_of):
    browser_of("qian").post(
        reverse("warning-keep"), {"list": "departed", "asked": "why=unknown", "name": "Ask"}
    )

    with scope(unit=None):
        assert list(GroupMember.objects.values_list("customer_id", flat=True)) == ["dee"]
    assert Group.objects.get().name == "Ask"


def test_a_group_of_nobody_is_refused_and_nothing_kept(people, browser_of):
    answer = browser_of("sun").post(reverse("warning-keep"), {"list": "listed", "asked": "unit=R2"})

    assert answer.status_code == 400  # not one of her units
    assert not Group.objects.exists()


@pytest.mark.parametrize("name", ["warning-lists", "warning-changes", "warning-gone"])
def test_before_the_first_list_the_page_says_what_would_make_one(db, client, name):
    publish()
    client.force_login(hire()["qian"], backend="django.contrib.auth.backends.ModelBackend")

    assert "liuke cycle" in client.get(reverse(name)).content.decode()


@pytest.mark.parametrize(
    "name, queries", [("warning-lists", 20), ("warning-changes", 24), ("warning-gone", 18)]
)
def test_pages_ask_as_often_for_many_rows_as_for_few(
    people, browser_of, django_assert_max_num_queries, name, queries
):
    many = [draw_customer(f"c{place:03}", loss_fen=900_00 - place) for place in range(120)]
    cycle(many, APRIL)
    cycle(many[60:], APRIL.replace(month=5))
    browser = browser_of("qian")
    browser.get(reverse(name))

    with django_assert_max_num_queries(queries):
        browser.get(reverse(name))
