"""Indexes of one publication's customers: built when all of them stand, gone before they go.

An index of the whole table takes every row at its place, and rows come in none of these orders: nine of
them took half the time of publishing. Built over rows that stand, an index is sorted once; and what goes
is not looked up in it row by row. A question is answered from them on both databases if it names its
publication by number; finding the current one by a join does not.
"""

from collections.abc import Iterator

from django.db import connection, models, transaction
from django.db.models import F, Q

from liuke_desk.customers.models import Profile, Publication

BUILD_MEMORY = "256MB"  # of PostgreSQL, for one index of a million customers without the disk


def list_indexes(publication_id: int) -> list[models.Index]:
    """What lists of a publication are sorted, filtered and searched by."""
    return list(_declare(publication_id))


def build_indexes(publication: Publication) -> None:
    """Build those that are not there, each in a transaction: other writers wait for one at most."""
    built = set(_list_built(publication.pk))
    for index in list_indexes(publication.pk):
        if index.name not in built:
            _build(index)


def build_missing_indexes() -> None:
    """Of every publication that people may read: a change of the table may have dropped them."""
    for publication in Publication.objects.filter(is_whole=True):
        build_indexes(publication)


def drop_indexes(publication: Publication) -> None:
    """Also those that only another version of this program knew."""
    # Readers must not wait behind whoever still reads what goes; inside a transaction it cannot be asked.
    way = "CONCURRENTLY " if _is_server() and not connection.in_atomic_block else ""
    for name in _list_built(publication.pk):
        with connection.cursor() as cursor:
            _check_now()
            cursor.execute(f"DROP INDEX {way}IF EXISTS {connection.ops.quote_name(name)}")


def _declare(publication_id: int) -> Iterator[models.Index]:
    own, prefix = Q(publication=publication_id), _name_prefix(publication_id)

    def index(name: str, *fields: str, condition: Q = own, classes: tuple[str, ...] = ()) -> models.Index:
        columns = ["publication", *fields]
        return models.Index(fields=columns, name=prefix + name, condition=condition, opclasses=classes)

    # PostgreSQL answers LIKE 'x%' from an index of this class only; SQLite knows no classes.
    beginnings = ("int8_ops", "varchar_pattern_ops")
    yield index("rank", "warning_rank")
    yield index("unit", "unit", "warning_rank")
    yield index("tier", "tier", "warning_rank")
    yield index("manager", "manager_id", "warning_rank")
    yield index("phone_end", "phone_end")
    yield index("household", "household_id", condition=own & ~Q(household_id=""))
    yield index("name", "name", classes=beginnings)
    if _is_server():  # the list asks for the unknown last; SQLite has it so and knows no words for it
        greatest_first = F("p_1m").desc(nulls_last=True)
        columns = (F("publication"), greatest_first, F("customer_id"))
        yield models.Index(*columns, name=prefix + "p_1m", condition=own)
    else:
        yield index("p_1m", "-p_1m", "customer_id")
    yield index("p_ahead", "-p_ahead", "customer_id")
    yield index("value", "-value_at_stake_fen", "customer_id")
    if _is_server():  # SQLite has it in one_profile_per_publication
        yield index("number", "customer_id", classes=beginnings)


def _build(index: models.Index) -> None:
    # Only asked for the words: entered, it would refuse to work inside a transaction.
    told = index.create_sql(Profile, connection.schema_editor(collect_sql=True))
    with transaction.atomic(), connection.cursor() as cursor:
        if _is_server():
            cursor.execute(f"SET LOCAL maintenance_work_mem = '{BUILD_MEMORY}'")
        _check_now()
        cursor.execute(str(told))


def _check_now() -> None:
    """PostgreSQL builds and drops nothing while checks of foreign keys wait for a transaction to end."""
    if _is_server() and connection.in_atomic_block:
        connection.check_constraints()


def _list_built(publication_id: int) -> list[str]:
    with connection.cursor() as cursor:
        known = connection.introspection.get_constraints(cursor, Profile._meta.db_table)
    return sorted(name for name in known if name.startswith(_name_prefix(publication_id)))


def _name_prefix(publication_id: int) -> str:
    return f"profile_{publication_id}_"


def _is_server() -> bool:
    return connection.vendor == "postgresql"
