"""Rows that became known after an as-of day on which they had happened already."""

import numpy as np
import pyarrow as pa

from liuke.view.fast.asks import Ask
from liuke.view.fast.batches import Batch
from liuke.view.fast.codes import DAY_US, Codes, encode, summable
from liuke.view.fast.rows import Rows
from liuke.view.fast.seen import AsOfDays
from liuke.view.fast.tally import RowTally
from liuke.view.sources import SOURCES

_FRESH = "days that no other row has"  # no column is called so


class LateRows:
    """Late rows of one source as batches bring them."""

    def __init__(self, days: AsOfDays):
        self._days = days
        self._parts: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, pa.Table]] = []
        self._rows: Rows | None = None

    def add(self, batch: Batch, rows: np.ndarray, fresh: np.ndarray) -> None:
        """Keep rows of a batch. fresh: groups in which no row counted in time shares the row's day."""
        if len(rows):
            table = batch.table.take(pa.array(rows))
            self._parts.append(
                (batch.customer[rows], batch.happened_on[rows], batch.known_on[rows], fresh, table)
            )

    def at(self, place: int, source: str) -> "LateTally":
        """What the as-of day at a place sees of them."""
        if self._rows is None and self._parts:
            self._rows = self._gather(source)
        return LateTally(self._rows, place, self._days)

    def _gather(self, source: str) -> Rows:
        customer, happened_on, known_on, fresh = (
            np.concatenate([part[number] for part in self._parts]).astype(np.int64) for number in range(4)
        )
        table = pa.concat_tables([part[4] for part in self._parts], promote_options="permissive")
        table = table.unify_dictionaries().combine_chunks()
        kinds = SOURCES[source].columns
        columns = {name: encode(table[name], kinds[name]) for name in table.column_names if name in kinds}
        columns |= {
            "happened_at": Codes("instant", happened_on * DAY_US),
            _FRESH: Codes("whole", fresh),
        }
        first = self._days.first_after(np.maximum(happened_on, known_on) * DAY_US)
        return Rows(customer, first, np.full(len(first), len(self._days), np.int16), columns)


class LateTally:
    """Adds late rows to what was tallied of the others."""

    def __init__(self, rows: Rows | None, place: int, days: AsOfDays):
        self._seen = None if rows is None else rows.at(place)
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
