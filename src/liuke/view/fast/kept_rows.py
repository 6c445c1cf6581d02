"""Rows of batches that are kept, to be tallied one by one for each as-of day."""

from collections.abc import Collection

import numpy as np
import pyarrow as pa

from liuke.view.fast.arrays import rows_at
from liuke.view.fast.asks import Ask
from liuke.view.fast.batches import Batch
from liuke.view.fast.codes import DAY_US, Codes, encode, summable
from liuke.view.fast.rows import Rows, Seen
from liuke.view.fast.seen import AsOfDays
from liuke.view.fast.tally import RowTally
from liuke.view.sources import SOURCES

_FRESH = "days that no other row has"  # no column is called so


class KeptRows:
    """Rows of one source as batches bring them."""

    def __init__(self, days: AsOfDays, columns: Collection[str]):
        self._days = days
        self._columns = set(columns)
        self._parts: list[tuple[Batch, np.ndarray]] = []
        self._rows: Rows | None = None

    def add(self, batch: Batch, rows: np.ndarray, fresh: np.ndarray) -> None:
        """Keep rows of a batch. fresh: groups in which no row counted in time shares the row's day."""
        if len(rows):
            chosen = (batch.customer[rows], batch.happened_on[rows], batch.known_on[rows])
            held = batch.table.select([name for name in batch.table.column_names if name in self._columns])
            taken = Batch(batch.source, *chosen, held.take(rows_at(rows)))
            self._parts.append((taken, fresh))

    def at(self, place: int) -> Seen | None:
        """What the as-of day at a place sees of them."""
        if self._rows is None and self._parts:
            self._rows = self._gather()
        return None if self._rows is None else self._rows.at(place)

    def _gather(self) -> Rows:
        batches = [batch for batch, _ in self._parts]
        happened_on = np.concatenate([batch.happened_on for batch in batches]).astype(np.int64)
        known_on = np.concatenate([batch.known_on for batch in batches])
        table = pa.concat_tables([batch.table for batch in batches], promote_options="permissive")
        table, kinds = table.unify_dictionaries().combine_chunks(), SOURCES[batches[0].source].columns
        columns = {name: encode(table[name], kinds[name]) for name in table.column_names if name in kinds}
        columns["happened_at"] = Codes("instant", happened_on * DAY_US)
        columns[_FRESH] = Codes("whole", np.concatenate([fresh for _, fresh in self._parts]))
        first = self._days.first_after(np.maximum(happened_on, known_on) * DAY_US)
        customer = np.concatenate([batch.customer for batch in batches]).astype(np.int64)
        self._parts = []
        return Rows(customer, first, np.full(len(first), len(self._days), np.int16), columns)


class LateTally:
    """Adds rows that became known late to what was tallied of the others."""

    def __init__(self, seen: Seen | None, place: int, days: AsOfDays):
        self._seen = seen
        if self._seen is not None:
            self._tally = RowTally(self._seen, customers=0, days=days, place=place)

    def add_to(self, values: np.ndarray, ask: Ask, group: int | None) -> None:
        """Change a tally in place. group: of a count of days, the one that it counts."""
        if self._seen is None:
            return
        rows, column = self._tally.rows(ask)
        customer = self._seen.customer[rows]
        if ask.what == "days":
            assert column is not None
            fresh = self._seen.column(_FRESH).values[rows] >> (group or 0) & 1 == 1
            pairs = np.unique(np.stack([customer[fresh], column.values[fresh]]), axis=1)
            np.add.at(values, pairs[0], 1)
        elif ask.what == "sum":
            assert column is not None
            np.add.at(values, customer, summable(column)[0])
        elif ask.what in ("low", "high"):
            assert column is not None
            change = np.minimum if ask.what == "low" else np.maximum
            change.at(values, customer, column.values)
        else:
            np.add.at(values, customer, 1)
