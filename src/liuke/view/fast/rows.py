"""The rows of one source in memory, and which of them each as-of day sees."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from liuke.ingest.canonical import TABLES
from liuke.view.fast.codes import DAY_US, HOUR_US, Codes, encode, weekdays
from liuke.view.fast.customers import Customers
from liuke.view.fast.reading import Held, Reader
from liuke.view.fast.replacing import replaced_on
from liuke.view.fast.seen import AsOfDays
from liuke.view.sources import SOURCES


@dataclass(frozen=True)
class Seen:
    """Rows as one as-of day sees them: place of the customer, and columns on demand."""

    customer: np.ndarray
    column: Callable[[str], Codes]


@dataclass(frozen=True)
class Rows:
    """Rows of one source.

    first, until: a row is seen by the as-of days at places [first, until).
    """

    customer: np.ndarray
    first: np.ndarray
    until: np.ndarray
    columns: Mapping[str, Codes]

    def at(self, place: int) -> Seen:
        """What the as-of day at a place sees."""
        chosen = np.flatnonzero((self.first <= place) & (place < self.until))
        taken: dict[str, Codes] = {}

        def column(name: str) -> Codes:
            if name not in taken:
                taken[name] = self.columns[name].take(chosen)
            return taken[name]

        return Seen(self.customer[chosen], column)


@dataclass(frozen=True)
class Wanted:
    """Columns of a source that tallies read; of text, those whose order matters."""

    names: frozenset[str]
    ordered: frozenset[str] = frozenset()


def read_rows(
    reader: Reader,
    source: str,
    wanted: Wanted,
    *,
    customers: Customers,
    days: AsOfDays,
    since: int | None = None,
) -> Rows:
    """The rows of a canonical table that any of the days sees, of customers in the run.

    since: day before which no happening is wanted.
    """
    columns = columns_wanted(source, wanted.names)
    before = int(days.numbers[-1])
    return rows_of(
        reader.read_of(source, columns, customers, since=since, before=before), source, wanted, days=days
    )


def columns_wanted(source: str, columns: Collection[str]) -> list[str]:
    """Canonical columns to be read for the columns asked for, clocks included."""
    canonical = TABLES[source]
    made = {"period_days", "hour", "weekday"} & set(columns)
    needed = {"known_at", *(set(columns) - made)}
    if "period_days" in made:
        needed |= {"period_start", "period_end"}
    if "happened_at" in canonical.schema.names:
        needed.add("happened_at")
    return [name for name in canonical.schema.names if name in needed]


def rows_of(held: Held, source: str, wanted: Wanted, *, days: AsOfDays) -> Rows:
    """Rows with the days that see them; rows that no day sees or of nobody in the run are left out."""
    table, place = held.rows, held.place
    instants = {
        name: _instants(table, name) for name in ("known_at", "happened_at") if name in table.column_names
    }
    known = instants["known_at"]
    seen = np.maximum(known, instants["happened_at"]) if "happened_at" in instants else known
    first = days.first_after(seen)
    until = np.full(len(known), len(days), dtype=np.int16)
    if SOURCES[source].slow:
        replaced = held.replaced_on
        replaced = replaced_on(table, source, known, seen) if replaced is None else replaced
        until = np.minimum(until, days.first_after_days(replaced))
    kept = np.flatnonzero((first < until) & (place >= 0))
    if len(kept) < table.num_rows:
        table, place, first, until = table.take(pa.array(kept)), place[kept], first[kept], until[kept]
    used = {*wanted.names, "known_at", "happened_at", "period_start", "period_end"}
    columns = {
        name: encode(table[name], SOURCES[source].columns[name], ordered=name in wanted.ordered)
        for name in table.column_names
        if name in used
    }
    if "period_start" in columns and "period_end" in columns:
        columns["period_days"] = _period_days(columns)
    if "hour" in wanted.names:
        columns["hour"] = Codes("whole", columns["happened_at"].values // HOUR_US % 24)
    if "weekday" in wanted.names:
        columns["weekday"] = Codes("whole", weekdays(columns["happened_at"].days()))
    return Rows(place.astype(np.int64), first, until, columns)


def _instants(table: pa.Table, name: str) -> np.ndarray:
    return encode(table[name], "instant").values


def _period_days(columns: Mapping[str, Codes]) -> Codes:
    start, end = columns["period_start"], columns["period_end"]
    valid = None if start.valid is None and end.valid is None else start.present() & end.present()
    return Codes("whole", end.values - start.values, valid)


def happened_on(seen: Seen) -> np.ndarray:
    """Day of each row, as days since 1970."""
    return seen.column("happened_at").values // DAY_US
