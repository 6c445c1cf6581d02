"""What customers were ever known by, with the days on which it counts: read once for all as-of days.

Customers and values are told apart by 64 bits of hash; of ten million values two that share them turn up
in one company of four hundred thousand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis import _

from liuke.store import Engine

Tables = Mapping[str, ibis.Table]
USED = ("circles", "devices", "payments", "customers")  # tables that all of it is read from
FOR_GOOD = np.iinfo(np.int32).max


@ibis.udf.scalar.builtin(name="hash")
def _hash(text: str) -> ibis.dtype("uint64"):  # type: ignore[valid-type]
    """DuckDB's own, without the detour over text that Ibis takes; Engine.hashes tells the same."""


@dataclass(frozen=True)
class Held:
    """Values of one kind that customers have: a row counts as of every day in (since, until].

    customer: place in Everything.customers. value: codes from 0, in the order of the hashes; so many are
    there. since, until: days from 1970-01-01, on which it was known and on which another took its place;
    until is None where nothing does.
    """

    customer: np.ndarray
    value: np.ndarray
    since: np.ndarray
    until: np.ndarray | None
    values: int

    def as_of(self, day: date) -> tuple[np.ndarray, np.ndarray]:
        """customer and value of all that counts as of a day, nothing twice."""
        number = day.toordinal() - date(1970, 1, 1).toordinal()
        counts = self.since < number
        if self.until is not None:
            counts &= self.until >= number
        return self.customer[counts], self.value[counts]


@dataclass(frozen=True)
class Everything:
    """All that customers were ever known by. customers: their hashes, ascending.

    kinds: contact (numbers they talk with), phone (their own, coded as contacts are), device, identity,
    address, payer.
    """

    customers: np.ndarray
    kinds: Mapping[str, Held]

    def places(self, customer_ids: pa.ChunkedArray, engine: Engine) -> np.ndarray:
        """Where each customer stands among `customers`; -1 for one who is known by nothing."""
        (hashes,) = engine.hashes(pa.table({"customer_id": customer_ids}), ["customer_id"])
        hashes = hashes.view(np.int64)
        if not len(self.customers):
            return np.full(len(hashes), -1)
        place = np.minimum(np.searchsorted(self.customers, hashes), len(self.customers) - 1)
        return np.where(self.customers[place] == hashes, place, -1)

    def keep(self, folder: Path) -> "Everything":
        """The same out of files in a folder, so that it takes no memory of its own.

        Nobody sees the files: they are gone with what holds them, though a process be killed.
        """
        kept = {
            kind: replace(
                held,
                customer=_map(held.customer, folder),
                value=_map(held.value, folder),
                since=_map(held.since, folder),
                until=None if held.until is None else _map(held.until, folder),
            )
            for kind, held in self.kinds.items()
        }
        return Everything(self.customers, kept)


def _map(array: np.ndarray, folder: Path) -> np.ndarray:
    file = folder / "array.npy"
    np.save(file, array)
    mapped: np.ndarray = np.load(file, mmap_mode="r")
    file.unlink()
    return mapped


def read_everything(tables: Tables, engine: Engine) -> Everything:
    """One reading of USED. What counts as of a day does not depend on what was told from that day on."""
    read = {
        "contact": _read_seen(tables["circles"], "counterpart", engine),
        "phone": _read_latest(tables["customers"], "phone", engine),
        "device": _read_seen(tables["devices"], "device_id", engine),
        "identity": _read_latest(tables["customers"], "id_number", engine),
        "address": _read_latest(tables["customers"], "address", engine),
        "payer": _read_seen(tables["payments"], "payer_account", engine),
    }
    customers, places = _code([rows["customer"] for rows in read.values()])
    of_kind = dict(zip(read, places, strict=True))
    kinds = {}
    for together in (("contact", "phone"), *((kind,) for kind in ("device", "identity", "address", "payer"))):
        values, codes = _code([read[kind]["value"] for kind in together])
        for kind, code in zip(together, codes, strict=True):
            kinds[kind] = Held(of_kind[kind], code, *_days(read[kind]), values=len(values))
    return Everything(customers, kinds)


def _read_seen(rows: ibis.Table, column: str, engine: Engine) -> pa.Table:
    """Values that stay with a customer from the first row on that has happened and is known."""
    told = rows.filter(_[column].notnull(), _[column] != "", _.happened_at.notnull(), _.known_at.notnull())
    told_at = ibis.greatest(told.happened_at, told.known_at)
    pairs = told.group_by(customer=_hash(told.customer_id), value=_hash(told[column]))
    return engine.to_arrow(pairs.agg(since=told_at.min().cast("date")))


def _read_latest(customers: ibis.Table, column: str, engine: Engine) -> pa.Table:
    """Values of a slowly changing column: the last one known counts, and none if that is empty."""
    text = customers[column].re_replace(r"\s", "")
    value = ibis.ifelse(text != "", _hash(text), ibis.null("uint64"))
    rows = customers.filter(_.known_at.notnull()).select(
        "known_at", customer=_hash(customers.customer_id), value=value
    )
    return _in_turn(engine.to_arrow(rows))


def _in_turn(rows: pa.Table) -> pa.Table:
    """The last row of each customer's day, until the day of the next."""
    customer = rows["customer"].to_numpy()
    known_at = rows["known_at"].cast(pa.timestamp("us")).to_numpy()
    order = np.lexsort((known_at, customer))
    customer, day = customer[order], known_at[order].astype("datetime64[D]").astype(np.int32)
    same_customer = np.append(customer[1:] == customer[:-1], False)[: len(day)]
    last = ~(same_customer & np.append(day[1:] == day[:-1], False)[: len(day)])
    customer, day, same_customer = customer[last], day[last], same_customer[last]
    until = np.where(same_customer, np.append(day[1:], FOR_GOOD)[: len(day)], FOR_GOOD)
    turns = {"customer": customer, "since": day, "until": until.astype(np.int32)}
    value = rows["value"].take(pa.array(order[last]))
    return pa.table(turns | {"value": value}).filter(pc.is_valid(value))


def _days(rows: pa.Table) -> tuple[np.ndarray, np.ndarray | None]:
    since = rows["since"].cast(pa.int32()).to_numpy()
    return since, rows["until"].to_numpy() if "until" in rows.column_names else None


def _code(columns: Sequence[pa.ChunkedArray]) -> tuple[np.ndarray, list[np.ndarray]]:
    """The different hashes of some columns, ascending, and for each column the place of its rows' there."""
    together = pa.chunked_array([chunk for column in columns for chunk in column.chunks], pa.uint64())
    coded = pa.concat_arrays(together.chunks or [pa.array([], pa.uint64())]).dictionary_encode()
    found = coded.dictionary.to_numpy().view(np.int64)
    order = np.argsort(found)
    rank = np.zeros(len(found), np.int32)
    rank[order] = np.arange(len(found), dtype=np.int32)
    edges = np.cumsum([len(column) for column in columns])[:-1]
    return found[order], np.split(rank[coded.indices.to_numpy()], edges)
