"""Each publication has indexes of its own, which stand before it is seen and go before it goes."""

import pytest
from django.db import connection
from django_scopes import scope

from liuke_desk.customers.bulk import room_for_rows, room_for_sorting
from liuke_desk.customers.indexes import build_missing_indexes, drop_indexes, list_indexes
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


def test_indexes_that_another_version_built_go_when_missing_ones_are_built():
    publication = publish(rows=draw_many())
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX profile_{publication.pk}_former ON customers_profile (plan)")

    build_missing_indexes()

    assert list_standing(publication) == list_wanted(publication)


@ON_SQLITE
def test_sqlite_knows_what_each_index_finds_before_anybody_asks():
    publication = publish(rows=draw_many())

    with connection.cursor() as cursor:
        cursor.execute("SELECT idx FROM sqlite_stat1 WHERE tbl = 'customers_profile'")
        counted = {name for (name,) in cursor.fetchall()}

    # Nobody here lives with anybody, so there is nothing to count of households.
    assert counted >= list_wanted(publication) - {f"profile_{publication.pk}_household"}
    assert any(name.startswith("sqlite_autoindex") for name in counted)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite counts each index when it is built")
@pytest.mark.django_db(transaction=True)
def test_postgresql_has_counted_and_looked_through_all_pages_before_anybody_asks():
    publish(rows=draw_many())

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples, relallvisible = relpages FROM pg_class WHERE relname = 'customers_profile'"
        )
        found = cursor.fetchone()
        cursor.execute(
            "SELECT count(*) FROM pg_stats WHERE tablename = 'customers_profile' AND attname = 'tier'"
        )
        counted = cursor.fetchone()[0]

    assert found == (40, True)
    assert counted == 1


@ON_SQLITE
def test_an_index_is_sorted_on_both_cores_in_little_room_and_rows_have_theirs_again():
    def read(pragma):
        with connection.cursor() as cursor:
            return cursor.execute(f"PRAGMA {pragma}").fetchone()[0]

    usual = read("cache_size"), read("threads")
    with room_for_rows():
        of_rows = read("cache_size"), read("threads")
        with room_for_sorting():
            assert read("threads") == 2
            assert abs(read("cache_size")) < abs(of_rows[0])
        assert (read("cache_size"), read("threads")) == of_rows
    assert (read("cache_size"), read("threads")) == usual
