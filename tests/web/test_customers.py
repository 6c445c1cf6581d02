"""Lists of customers and finding one of them."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django_scopes import scope

from liuke_desk.customers.models import Profile
from liuke_desk.customers.selectors import SORTS, search
from tests.web.company import draw_customer, hire, publish

PHONE, ID_NUMBER = "13800001234", "11010519491231002X"

pytestmark = pytest.mark.django_db


def read_customers(answer):
    """The customers of a list, in its order."""
    return re.findall(r'<a class="customer" href="/customers/([^/"]+)/"', answer.content.decode())


def ask_list(browser, name, **asked):
    return read_customers(browser.get(reverse(name), asked))


# The warning list


def test_the_greatest_expected_loss_comes_first_and_the_unknown_is_left_out(browser_of):
    assert ask_list(browser_of("hu"), "warning-list") == ["ann", "zoe", "dee", "bob", "una"]


def test_a_unit_sees_its_own_warnings_only(browser_of):
    assert ask_list(browser_of("li"), "warning-list") == ["ann", "bob"]
    assert ask_list(browser_of("sun"), "warning-list") == ["ann", "dee", "bob"]


def test_a_row_says_what_there_is_to_know(browser_of):
    page = browser_of("li").get(reverse("warning-list")).content.decode()
    row = page[page.index("/customers/ann/") :].split("</tr>")[0]

    for told in ("重要客户", "10.0%", "20.0%", "25.0%", "3,600", "900", "月消费下降 42%", "Li"):
        assert told in row


def test_a_row_in_english(browser_of, people):
    people["li"].language = "en"
    people["li"].save()

    page = browser_of("li").get(reverse("warning-list")).content.decode()

    assert "Spend fell by 42%" in page
    assert "important" in page


def test_the_list_says_of_which_day_it_is(browser_of):
    assert "数据截至 2026-03-31" in browser_of("hu").get(reverse("warning-list")).content.decode()


@pytest.mark.parametrize(
    "asked, found",
    [
        ({"unit": "R1"}, ["ann", "dee", "bob"]),  # with all below it
        ({"unit": "B2"}, ["dee"]),
        ({"tier": "important"}, ["ann"]),
        ({"kind": "dormant"}, ["dee"]),
        ({"min_p": "25"}, ["ann", "zoe", "dee", "bob", "una"]),  # 25 % is enough
        ({"min_p": "26"}, ["dee"]),
        ({"min_p": "61"}, []),
        ({"unit": "R1", "kind": "voluntary"}, ["ann", "bob"]),
    ],
)
def test_filters(browser_of, asked, found):
    assert ask_list(browser_of("hu"), "warning-list", **asked) == found


@pytest.mark.parametrize("asked", [{"unit": "B9"}, {"unit": "nowhere"}, {"min_p": "many"}, {"tier": "gold"}])
def test_a_filter_with_a_mistake_says_so_and_filters_nothing(browser_of, asked):
    answer = browser_of("sun").get(reverse("warning-list"), asked)

    assert "field-error" in answer.content.decode()
    assert read_customers(answer) == ["ann", "dee", "bob"]


def test_a_manager_may_look_at_the_own_book_only(browser_of):
    assert ask_list(browser_of("li"), "warning-list", mine="on") == ["ann"]
    assert "mine" not in browser_of("sun").get(reverse("warning-list")).context["form"].fields


@pytest.mark.parametrize("sort", [*SORTS, *(f"-{name}" for name in SORTS)])
def test_every_sort_sorts(browser_of, sort):
    found = ask_list(browser_of("hu"), "warning-list", sort=sort)

    with scope(unit=None):
        values = [
            getattr(Profile.objects.get(customer_id=each), SORTS[sort.removeprefix("-")]) for each in found
        ]
    assert len(found) == 5
    assert values == sorted(values, reverse=sort.startswith("-"))


def test_an_unknown_sort_changes_nothing(browser_of):
    assert ask_list(browser_of("hu"), "warning-list", sort="password") == ["ann", "zoe", "dee", "bob", "una"]


def test_the_column_that_sorts_is_marked_for_screen_readers(browser_of):
    page = browser_of("hu").get(reverse("warning-list"), {"sort": "-risk"}).content.decode()

    assert re.findall(r'aria-sort="(\w+)"', page) == ["descending"]


def test_a_filter_that_fits_nobody_offers_the_way_back(browser_of):
    page = browser_of("hu").get(reverse("warning-list"), {"min_p": "99"}).content.decode()

    assert "没有符合条件的客户" in page
    assert "清空筛选条件" in page


@pytest.mark.parametrize("name", ["warning-list", "customer-list", "overview"])
def test_before_the_first_cycle_pages_say_what_to_do(db, name):
    from liuke_desk.people.models import Role, User

    user = User.objects.create(username="early", role=Role.HQ_MANAGER)
    browser = Client()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    answer = browser.get(reverse(name))

    assert answer.status_code == 200
    assert "liuke cycle" in answer.content.decode()


def test_where_one_month_only_was_foretold_the_list_says_so_and_works(db):
    """One snapshot of a company tells of one month ahead and no more."""
    short = dict.fromkeys(("p_2m", "p_3m", "p_voluntary", "p_involuntary", "p_dormant", "p_diverted"))
    why = {"code": "one_snapshot", "zh": "只有一个时点", "en": "One snapshot"}
    rows = [
        draw_customer("ann", loss_fen=9, **short, p_1m=0.7),
        draw_customer("bob", loss_fen=8, **short, p_1m=0.2),
    ]
    for row in rows:
        row["card"]["risk_why_empty"] = why
    publication = publish(rows=rows)
    people = hire()
    browser = Client()
    browser.force_login(people["sun"], backend="django.contrib.auth.backends.ModelBackend")

    page = browser.get(reverse("warning-list"), {"min_p": "50"}).content.decode()
    card = browser.get(reverse("customer-card", args=["ann"])).content.decode()

    assert publication.horizon_months == 1
    assert ask_list(browser, "warning-list", min_p="50") == ["ann"]
    assert "70.0%" in page
    assert "1 个月" in page
    assert "3 个月" not in page
    assert "只有一个时点" in card
    assert "70.0%" in card


def test_who_would_go_to_a_competitor_is_told_and_found_so(db):
    publish(
        rows=[
            draw_customer("ann", loss_fen=9, p_voluntary=0.05, p_diverted=0.17),
            draw_customer("bob", loss_fen=8),
        ]
    )
    browser = Client()
    browser.force_login(hire()["sun"], backend="django.contrib.auth.backends.ModelBackend")

    card = browser.get(reverse("customer-card", args=["ann"])).content.decode()

    assert ask_list(browser, "warning-list", kind="diverted") == ["ann"]
    assert "最可能：携号转网" in card
    assert '<dt>携号转网</dt><dd class="num">17.0%</dd>' in card


# Long lists


def publish_many(count):
    publish(rows=[draw_customer(f"c{number:05d}", loss_fen=10**6 - number) for number in range(count)])
    people = hire()
    browser = Client()
    browser.force_login(people["sun"], backend="django.contrib.auth.backends.ModelBackend")
    return browser


def test_a_long_list_comes_in_pages(db):
    browser = publish_many(120)

    assert ask_list(browser, "warning-list")[0] == "c00000"
    assert len(ask_list(browser, "warning-list")) == 50
    assert ask_list(browser, "warning-list", page="3")[0] == "c00100"
    assert ask_list(browser, "warning-list", page="99")[0] == "c00100"  # the last there is


def test_a_very_long_list_is_counted_up_to_a_limit_only(db, monkeypatch):
    monkeypatch.setattr("liuke_desk.ui.pages.COUNTED_ROWS", 100)
    browser = publish_many(101)

    page = browser.get(reverse("warning-list")).content.decode()

    assert "仅列出前 100 条" in page


def count_queries(browser, address):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser.get(address)  # what is cached for ever is cached now
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    "address, queries",
    [
        ("/warnings/", 12),
        ("/warnings/?unit=R1&tier=small&kind=voluntary&min_p=10&sort=-risk", 12),
        ("/customers/", 12),
        ("/customers/?q=c0", 13),
        ("/overview/", 11),
        ("/customers/c00001/", 21),  # one of them for what is told at length
    ],
)
def test_queries_do_not_grow_with_the_rows(db, address, queries):
    assert count_queries(publish_many(40), address) == queries


# Finding a customer


@pytest.mark.parametrize(
    "text, found",
    [
        ("an", ["ann"]),  # number from its beginning
        ("Zo", ["zoe"]),  # name from its beginning
        ("5678", ["zoe"]),  # last four of the phone
        ("13911115678", ["zoe"]),  # the whole phone
        ("13800005678", []),  # another phone with the same end
        ("1115678", []),  # the middle of it
        ("nn", []),
        ("%", []),
        ("_nn", []),
    ],
)
def test_search(publication, text, found):
    with scope(unit=None):
        assert list(search(Profile.objects.all(), text).values_list("customer_id", flat=True)) == found


def test_the_whole_number_leads_straight_to_the_card(browser_of):
    answer = browser_of("hu").get(reverse("customer-list"), {"q": "zoe"})

    assert answer.url == reverse("customer-card", args=["zoe"])


def test_a_customer_of_another_unit_is_not_found_by_any_search(browser_of):
    for text in ("zoe", "Zoe", "5678", "13911115678"):
        assert ask_list(browser_of("li"), "customer-list", q=text) == []
