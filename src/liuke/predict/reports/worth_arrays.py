"""What customers were worth in each month, in arrays: what `value_months` says, of a large company.

A bill tells in several months. To write it down once for each of them and add up by customer and month takes
the engine several times as long as to add it to a column of each.
"""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.kernel.days import add_months
from liuke.predict.reports.standing import ReportInputs, with_ahead
from liuke.predict.reports.worth import list_spending
from liuke.store import Engine
from liuke.view.fast.arrays import array_of, is_known, values_of

UNTOLD = np.iinfo(np.int64).min  # a value that is not known

_EPOCH = date(1970, 1, 1).toordinal()
_ROWS_AT_ONCE = 1 << 22  # looked up among all customers, who are laid out anew each time


def read_values(
    inputs: ReportInputs, ids: pa.Array, engine: Engine
) -> tuple[pa.Array, np.ndarray, np.ndarray]:
    """ids, with those behind them who have a value and nothing else; months; values by month and place."""
    days = sorted({each.starts_on for each in with_ahead(inputs.months, inputs.as_of)})
    spending = list_spending(
        inputs.tables, inputs.definition, has_bills=inputs.has_bills, known_by=inputs.as_of
    )
    spent, strangers = _Spent(inputs, days, len(ids) + 1), []
    for batch in engine.batches(spending, rows=_ROWS_AT_ONCE):
        rows = pa.Table.from_batches([batch])
        place = places_among(rows["customer_id"], ids)
        is_there = place < len(ids)
        if not is_there.all():
            strangers.append(rows.filter(array_of(~is_there, pa.bool_())))
            rows, place = rows.filter(array_of(is_there, pa.bool_())), place[is_there]
        spent.add(rows, place)
    values, months = spent.values(), np.array([_days(day) for day in days], np.int32)
    if not strangers:
        return ids, months, values
    others = pa.concat_tables(strangers)
    found = pc.unique(others["customer_id"])
    of_others = _Spent(inputs, days, len(found) + 1)
    of_others.add(others, places_among(others["customer_id"], found))
    return pa.concat_arrays([ids, found]), months, np.hstack([values[:, :-1], of_others.values()])


def places_among(customers: pa.Array | pa.ChunkedArray, ids: pa.Array) -> np.ndarray:
    """Where customers stand among ids; after the last who is none of them."""
    return values_of(pc.index_in(customers, value_set=ids), len(ids)).astype(np.int64)


@dataclass
class _Spent:
    """Sums of fen and of the months they are for, by month told of and customer."""

    inputs: ReportInputs
    days: list[date]
    customers: int
    _fen: np.ndarray = field(init=False)
    _months: np.ndarray = field(init=False)
    _is_told: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        shape = len(self.days), self.customers
        self._fen, self._months = np.zeros(shape, np.int64), np.zeros(shape, np.int32)
        self._is_told = np.zeros(shape, bool)

    def add(self, rows: pa.Table, place: np.ndarray) -> None:
        on, is_told = values_of(pc.cast(rows["on"], pa.int32())), is_known(rows["fen"])
        fen, months = (values_of(pc.cast(rows[name], pa.int64())) for name in ("fen", "months"))
        for row, day in enumerate(self.days):
            first, last = self._window(day)
            behind = np.flatnonzero((on >= first) & (on < last))
            whose = place[behind]
            np.add.at(self._fen[row], whose, fen[behind])
            np.add.at(self._months[row], whose, months[behind].astype(np.int32))
            self._is_told[row, whose[is_told[behind]]] = True

    def _window(self, day: date) -> tuple[int, int]:
        """Days whose spending tells of a month: a period that ends as the month begins is behind it."""
        end = 1 if self.inputs.has_bills else 0
        return _days(add_months(day, -self.inputs.terms.value_months)) + end, _days(day) + end

    def values(self) -> np.ndarray:
        """The monthly margin of each; UNTOLD where nothing tells."""
        found = np.full(self._fen.shape, UNTOLD)
        behind = self.inputs.terms.value_months
        for row, is_told in enumerate(self._is_told):
            told = np.flatnonzero(is_told)
            months = self._months[row, told] if self.inputs.has_bills else behind
            found[row, told] = _round(self._fen[row, told] / months * self.inputs.margin_rate)
        return found


def _round(values: np.ndarray) -> np.ndarray:
    """To the nearest whole number, a half away from nought, as the engine does."""
    whole = np.trunc(values)
    return (whole + np.copysign(np.abs(values - whole) >= 0.5, values)).astype(np.int64)


def _days(day: date) -> int:
    return day.toordinal() - _EPOCH
