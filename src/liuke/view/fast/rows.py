"""The rows of one source in memory, and which of them each as-of day sees."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from liuke.ingest.canonical import TABLES
from liuke.view.fast.codes import DAY_US, HOUR_US, Codes, encode, weekdays
from liuke.view.fast.customers import Customers
from liuke.view.fast.reading import Reader
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


def read_rows(reader: Reader, source: str, wanted: Wanted, *, customers: Customers, days: AsOfDays) -> Rows:
    """The rows of a canonical table that any of the days sees, of customers that are known."""
    table = reader.read(source, columns_wanted(source, wanted.names))
    return rows_of(table, source, wanted, customers.places(table["customer_id"]), days=days)


def columns_wanted(source: str, columns: Collection[str]) -> list[str]:
    """Canonical columns to be read for the columns asked for, clocks and keys included."""
    canonical = TABLES[source]
    made = {"period_days", "hour", "weekday"} & set(columns)
    needed = {"customer_id", "known_at", *(set(columns) - made)}
    if "period_days" in made:
        needed |= {"period_start", "period_end"}
    if "happened_at" in canonical.schema.names:
        needed.add("happened_at")
    if SOURCES[source].slow:
        needed |= set(canonical.key)
    return [name for name in canonical.schema.names if name in needed]


def rows_of(table: pa.Table, source: str, wanted: Wanted, places: pa.Array, *, days: AsOfDays) -> Rows:
    """Rows with the days that see them; rows that no day sees or without a known customer are left out."""
    instants = {
        name: _instants(table, name) for name in ("known_at", "happened_at") if name in table.column_names
    }
    known = instants["known_at"]
    first = days.first_after(
        np.maximum(known, instants["happened_at"]) if "happened_at" in instants else known
    )
    until = np.full(len(known), len(days), dtype=np.int16)
    if SOURCES[source].slow:
        until = np.minimum(until, _replaced(table, source, known, first))
    kept = np.flatnonzero((first < until) & places.is_valid().to_numpy(zero_copy_only=False))
    if len(kept) < table.num_rows:
        table, places, first, until = (
            table.take(pa.array(kept)),
            places.take(pa.array(kept)),
            first[kept],
            until[kept],
        )
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
    return Rows(places.to_numpy(zero_copy_only=False).astype(np.int64), first, until, columns)


def _instants(table: pa.Table, name: str) -> np.ndarray:
    return encode(table[name], "instant").values


def _replaced(table: pa.Table, source: str, known: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Place of the first day that sees a later known row of the same key; beyond all where none does."""
    key = _key_codes(table, [name for name in TABLES[source].key if name != "known_at"])
    order = np.lexsort((known, key))[::-1]
    group = np.cumsum(np.diff(key[order], prepend=key[order[:1]]) != 0)
    # Each group lies wholly below the one before, so the running minimum begins anew with it.
    apart = group * (np.iinfo(np.int16).max + 1)
    earliest = np.minimum.accumulate(first[order] - apart) + apart
    replaced = np.full(len(known), np.iinfo(np.int16).max, dtype=np.int64)
    same = group[1:] == group[:-1]
    replaced[order[1:][same]] = earliest[:-1][same]
    return replaced


def _key_codes(table: pa.Table, names: Sequence[str]) -> np.ndarray:
    """One number for each different key."""
    key = np.zeros(table.num_rows, dtype=np.int64)
    for name in names:
        column = table[name].combine_chunks().dictionary_encode()
        column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        key = (
            key * (len(column.dictionary) + 1) + column.indices.fill_null(-1).to_numpy().astype(np.int64) + 1
        )
    return key


def _period_days(columns: Mapping[str, Codes]) -> Codes:
    start, end = columns["period_start"], columns["period_end"]
    valid = None if start.valid is None and end.valid is None else start.present() & end.present()
    return Codes("whole", end.values - start.values, valid)


def happened_on(seen: Seen) -> np.ndarray:
    """Day of each row, as days since 1970."""
    return seen.column("happened_at").values // DAY_US
