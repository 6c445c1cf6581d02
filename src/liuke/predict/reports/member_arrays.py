"""Members of every dimension by the number of a customer: what `with_members` joins, in arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.predict.reports.members import FEN, OF_ACCOUNT, account_spells, unit_spells
from liuke.predict.reports.spells import Spells, say
from liuke.predict.reports.standing import ReportInputs
from liuke.predict.reports.tables import REPORT_CUSTOMERS
from liuke.predict.reports.terms import UNKNOWN, ReportTerms
from liuke.predict.reports.worth_arrays import UNTOLD, places_among, read_values
from liuke.store import Engine
from liuke.view.fast.arrays import array_of, values_of


@dataclass(frozen=True)
class Members:
    """What customers belonged to. ids: of each place; of the place after the last nothing is known.

    came_at: microseconds since 1970, is_told: whether it is known. values: in fen, months by customers.
    """

    ids: pa.Array
    units: Spells
    accounts: Spells
    came_at: np.ndarray
    is_told: np.ndarray
    months: np.ndarray  # the first day of each, as days since 1970, ascending
    values: np.ndarray
    terms: ReportTerms
    as_of: date

    def places(self, customers: pa.ChunkedArray) -> np.ndarray:
        """Where customers stand among `ids`; after the last who is none of them."""
        return places_among(customers, self.ids)

    def tell(self, rows: pa.Table, customer: np.ndarray) -> pa.Table:
        """The rows of REPORT_CUSTOMERS. rows: without members; customer: the place of each row's."""
        at = values_of(rows["at"])
        unit, account = self.units.at(customer, at), self.accounts.at(customer, at)
        value = self._value(customer, values_of(pc.cast(rows["month"], pa.int32())))
        told: dict[str, pa.Array | pa.ChunkedArray] = {name: rows[name] for name in rows.column_names}
        told["as_of"] = pa.repeat(pa.scalar(self.as_of), len(rows))
        told["unit_id"] = self.units.texts["unit_id"].at(unit)
        told |= {name: self.accounts.texts[name].at(account) for name in OF_ACCOUNT}
        told["tenure"] = self._tenure(customer, at)
        told["value_band"] = self._value_band(value)
        told["value_fen"] = array_of(value, pa.int64(), value != UNTOLD)
        return pa.table({field.name: told[field.name].cast(field.type) for field in REPORT_CUSTOMERS})

    def _value(self, customer: np.ndarray, month: np.ndarray) -> np.ndarray:
        place = np.minimum(np.searchsorted(self.months, month), len(self.months) - 1)
        return np.where(self.months[place] == month, self.values[place, customer], UNTOLD)

    def _tenure(self, customer: np.ndarray, at: np.ndarray) -> pa.Array:
        months, days = _calendar(at)
        came_in, came_on = _calendar(self.came_at)
        whole = months - came_in[customer] - (days < came_on[customer])
        return _band(whole, self.is_told[customer], [(b.name, b.from_months) for b in self.terms.tenure])

    def _value_band(self, value: np.ndarray) -> pa.Array:
        return _band(value, value != UNTOLD, [(b.name, b.from_yuan * FEN) for b in self.terms.value])


def read_members(inputs: ReportInputs, arrivals: pa.Table, engine: Engine) -> Members:
    """arrivals: as first_arrivals finds them by the as-of day."""
    units = engine.to_arrow(unit_spells(inputs.tables, known_by=inputs.as_of))
    accounts = engine.to_arrow(account_spells(inputs.tables, known_by=inputs.as_of))
    named = [chunk for table in (arrivals, units, accounts) for chunk in table["customer_id"].chunks]
    ids = pc.unique(pa.chunked_array(named, pa.string()))
    ids, months, values = read_values(inputs, ids, engine)
    count = len(ids) + 1
    came_at, is_told = np.zeros(count, np.int64), np.zeros(count, bool)
    who = places_among(arrivals["customer_id"], ids)
    came_at[who], is_told[who] = values_of(arrivals["came_at"]), values_of(arrivals["is_known"])
    return Members(
        ids,
        Spells.of(units, places_among(units["customer_id"], ids), count, ("unit_id",)),
        Spells.of(accounts, places_among(accounts["customer_id"], ids), count, OF_ACCOUNT),
        came_at,
        is_told,
        months,
        values,
        inputs.terms,
        inputs.as_of,
    )


def _calendar(instants: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Months since 1970 and days of the month, of instants in microseconds."""
    days = instants.view("datetime64[us]").astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    return months.astype(np.int64), (days - months.astype("datetime64[D]")).astype(np.int64)


def _band(values: np.ndarray, known: np.ndarray, bands: Sequence[tuple[str, int]]) -> pa.Array:
    """The name of the last band whose edge is reached, the first below all edges; "" where not known."""
    names = pa.array([*(name for name, _ in bands), UNKNOWN], pa.string())
    reached = np.searchsorted(np.array([edge for _, edge in bands[1:]], np.int64), values, side="right")
    return say(names, np.where(known, reached, len(bands)))
