"""Which index answers a question about customers, where the database cannot know which is best.

SQLite counts no values. Of several indexes it takes one by rules of thumb, and read a quarter of a
million customers of a tier where a name would have found ten. So all columns but one are hidden from
it. PostgreSQL counts them when customers are published (`indexes.count_values`) and chooses itself.
"""

from collections.abc import Collection, Iterator
from copy import copy
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import Col
from django.db.models.lookups import Lookup
from django.db.models.sql.where import WhereNode

from liuke_desk.customers.lookups import Unindexed
from liuke_desk.customers.models import Profile

Rows = QuerySet[Profile]

# Columns that lists are narrowed by; the others of an index are always known or what it is for.
NARROWING = frozenset({"unit_id", "tier", "leave_kind", "manager_id", "p_ahead"})
FEW_UNITS = 3  # some ten thousand customers each; more of them are found sooner in a list of all


def find_by(rows: Rows, *columns: str) -> Rows:
    """The same rows, found by an index of these columns or of none that they are narrowed by."""
    found = rows.all()
    if connection.vendor == "sqlite":
        found.query.where = _hide(found.query.where, NARROWING - set(columns))
    return found


def find_narrowest(rows: Rows) -> Rows:
    """The same rows in no order, found by whatever leaves the fewest of them to look at."""
    named = {lookup.lhs.target.attname: lookup for lookup in _list_lookups(rows.query.where)}
    if "unit_id" in named and _count_values(named["unit_id"]) > FEW_UNITS:
        del named["unit_id"]
    best = next((name for name in ("manager_id", "unit_id", "p_ahead", "tier") if name in named), "")
    return find_by(rows.order_by(), best)


def _hide(where: WhereNode, columns: Collection[str]) -> WhereNode:
    hidden = where.create(connector=where.connector, negated=where.negated)
    hidden.children = [_hide_child(child, columns) for child in where.children]
    return hidden


def _hide_child(child: Any, columns: Collection[str]) -> Any:
    if isinstance(child, WhereNode):
        return _hide(child, columns)
    if not _is_plain(child) or child.lhs.target.attname not in columns:
        return child
    hidden = copy(child)
    hidden.lhs = Unindexed(child.lhs)
    return hidden


def _list_lookups(where: WhereNode) -> Iterator[Any]:
    for child in where.children:
        if isinstance(child, WhereNode):
            yield from _list_lookups(child)
        elif _is_plain(child):
            yield child


def _is_plain(child: Any) -> bool:
    return isinstance(child, Lookup) and isinstance(child.lhs, Col)


def _count_values(lookup: Any) -> int:
    return len(lookup.rhs) if isinstance(lookup.rhs, list | tuple | set) else 1
