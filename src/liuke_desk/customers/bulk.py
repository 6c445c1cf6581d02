"""Many rows into a table without a model instance for each."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from time import monotonic
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, models, transaction

T = TypeVar("T")

ROWS_AT_ONCE = 2_000
SQLITE_ROOM: Mapping[str, int] = {"cache_size": -512 * 1024, "wal_autocheckpoint": 65_536}  # KiB, pages
SQLITE_SORTING: Mapping[str, int] = {"cache_size": -2_000, "threads": 2}
TURN_S = 2.0

# What PostgreSQL's COPY takes for itself, in the order in which it must be told apart.
_ESCAPES = (("\\", r"\\"), ("\t", r"\t"), ("\n", r"\n"), ("\r", r"\r"))


@contextmanager
def room_for_rows() -> Iterator[None]:
    """While rows go into the middle of what is promised of the whole table, SQLite keeps its pages in memory.

    And its log longer: a page that changes in every turn goes from there into the file once for many.
    """
    with _set_pragmas(SQLITE_ROOM):
        yield


@contextmanager
def room_for_sorting() -> Iterator[None]:
    """While an index is built over rows that stand, SQLite sorts short runs on both cores, then merges them.

    In much room it sorts one long run on one core, in a list that no processor's cache holds.
    """
    with _set_pragmas(SQLITE_SORTING):
        yield


def write_in_turns(pieces: Iterable[T], write: Callable[[T], None]) -> None:
    """Write pieces in as few transactions as let other writers wait not much longer than TURN_S.

    Few, because each writes every page of the indexes that it touched, and rows come in no order:
    a million in hundreds of transactions wrote twenty times what they take.
    """
    waiting = deque(pieces)
    while waiting:
        ends_at = monotonic() + TURN_S
        with transaction.atomic():
            write(waiting.popleft())
            while waiting and monotonic() < ends_at:
                write(waiting.popleft())


def insert_values(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of values as the database stores them, in the order of the names.

    names: attribute names of columns (`unit_id`, not `unit`); all that have no default in the database.
    Runs in the transaction it is called in; no signals are sent and nothing is checked but by the database.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(_write_copy(model, names)) as stream:
                for row in rows:
                    stream.write_row(row)
            return
        statement = _write_statement(model, names)
        running = iter(rows)
        while batch := list(islice(running, ROWS_AT_ONCE)):
            cursor.executemany(statement, batch)


def insert_columns(model: type[models.Model], columns: Mapping[str, pa.Array]) -> None:
    """The same of whole columns: one stream where the database takes one, else rows of plain values.

    columns: by attribute name; dates as such, JSON as text.
    """
    told = {name: _as_text(values) for name, values in columns.items()}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(_write_copy(model, tuple(told))) as stream:
                stream.write(write_copy_text(list(told.values())))
        else:
            rows = zip(*(values.to_pylist() for values in told.values()), strict=True)
            # Below Django's cursor, which would look at each of the values.
            cursor.connection.executemany(_write_statement(model, tuple(told)).replace("%s", "?"), rows)


def write_copy_text(columns: Sequence[pa.Array]) -> memoryview | bytes:
    """Columns as the lines that PostgreSQL's COPY reads: tabs between values, \\N for null."""
    if not columns or not len(columns[0]):
        return b""
    texts = [_escape(values) for values in columns]
    ends = pc.binary_join_element_wise(texts[-1], "", "\n", null_handling="replace", null_replacement=r"\N")
    lines = pc.binary_join_element_wise(
        *texts[:-1], ends, "\t", null_handling="replace", null_replacement=r"\N"
    )
    return memoryview(lines.buffers()[2])


@contextmanager
def _set_pragmas(wanted: Mapping[str, int]) -> Iterator[None]:
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        usual = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted}
        for name, value in wanted.items():
            cursor.execute(f"PRAGMA {name} = {value}")
        try:
            yield
        finally:
            for name, value in usual.items():
                cursor.execute(f"PRAGMA {name} = {value}")


def _as_text(values: pa.Array) -> pa.Array:
    return values.cast(pa.string()) if pa.types.is_date(values.type) else values


def _escape(values: pa.Array) -> pa.Array:
    if not pa.types.is_string(values.type):
        return values.cast(pa.string())
    found = bytes(values.buffers()[2] or b"")  # all rows at once: there is hardly ever anything to escape
    for character, escaped in _ESCAPES:
        if character.encode() in found:
            values = pc.replace_substring(values, character, escaped)
    return values


def _write_statement(model: type[models.Model], names: Sequence[str]) -> str:
    return f"INSERT INTO {_name_target(model, names)} VALUES ({', '.join(['%s'] * len(names))})"


def _write_copy(model: type[models.Model], names: Sequence[str]) -> str:
    return f"COPY {_name_target(model, names)} FROM STDIN"


def _name_target(model: type[models.Model], names: Sequence[str]) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(model._meta.get_field(name).column) for name in names)
    return f"{quote(model._meta.db_table)} ({columns})"
