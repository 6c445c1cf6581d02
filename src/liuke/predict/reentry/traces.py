"""What people leave behind and bring along: numbers they talk with, devices, identity, address, purse.

Every trace is a pair of a customer and a hashed value, told with how many customers have the value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import ibis
import numpy as np
import pyarrow as pa
from ibis import _

from liuke.predict.account_spells import known
from liuke.predict.reentry.parties import Parties
from liuke.predict.reentry.settings import ReentrySettings
from liuke.store import Engine

Tables = Mapping[str, ibis.Table]
MARKS = ("device", "identity", "address", "payer")


@dataclass(frozen=True)
class Side:
    """Traces of one side: rows of the party, hashed values, and how many customers have each value."""

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
    tables: Tables, parties: Parties, engine: Engine, *, as_of: date, settings: ReentrySettings
) -> dict[str, Trace]:
    """Traces by kind: `contact` and MARKS. Values that nobody else has, or too many have, are left out."""
    sources = {"contact": _contacts(tables, as_of=as_of)} | _marks(tables, as_of=as_of)
    roll = ibis.memtable(parties.roll())
    return {
        kind: _trace(source, roll, parties, engine, most=settings.common_above)
        for kind, source in sources.items()
    }


def _contacts(tables: Tables, *, as_of: date) -> ibis.Table:
    """Numbers that customers talk with, and numbers of customers who talk with them."""
    circles = known(tables["circles"], by=as_of).select("customer_id", value=_.counterpart).distinct()
    phones = _latest(tables, "phone", as_of=as_of)
    owners = phones.select(owner_id=_.customer_id, value=_.value)
    callers = phones.select("customer_id", phone=_.value)
    called = circles.inner_join(owners, "value").select("owner_id", "customer_id")
    back = called.inner_join(callers, "customer_id").select(customer_id=_.owner_id, value=_.phone)
    return circles.union(back, distinct=True)


def _marks(tables: Tables, *, as_of: date) -> dict[str, ibis.Table]:
    devices = known(tables["devices"], by=as_of).select("customer_id", value=_.device_id)
    payers = known(tables["payments"], by=as_of).select("customer_id", value=_.payer_account)
    found = {
        "device": devices,
        "identity": _latest(tables, "id_number", as_of=as_of),
        "address": _latest(tables, "address", as_of=as_of),
        "payer": payers,
    }
    return {kind: rows.filter(_.value.notnull(), _.value != "").distinct() for kind, rows in found.items()}


def _latest(tables: Tables, column: str, *, as_of: date) -> ibis.Table:
    rows = known(tables["customers"], by=as_of)
    latest = rows.group_by("customer_id").agg(value=rows[column].argmax(rows.known_at))
    return latest.filter(_.value.notnull(), _.value != "").mutate(value=_.value.re_replace(r"\s", ""))


def _trace(source: ibis.Table, roll: ibis.Table, parties: Parties, engine: Engine, *, most: int) -> Trace:
    hashed = source.select("customer_id", value=_.value.hash())
    counted = hashed.group_by("value").agg(holders=_.count())
    shared = counted.filter(_.holders >= 2, _.holders <= most)
    mine = hashed.inner_join(roll, "customer_id")
    kept = mine.left_join(shared, "value").select("leaver", "newcomer", "value", "holders")
    rows = engine.to_arrow(kept)
    total = engine.to_arrow(hashed.agg(n=_.customer_id.nunique()))["n"][0].as_py()
    sides = {
        name: _side(rows, name, len(party))
        for name, party in (("leaver", parties.leavers), ("newcomer", parties.newcomers))
    }
    return Trace(sides["leaver"], sides["newcomer"], int(total))


def _side(rows: pa.Table, name: str, count: int) -> Side:
    mine = rows.filter(pa.compute.is_valid(rows[name]))
    has_any = np.zeros(count, bool)
    has_any[mine[name].to_numpy()] = True
    useful = mine.filter(pa.compute.is_valid(mine["holders"]))
    party, values, holders = (
        useful[column].to_numpy().astype(np.int64) for column in (name, "value", "holders")
    )
    order = np.lexsort((values, party))
    return Side(party[order], values[order], holders[order], has_any)
