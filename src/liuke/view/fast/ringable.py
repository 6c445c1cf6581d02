"""Which tallies rings can hold, and in which rings."""

from typing import TypeAlias

from liuke.view.fast.asks import Ask
from liuke.view.sources import SOURCES

Key: TypeAlias = tuple[str, str]  # what is tallied, and of which column
_CLOCKS = {"happened_at", "known_at"}


def can_ring(ask: Ask) -> bool:
    """Whether a tally adds up over segments of time, and days are enough to tell which rows it counts."""
    source = SOURCES[ask.source]
    if source.slow or not source.timed or ask.source == "dues" or ask.elapsed:
        return False
    if any(column in _CLOCKS for column, _ in ask.where):
        return False
    if ask.what == "days":
        return ask.of == "happened_at"
    by_day = ask.as_day and ask.of == "happened_at"
    return ask.what in ("count", "sum", "held", "usable", "low", "high") and (by_day or ask.of not in _CLOCKS)


def keys_of(ask: Ask) -> tuple[Key, ...]:
    """The rings an ask is read from: what is there is what was counted less what was not there."""
    match ask.what:
        case "held" | "usable":
            return ("count", ""), (f"not {ask.what}", ask.of or "")
        case "count" | "days":
            return ((ask.what, ""),)
        case _:
            return ((ask.what, ask.of or ""),)
