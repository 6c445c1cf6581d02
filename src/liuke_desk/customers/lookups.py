"""Beginnings of texts, found by the index on both databases; and columns that no index shall answer."""

from typing import Any

from django.db.models import CharField, Func
from django.db.models.lookups import StartsWith

LAST = "\U0010ffff"


@CharField.register_lookup
class Begins(StartsWith):
    """Like `startswith`, which SQLite answers by reading the whole table and without regard to case."""

    lookup_name = "begins"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return StartsWith(self.lhs, self.rhs).as_sql(compiler, connection)

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        left, left_params = self.process_lhs(compiler, connection)
        return f"({left} >= %s AND {left} < %s)", [*left_params, self.rhs, *left_params, self.rhs + LAST]


class Unindexed(Func):
    """A column as it is; SQLite, which counts no values, looks into no index of it."""

    template = "%(expressions)s"
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)
