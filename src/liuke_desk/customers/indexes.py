"""Indexes of one publication's customers: built when all of them stand, gone before they go.

An index of the whole table takes every row at its place, and rows come in none of these orders: nine of
them took half the time of publishing. Built over rows that stand, an index is sorted once; and what goes
is not looked up in it row by row. A question is answered from them on both databases if it names its
publication by number; finding the current one by a join does not.

Those that give an order tell also what lists are narrowed by: a walk past a million customers of
other tiers then reads none of their rows.
"""

from collections.abc import Iterable, Iterator

from django.db import connection, models, transaction
from django.db.models import F, Q

from liuke_desk.customers.bulk import room_for_sorting
from liuke_desk.customers.models import Profile, Publication

TOLD = ("warning_rank", "tier", "leave_kind", "unit", "p_ahead")
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
            _count_values_of(index.name)


def build_missing_indexes() -> None:
    """Of every publication that people may read: a change of the table may have dropped them.

    Those that only another version of this program knew go.
    """
    for publication in Publication.objects.filter(is_whole=True):
        build_indexes(publication)
        wanted = {index.name for index in list_indexes(publication.pk)}
        _drop(name for name in _list_built(publication.pk) if name not in wanted)
    count_values()


def drop_indexes(publication: Publication) -> None:
    """Also those that only another version of this program knew."""
    _drop(_list_built(publication.pk))


def count_values() -> None:
    """Let the database know how many customers have what, so that it takes the index that finds fewest.

    PostgreSQL notes too which pages of the table everybody sees: what an index tells of those is not
    looked up in the row; nobody waits meanwhile. On SQLite each index was counted when it was built.
    """
    if not _is_server():
        _count_values_of(_name_of_promise())
        return
    # A transaction, as tests have one around everything, takes the counts alone.
    way = "ANALYZE" if connection.in_atomic_block else "VACUUM (ANALYZE, TRUNCATE FALSE)"
    with connection.cursor() as cursor:
        cursor.execute(f"{way} {connection.ops.quote_name(Profile._meta.db_table)}")


def _drop(names: Iterable[str]) -> None:
    # Readers must not wait behind whoever still reads what goes; inside a transaction it cannot be asked.
    way = "CONCURRENTLY " if _is_server() and not connection.in_atomic_block else ""
    for name in names:
        with connection.cursor() as cursor:
            _check_now()
            cursor.execute(f"DROP INDEX {way}IF EXISTS {connection.ops.quote_name(name)}")


def _declare(publication_id: int) -> Iterator[models.Index]:
    own, prefix = Q(publication=publication_id), _name_prefix(publication_id)
    warned = own & Q(warning_rank__isnull=False)

    def index(name: str, *fields: str, condition: Q = own, classes: tuple[str, ...] = ()) -> models.Index:
        columns = ["publication", *fields]
        return models.Index(fields=columns, name=prefix + name, condition=condition, opclasses=classes)

    def order(name: str, column: str, condition: Q) -> models.Index:
        # The lists ask for the unknown last; SQLite has it so and knows no words for it.
        greatest_first = F(column).desc(nulls_last=True if _is_server() else None)
        columns = (F("publication"), greatest_first, F("customer_id"), *map(F, _tell(column)))
        return models.Index(*columns, name=prefix + name, condition=condition)

    # PostgreSQL answers LIKE 'x%' from an index of this class only; SQLite knows no classes.
    beginnings = ("int8_ops", "varchar_pattern_ops")
    yield index("loss", *_tell(first="warning_rank"), condition=warned)
    yield index("unit", "unit", "warning_rank")
    yield index("tier_loss", "tier", *_tell("tier", first="warning_rank"))
    yield index("manager", "manager_id", "warning_rank")
    yield index("phone_end", "phone_end")
    yield index("household", "household_id", condition=own & ~Q(household_id=""))
    yield index("name", "name", classes=beginnings)
    yield order("month_1", "p_1m", warned)
    yield order("month_2", "p_2m", warned)
    yield order("risk", "p_ahead", own)
    yield order("at_stake", "value_at_stake_fen", own)
    if _is_server():  # SQLite has it in one_profile_per_publication
        yield index("number", "customer_id", classes=beginnings)


def _tell(column: str = "", *, first: str = "") -> list[str]:
    """Columns that an index in the order of another one tells, too; SQLite's tells the key anyway."""
    told = [first] if first else []
    told += [name for name in TOLD if name not in (column, first)]
    return [*told, "id"] if _is_server() else told


def _build(index: models.Index) -> None:
    # Only asked for the words: entered, it would refuse to work inside a transaction.
    told = index.create_sql(Profile, connection.schema_editor(collect_sql=True))
    with room_for_sorting(), transaction.atomic(), connection.cursor() as cursor:
        if _is_server():
            cursor.execute(f"SET LOCAL maintenance_work_mem = '{BUILD_MEMORY}'")
        _check_now()
        cursor.execute(str(told))


def _count_values_of(index_name: str) -> None:
    """On SQLite, one index at a time, so that other writers wait for one at most."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(index_name)}")


def _name_of_promise() -> str:
    """SQLite's own name for the index behind the one promise about the whole table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pragma_index_list(%s) WHERE origin = 'u'", [Profile._meta.db_table])
        return str(cursor.fetchone()[0])


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
