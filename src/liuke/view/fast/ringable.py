"""Which tallies rings can hold, and in which rings."""

from collections.abc import Iterable
from typing import TypeAlias

from liuke.ingest.canonical import TABLES
from liuke.view.fast.asks import Ask, Where
from liuke.view.sources import SOURCES

MOST_CONDITIONS = 16  # the table of all their combinations stays small

Key: TypeAlias = tuple[str, str]  # what is tallied, and of which column
_APART = {"customer_id", "happened_at", "known_at"}  # what batches hold as places and days


def can_keep(ask: Ask) -> bool:
    """Whether it counts different values and days are enough to tell in which rows."""
    return ask.what == "distinct" and _by_days(ask) and ask.of not in _APART


def can_ring(ask: Ask) -> bool:
    """Whether a tally adds up over segments of time, and days are enough to tell which rows it counts."""
    if not _by_days(ask):
        return False
    if ask.what == "days":
        return ask.of == "happened_at"
    by_day = ask.as_day and ask.of == "happened_at"
    return ask.what in ("count", "sum", "held", "usable", "low", "high") and (by_day or ask.of not in _APART)


def _by_days(ask: Ask) -> bool:
    source = SOURCES[ask.source]
    if source.slow or not source.timed or ask.source not in TABLES or ask.elapsed:
        return False
    return not any(column in _APART for column, _ in ask.where)


def ring_groups(asks: Iterable[Ask]) -> list[list[Ask]]:
    """Asks that share rings: their conditions are on the same columns, so that classes of rows stay few."""
    by_columns: dict[tuple[str, ...], dict[Where, list[Ask]]] = {}
    for ask in asks:
        columns = tuple(name for name, _ in ask.where)
        by_columns.setdefault(columns, {}).setdefault(ask.where, []).append(ask)
    unconditional = by_columns.pop((), {})
    if unconditional:
        by_columns.setdefault(min(by_columns, key=len, default=()), {}).update(unconditional)
    groups = []
    for by_where in by_columns.values():
        alike = list(by_where.values())
        for start in range(0, len(alike), MOST_CONDITIONS):
            groups.append([ask for asks in alike[start : start + MOST_CONDITIONS] for ask in asks])
    return groups


def keys_of(ask: Ask) -> tuple[Key, ...]:
    """The rings an ask is read from: what is there is what was counted less what was not there."""
    match ask.what:
        case "held" | "usable":
            return ("count", ""), (f"not {ask.what}", ask.of or "")
        case "count" | "days":
            return ((ask.what, ""),)
        case _:
            return ((ask.what, ask.of or ""),)
