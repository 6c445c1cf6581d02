"""Each publication has indexes of its own, which stand before it is seen and answer what lists ask."""

import pytest
from django.db import connection
from django_scopes import scope

from liuke_desk.customers import selectors
from liuke_desk.customers.indexes import build_missing_indexes, drop_indexes, list_indexes
from liuke_desk.customers.lists import list_customers
from liuke_desk.customers.models import Profile, Publication
from liuke_desk.tiers.households import list_members
from tests.web.company import draw_customer, publish

pytestmark = pytest.mark.django_db

ON_SQLITE = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL chooses by what it counted")


def list_standing(publication):
    with connection.cursor() as cursor:
        known = connection.introspection.get_constraints(cursor, Profile._meta.db_table)
    return {name for name in known if name.startswith(f"profile_{publication.pk}_")}


def list_wanted(publication):
    return {index.name for index in list_indexes(publication.pk)}


def draw_many():
    return [draw_customer(f"c{number:03d}", loss_fen=1000 - number) for number in range(40)]


WARNED = selectors.list_warnings
ASKED = {
    "warnings": (lambda own: WARNED(own), "rank"),
    "warnings upwards": (lambda own: WARNED(own, sort="loss"), "rank"),
    "by value": (lambda own: WARNED(own, sort="-value"), "value"),
    "by value upwards": (lambda own: WARNED(own, sort="value"), "value"),
    "by risk": (lambda own: WARNED(own, sort="-risk"), "p_ahead"),
    "by risk upwards": (lambda own: WARNED(own, sort="risk"), "p_ahead"),
    "by the next month's risk": (lambda own: WARNED(own, sort="-p_1m"), "p_1m"),
    "of a tier": (lambda own: WARNED(own).filter(tier="small"), "tier"),
    "of a manager": (lambda own: WARNED(own).filter(manager_id="S1"), "manager"),
    "of a unit": (lambda own: WARNED(own).filter(unit="B1"), "unit"),
    "customers by value": (lambda own: list_customers(own, sort="-value"), "value"),
    "customers by risk": (lambda own: list_customers(own, sort="-risk"), "p_ahead"),
}


@ON_SQLITE
@pytest.mark.parametrize("asked", ASKED)
def test_an_order_or_a_filter_is_answered_by_an_index_of_the_publication(asked):
    publish(rows=draw_many())
    publication = publish(rows=draw_many())
    ask, name = ASKED[asked]

    with scope(unit=None):
        plan = ask(publication)[:50].explain()

    assert f"INDEX profile_{publication.pk}_{name} " in plan, plan
    assert "TEMP B-TREE" not in plan


UNKNOWN_LAST = {"customers by value", "customers by risk"}  # no index of PostgreSQL has that order downwards


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is asked above")
@pytest.mark.parametrize("asked", sorted(ASKED.keys() - UNKNOWN_LAST))
def test_postgresql_may_answer_from_an_index_of_the_publication(asked):
    """Of so few rows it would read all; told not to, nor to sort, it can only answer from an index."""
    publication = publish(rows=draw_many())
    ask, name = ASKED[asked]

    with scope(unit=None), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_sort = off; SET LOCAL enable_incremental_sort = off")
        plan = ask(publication)[:50].explain()

    assert f"profile_{publication.pk}_{name} " in plan, plan
    assert "Sort" not in plan


@ON_SQLITE
def test_the_order_of_numbers_comes_from_the_promise_that_each_stands_once():
    publication = publish(rows=draw_many())

    with scope(unit=None):
        plan = list_customers(publication)[:50].explain()

    assert "(publication_id=?)" in plan
    assert "TEMP B-TREE" not in plan


@ON_SQLITE
@pytest.mark.parametrize(
    "text, names",
    [("c00", ("name",)), ("1234", ("name", "phone_end")), ("13800001234", ("name", "phone_end"))],
)
def test_a_search_reads_no_more_than_it_finds(text, names):
    publication = publish(rows=draw_many())

    with scope(unit=None):
        plan = selectors.search(selectors.list_profiles(publication), text).explain()

    assert all(f"INDEX profile_{publication.pk}_{name} " in plan for name in names), plan
    assert "SCAN customers_profile" not in plan


@ON_SQLITE
def test_a_household_is_found_among_those_who_live_together(django_assert_num_queries):
    publication = publish(rows=[draw_customer(each, loss_fen=9, household_id="h") for each in ("ann", "bob")])

    with scope(unit=None):
        ann = Profile.objects.get(customer_id="ann")
        with django_assert_num_queries(4) as asked:
            members = list_members(ann)

    assert [member.customer_id for member in members] == ["bob"]
    looked = next(each["sql"] for each in asked.captured_queries if "household_id" in each["sql"])
    with connection.cursor() as cursor:
        plan = str(cursor.execute(f"EXPLAIN QUERY PLAN {looked}").fetchall())
    assert f"INDEX profile_{publication.pk}_household " in plan


def test_indexes_stand_before_anybody_sees_the_publication():
    seen = []

    def look(publication):
        seen.append((publication.is_current, list_standing(publication) == list_wanted(publication)))

    publish(rows=draw_many(), before_switch=look)

    assert seen == [(False, True)]


@pytest.mark.django_db(transaction=True)  # as a cycle does it: PostgreSQL drops them outside of transactions
def test_indexes_go_with_their_publication():
    first, second, third = (publish(rows=draw_many()) for _ in range(3))

    assert list_standing(first) == set()
    assert list_standing(second) == list_wanted(second)
    assert list_standing(third) == list_wanted(third)


def test_indexes_of_what_was_never_finished_go_with_the_next_one():
    def break_off(publication):
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        publish(rows=draw_many(), before_switch=break_off)
    begun = Publication.objects.get(is_whole=False)
    assert list_standing(begun)

    publish(rows=draw_many())

    assert not list_standing(begun)


def test_indexes_that_a_change_of_the_table_dropped_are_built_again():
    publication = publish(rows=draw_many())
    drop_indexes(publication)
    assert not list_standing(publication)

    build_missing_indexes()

    assert list_standing(publication) == list_wanted(publication)
