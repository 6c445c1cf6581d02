"""Which tallies rings can hold, and in which rings."""

from typing import TypeAlias

from liuke.view.fast.asks import Ask
from liuke.view.sources import SOURCES

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
    if source.slow or not source.timed or ask.source == "dues" or ask.elapsed:
        return False
    return not any(column in _APART for column, _ in ask.where)


def keys_of(ask: Ask) -> tuple[Key, ...]:
    """The rings an ask is read from: what is there is what was counted less what was not there."""
    match ask.what:
        case "held" | "usable":
            return ("count", ""), (f"not {ask.what}", ask.of or "")
        case "count" | "days":
            return ((ask.what, ""),)
        case _:
            return ((ask.what, ask.of or ""),)
