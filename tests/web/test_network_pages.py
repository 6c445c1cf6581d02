"""Re-entry and dealers: what a cycle found, within the scope, and the word of people beside it."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from liuke_desk.audit.models import Entry
from liuke_desk.bridge.facts import make_table
from liuke_desk.groups.models import Group, GroupMember
from liuke_desk.network.models import DealerDecision, MatchVerdict
from liuke_desk.network.selectors import facts, find_case, find_match, find_state, find_verdict
from tests.web.company import publish
from tests.web.network_company import LACKING, case, find_out, match

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(publication, people):
    find_out(publication)
    return publication


def read(browser, name, *place, **asked):
    return browser.get(reverse(name, args=place), asked).content.decode()


def judge(browser, verdict, *, customer_id="ann", former_id="old"):
    sent = {"customer_id": customer_id, "former_id": former_id, "verdict": verdict}
    return browser.post(reverse("reentry-judge"), sent, follow=True)


# Re-entry


def test_headquarters_sees_the_split_of_churn_and_every_match(found, browser_of):
    page = read(browser_of("qian"), "reentry-list")

    assert 'data-figure="gross">10<' in page
    assert "ann" in page
    assert "zoe" in page
    assert "&gt; 99.9%" in page  # as good as sure is not told as 100 %


def test_a_supervisor_sees_the_matches_of_her_units_and_no_company_figures(found, browser_of):
    page = read(browser_of("sun"), "reentry-list")

    assert "ann" in page
    assert "zoe" not in page
    assert 'data-figure="gross"' not in page


def test_money_spent_counts_until_somebody_rejects_the_match(found, browser_of):
    qian = browser_of("qian")
    assert qian.get(reverse("reentry-list")).context["waste"].before_fen == 60_00

    judge(qian, "rejected")

    waste = qian.get(reverse("reentry-list")).context["waste"]
    assert (waste.matches, waste.before_fen, waste.since_fen) == (1, 30_00, 12_00)


def test_a_verdict_is_on_record_and_can_be_taken_back(found, browser_of):
    sun = browser_of("sun")

    judge(sun, "confirmed")
    judge(sun, "open")

    with scope(unit=None):
        assert [each.verdict for each in MatchVerdict.objects.all()] == ["open", "confirmed"]
        assert find_verdict(find_match(found, "ann", "old")) == "open"
    entries = Entry.objects.filter(verb="reentry.judge").order_by("pk")
    assert [(entry.actor, entry.detail["to"]) for entry in entries] == [("sun", "confirmed"), ("sun", "open")]


def test_the_same_verdict_twice_is_refused_and_kept_once(found, browser_of):
    for _ in range(2):
        judge(browser_of("qian"), "confirmed")

    with scope(unit=None):
        assert MatchVerdict.objects.count() == 1


def test_a_match_of_another_unit_is_not_found(found, browser_of):
    assert judge(browser_of("sun"), "confirmed", customer_id="zoe", former_id="gone").status_code == 404


def test_a_verdict_stays_when_the_next_cycle_finds_the_match_again(found, browser_of):
    judge(browser_of("qian"), "confirmed")

    later = publish()
    find_out(later, matches=[match("ann", "old", 0.97)])

    page = browser_of("qian").get(reverse("reentry-list")).context["page"]
    assert [(each.customer_id, each.verdict) for each in page] == [("ann", "confirmed")]


def test_what_was_said_goes_to_the_next_cycle_with_its_instant(found, browser_of):
    sun = browser_of("sun")
    judge(sun, "confirmed")
    judge(sun, "open")

    ((name, rows),) = facts()
    table = make_table(name, rows)

    assert name == "reentry_verdicts"
    assert [row["verdict"] for row in table.to_pylist()] == ["confirmed", "open"]
    with scope(unit=None):
        said_at = [each.made_at for each in MatchVerdict.objects.order_by("pk")]
    assert table["known_at"].to_pylist() == said_at
    assert {(row["customer_id"], row["former_id"]) for row in table.to_pylist()} == {("ann", "old")}


def test_the_word_said_last_is_the_last_one_known_though_the_clock_went_back(found, browser_of):
    sun = browser_of("sun")
    judge(sun, "confirmed")
    judge(sun, "rejected")
    with scope(unit=None):
        first, last = MatchVerdict.objects.order_by("pk")
        MatchVerdict.objects.filter(pk=last.pk).update(made_at=first.made_at - timedelta(hours=23))

    ((_, rows),) = facts()

    assert [row["verdict"] for row in sorted(rows, key=lambda row: row["known_at"])] == [
        "confirmed",
        "rejected",
    ]
    assert rows[0]["known_at"] == first.made_at


def test_a_rejected_match_that_is_found_no_more_can_still_be_taken_back(found, browser_of):
    qian = browser_of("qian")
    judge(qian, "rejected")
    judge(qian, "confirmed", customer_id="zoe", former_id="gone")

    for _ in range(2):  # and stays so, cycle after cycle
        publish(before_switch=partial(find_out, matches=[]))

    page = qian.get(reverse("reentry-list")).context["page"]
    assert [(each.customer_id, each.verdict) for each in page] == [("ann", "rejected")]
    judge(qian, "open")
    assert qian.get(reverse("reentry-list")).context["page"].object_list[0].verdict == "open"


@pytest.mark.parametrize(
    "asked, shown",
    [
        ({}, ["ann", "zoe"]),
        ({"min_p": "90"}, ["ann"]),
        ({"unit": "R2"}, ["zoe"]),
        ({"verdict": "confirmed"}, []),
    ],
)
def test_matches_are_narrowed(found, browser_of, asked, shown):
    page = browser_of("qian").get(reverse("reentry-list"), asked).context["page"]

    assert [each.customer_id for each in page] == shown


def test_matches_are_kept_as_a_group(found, browser_of):
    browser_of("qian").post(reverse("reentry-keep"), {"asked": "min_p=90"})

    with scope(unit=None):
        assert list(GroupMember.objects.values_list("customer_id", flat=True)) == ["ann"]
    assert Group.objects.get().words_en == "Came back under a new number, as of 2026-03-31; ≥ 90 %"


# Dealers


def test_the_flagged_come_first_and_each_supervisor_sees_the_own(found, browser_of):
    listed = browser_of("qian").get(reverse("dealer-list")).context["page"]
    assert [each.dealer_id for each in listed] == ["D1", "D9", "D0"]

    assert [each.dealer_id for each in browser_of("sun").get(reverse("dealer-list")).context["page"]] == [
        "D1"
    ]
    assert browser_of("sun").get(reverse("dealer-case", args=["D9"])).status_code == 404


def test_a_file_tells_the_finding_the_curve_and_the_customers_of_the_scope(found, browser_of):
    answer = browser_of("qian").get(reverse("dealer-case", args=["D1"]))
    page = answer.content.decode()

    assert "应为 0.4 位" in page
    assert [step["gone_so_far"] for step in answer.context["steps"]] == [0, 0, 1]
    assert "ann" in page
    assert "zoe" in page
    assert "zoe" not in read(browser_of("sun"), "dealer-case", "D1")


def test_a_decision_says_why_and_is_on_record(found, browser_of):
    qian, address = browser_of("qian"), reverse("dealer-decide", args=["D1"])

    refused = qian.post(address, {"state": "confirmed", "note": "  "})
    assert refused.context["form"].errors
    qian.post(address, {"state": "confirmed", "note": "Cards never left the shop."})

    with scope(unit=None):
        assert find_state("D1") == "confirmed"
        assert DealerDecision.objects.get().as_of == found.as_of
    entry = Entry.objects.get(verb="dealer.decide")
    assert (entry.subject, entry.detail["from"], entry.detail["to"]) == ("dealer:D1", "open", "confirmed")


def test_the_database_itself_refuses_a_decision_without_a_word(found, people):
    with scopes_disabled(), pytest.raises(IntegrityError), transaction.atomic():
        DealerDecision.objects.create(
            dealer_id="D1",
            unit_id="R1",
            state="cleared",
            note="",
            as_of=found.as_of,
            made_by=people["qian"],
            made_at=found.published_at,
        )


def test_the_customers_behind_a_case_are_kept_as_a_group(found, browser_of):
    browser_of("sun").post(reverse("dealer-keep", args=["D1"]), {})

    with scope(unit=None):
        assert list(GroupMember.objects.values_list("customer_id", flat=True)) == ["ann"]
        assert find_case(found, "D1").leavers.count() == 2


# Nothing to tell


@pytest.mark.parametrize("name, table", [("reentry-list", "circles"), ("dealer-list", "dealers")])
def test_where_tables_are_missing_the_page_names_them(publication, people, browser_of, name, table):
    find_out(publication, frame=LACKING, matches=[], months=[], cases=[])

    assert f"<code>{table}</code>" in read(browser_of("qian"), name)


@pytest.mark.parametrize("name", ["reentry-list", "dealer-list"])
def test_what_was_published_before_these_pages_says_so(publication, people, browser_of, name):
    assert "liuke cycle" in read(browser_of("qian"), name)


@pytest.mark.parametrize("name, queries", [("reentry-list", 16), ("dealer-list", 12)])
def test_pages_ask_as_often_for_many_rows_as_for_few(
    publication, people, browser_of, django_assert_max_num_queries, name, queries
):
    find_out(
        publication,
        matches=[match("ann", f"old{place}", 0.9) for place in range(40)],
        cases=[case(f"D{place}", "R1", 0.5) for place in range(40)],
    )
    browser = browser_of("qian")
    browser.get(reverse(name))

    with django_assert_max_num_queries(queries):
        browser.get(reverse(name))
