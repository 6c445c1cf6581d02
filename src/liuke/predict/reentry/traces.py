"""What people leave behind and bring along: numbers they talk with, devices, identity, address, purse.

Every trace is a pair of a customer and a coded value, told with how many customers have the value.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from liuke.predict.reentry.contacts import find_contacts
from liuke.predict.reentry.held import Everything, Tables, read_everything
from liuke.predict.reentry.parties import Parties
from liuke.predict.reentry.settings import ReentrySettings
from liuke.store import Engine

MARKS = ("device", "identity", "address", "payer")


@dataclass(frozen=True)
class Side:
    """Traces of one side: rows of the party, coded values, and how many customers have each value."""

    rows: np.ndarray
    values: np.ndarray
    holders: np.ndarray
    has_any: np.ndarray  # of each row of the party: whether anything of the kind is known of them


@dataclass(frozen=True)
class Trace:
    """One kind of trace on both sides. customers: how many customers it is known of."""

    leavers: Side
    newcomers: Side
    customers: int

    @property
    def is_known(self) -> bool:
        return bool(self.leavers.has_any.any() and self.newcomers.has_any.any())


def find_traces(
    tables: Tables,
    parties: Parties,
    engine: Engine,
    *,
    as_of: date,
    settings: ReentrySettings,
    everything: Everything | None = None,
) -> dict[str, Trace]:
    """Traces by kind: `contact` and MARKS. Values that one side lacks, or too many have, are left out.

    everything: what was read of the same tables before, for whatever day.
    """
    everything = read_everything(tables, engine) if everything is None else everything
    sides = [
        (everything.places(party["customer_id"], engine), len(party))
        for party in (parties.leavers, parties.newcomers)
    ]
    rows = [_rows(places, len(everything.customers)) for places, _ in sides]
    counts = [count for _, count in sides]
    found = {"contact": find_contacts(everything, as_of=as_of)}
    found |= {kind: everything.kinds[kind].as_of(as_of) for kind in MARKS}
    return {
        kind: _trace(customer, value, rows, counts, everything.kinds[kind].values, settings.common_above)
        for kind, (customer, value) in found.items()
    }


def _rows(places: np.ndarray, customers: int) -> np.ndarray:
    """Row of each customer in a party; -1 for those who are not in it."""
    rows = np.full(customers, -1, np.int32)
    known = places >= 0
    rows[places[known]] = np.flatnonzero(known)
    return rows


def _trace(
    customer: np.ndarray,
    value: np.ndarray,
    rows: list[np.ndarray],
    counts: list[int],
    values: int,
    most: int,
) -> Trace:
    holders = np.bincount(value, minlength=values)
    told = np.zeros(len(rows[0]), bool)
    told[customer] = True
    useful = (holders >= 2) & (holders <= most)
    taken = [row[customer] for row in rows]
    for each in taken:
        has = np.zeros(values, bool)
        has[value[each >= 0]] = True
        useful &= has
    of_use = useful[value]
    leavers, newcomers = (
        _side(row[told], each, value, of_use, holders, count)
        for row, each, count in zip(rows, taken, counts, strict=True)
    )
    return Trace(leavers, newcomers, int(told.sum()))


def _side(
    told: np.ndarray, rows: np.ndarray, value: np.ndarray, of_use: np.ndarray, holders: np.ndarray, count: int
) -> Side:
    has_any = np.zeros(count, bool)
    has_any[told[told >= 0]] = True
    mine = of_use & (rows >= 0)
    party, values = rows[mine].astype(np.int64), value[mine].astype(np.int64)
    order = np.lexsort((values, party))
    party, values = party[order], values[order]
    return Side(party, values, holders[values], has_any)
