"""Lists of customers read as much of a great company as of a small one, however they are asked for.

On SQLite the steps of its machine are counted. PostgreSQL would read so few rows whole; told not to,
nor to sort, it must find an index that has the order and tells what the list is narrowed by.
"""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django_scopes import scope

from liuke_desk.customers import selectors
from liuke_desk.customers.lists import list_customers
from liuke_desk.customers.models import Profile
from liuke_desk.customers.pages import ListPaginator
from tests.web.company import draw_customer, hire, publish

pytestmark = pytest.mark.django_db

ON_SQLITE = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's machine counts no steps")
ON_SERVER = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's steps are counted")

ORDERS = {
    "warning-list": ("", *(f"{way}{name}" for name in selectors.SORTS for way in ("", "-"))),
    "customer-list": ("", *(f"{way}{name}" for name in selectors.CUSTOMER_SORTS for way in ("", "-"))),
}
# Of nobody in particular, of everybody, and by each of the three ways.
SEARCHES = ({"q": "rare"}, {"q": "c0010"}, {"q": "9876"}, {"q": "13911119876"}, {"q": "nobody"})
SEARCHES_AMONG = ({"q": "rare", "tier": "small"}, {"q": "9876", "unit": "R1"})
STEPS_AT_ONCE = 10


def draw_company(count):
    """Every tenth has no risk known, and only the last is called Rare and has a phone of their own."""
    rows = [
        draw_customer(
            f"c{number:05d}",
            loss_fen=None if number % 10 == 9 else 10**6 - number * 7919 % count,
            unit_id=("B1", "B2", "B9")[number % 3],
            tier=("important", "small")[number % 2],
        )
        for number in range(count)
    ]
    return [*rows, draw_customer("z", loss_fen=None, name="rare", phone="13911119876")]


@pytest.fixture
def count_of_list(monkeypatch):
    """Twenty are many here, so that hundreds are a great company."""
    for place in ("liuke_desk.ui.pages", "liuke_desk.customers.pages"):
        monkeypatch.setattr(f"{place}.COUNTED_ROWS", 20)


def list_addresses():
    for name, orders in ORDERS.items():
        yield from ((name, {"sort": sort}) for sort in orders)
        yield from ((name, {"sort": sort, "tier": "small"}) for sort in ("", "value"))
    yield from (
        ("customer-list", text) for text in (*SEARCHES, *SEARCHES_AMONG, {"q": "c", "sort": "-value"})
    )


def count_steps(browser, name, asked):
    steps = 0

    def count():
        nonlocal steps
        steps += STEPS_AT_ONCE

    connection.connection.set_progress_handler(count, STEPS_AT_ONCE)
    try:
        assert browser.get(reverse(name), asked).status_code in (200, 302)
    finally:
        connection.connection.set_progress_handler(None, 0)
    return steps


def count_all_steps(browser, customers):
    publish(rows=draw_company(customers))
    return {(name, *asked.items()): count_steps(browser, name, asked) for name, asked in list_addresses()}


@ON_SQLITE
def test_a_list_reads_no_more_of_a_company_eight_times_as_great(count_of_list):
    publish()
    browser = Client()
    browser.force_login(hire()["hu"], backend="django.contrib.auth.backends.ModelBackend")

    small, great = (count_all_steps(browser, customers) for customers in (100, 800))

    grown = {asked: (small[asked], great[asked]) for asked in small if great[asked] > small[asked] * 1.5}
    assert not grown


@ON_SQLITE
def test_steps_are_counted_where_all_is_read():
    """The measure itself: a question without an index takes as many more steps."""
    steps = []
    for customers in (100, 800):
        publication = publish(rows=draw_company(customers))
        counted = 0

        def count():
            nonlocal counted
            counted += STEPS_AT_ONCE

        connection.connection.set_progress_handler(count, STEPS_AT_ONCE)
        with scope(unit=None):
            assert not Profile.objects.filter(publication=publication, plan="nobody's").exists()
        connection.connection.set_progress_handler(None, 0)
        steps.append(counted)

    assert steps[1] > steps[0] * 6


LISTS = {
    "warning-list": (selectors.list_warnings, {"": "loss", "loss": "loss", "-loss": "loss"}),
    "customer-list": (list_customers, {}),
}
INDEXES = {"value": "at_stake", "risk": "risk", "p_1m": "month_1", "p_2m": "month_2"}
NARROWED = {
    "nothing": {},
    "tier": {"tier": "small"},
    "units": {"unit__in": ["R1", "B1", "B2"]},
    "kind": {"leave_kind": "voluntary"},
    "risk": {"p_ahead__gte": 0.1},
}


@pytest.fixture
def own(db):
    publication = publish(rows=draw_company(60))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
            cursor.execute("SET LOCAL enable_sort = off; SET LOCAL enable_incremental_sort = off")
    else:
        pretend_a_great_company(publication)
    return publication


# What SQLite counted in a company of 1.3 million customers: rows, and rows alike in ever more columns.
COUNTED = {
    "at_stake": "1327580 1327580 34 1 1 1 1 1 1",
    "risk": "1327580 1327580 2 1 1 1 1 1",
    "month_1": "1001823 1001823 1 1 1 1 1 1 1",
    "month_2": "1001823 1001823 1 1 1 1 1 1 1",
    "loss": "1001823 1001823 1 1 1 1 1",
    "tier_loss": "1327580 1327580 265516 2 2 2 2",
    "unit": "1327580 1327580 11064 2",
    "manager": "1327580 1327580 27094 2",
    "phone_end": "1327580 1327580 133",
    "name": "1327580 1327580 8",
}


def pretend_a_great_company(publication):
    """SQLite plans by what it counted."""
    told = {f"profile_{publication.pk}_{name}": stat for name, stat in COUNTED.items()}
    told["sqlite_autoindex_customers_profile_1"] = "1327580 1327580 1"
    with connection.cursor() as cursor:
        for index, stat in told.items():
            cursor.execute("UPDATE sqlite_stat1 SET stat = %s WHERE idx = %s", [stat, index])
        cursor.execute("ANALYZE sqlite_schema")


@pytest.mark.parametrize("narrowed", NARROWED)
@pytest.mark.parametrize("name, sort", [(name, sort) for name in ORDERS for sort in ORDERS[name]])
def test_every_order_is_walked_in_an_index_that_tells_what_it_is_narrowed_by(own, name, sort, narrowed):
    list_rows, indexes = LISTS[name]
    index = indexes.get(sort) or INDEXES.get(sort.removeprefix("-"), "")

    with scope(unit=None):
        rows = list_rows(own, sort=sort).filter(**NARROWED[narrowed])
        known, unknown = ListPaginator(rows).walk_many()
        plan = known[:50].explain()
        further = unknown[:50].explain() if unknown is not None else ""

    assert "Sort" not in plan + further
    assert "TEMP B-TREE" not in plan + further
    if index == "loss" and narrowed == "tier":  # has that order within each tier
        assert f"profile_{own.pk}_loss " in plan or f"profile_{own.pk}_tier_loss " in plan, plan
    elif index:
        assert f"profile_{own.pk}_{index} " in plan, plan
    if connection.vendor == "sqlite" and index:
        assert "COVERING INDEX" in plan, plan


@pytest.mark.parametrize("text, ways", [("c0001", 2), ("9876", 3), ("13911119876", 3)])
def test_what_is_searched_for_is_found_by_an_index_for_each_way(own, text, ways):
    names = ("sqlite_autoindex_customers_profile_1" if connection.vendor == "sqlite" else "profile_", "name")

    with scope(unit=None):
        rows = list_customers(own).filter(tier="small", unit__in=["R1", "B1", "B2", "B9"])
        plans = [
            ListPaginator(rows, text=text).sort_few()[:50].explain(),
            selectors.search(rows, text).explain(),
        ]

    for plan in plans:
        for name in (*names, "phone_end")[:ways]:
            assert name in plan, plan
        assert "SCAN customers_profile" not in plan
        assert f"profile_{own.pk}_tier_loss" not in plan
        assert f"profile_{own.pk}_unit " not in plan


@pytest.mark.parametrize("text", ["", "c"])
@pytest.mark.parametrize("name, sort", [(name, sort) for name in ORDERS for sort in ORDERS[name]])
def test_pages_of_many_are_in_the_order_of_few_and_the_unknown_come_last(
    count_of_list, own, name, sort, text
):
    list_rows, _ = LISTS[name]
    with scope(unit=None):
        rows = list_rows(own, sort=sort)
        wanted = list((selectors.search(rows, text) if text else rows).values_list("pk", flat=True))
        pages = ListPaginator(rows, text=text)

        assert pages.has_more
        found = [key for first in range(0, len(wanted), 7) for key in pages.list_keys(first, first + 7)]

    assert found == wanted
