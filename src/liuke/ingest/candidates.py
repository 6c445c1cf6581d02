"""Which of the staged rows of a table are new, and which contradict what stands."""

from dataclasses import dataclass
from datetime import date
from functools import reduce

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from liuke.ingest.canonical import CanonicalTable
from liuke.ingest.content import content_of, row_key
from liuke.kernel.days import month_label
from liuke.store import Warehouse

PLACES_PER_BLOCK = 1000  # `_place` counts unpivoted columns within [[into]] blocks


@dataclass(frozen=True)
class Terms:
    """How a table is fed in one load.

    known_by_load: known_at is the load's own time, so it says nothing about whether rows agree.
    once: blocks of the mapping that feed only the first row of each key.
    """

    known_by_load: bool = False
    once: frozenset[int] = frozenset()


def fresh_rows(warehouse: Warehouse, good: Table, files: Table, table: CanonicalTable, terms: Terms) -> Table:
    """Rows that do not stand in the warehouse yet, each key once."""
    if "row_key" in table.key:
        return _fresh_by_content(warehouse, good, files, table, terms)
    rows = _compared(warehouse, good, table, terms)
    changed = rows["_stored"].notnull() & (rows["_stored"] != rows["_content"])
    new = rows["_stored"].isnull() | (changed if _keeps_versions(table, terms) else ibis.literal(False))
    return rows.filter((rows["_nth"] == 0) & new).select("_row", *table.schema.names)


def conflicts(warehouse: Warehouse, good: Table, table: CanonicalTable, terms: Terms) -> Table:
    """Rows whose key stands already, in the warehouse or earlier in the load, with other content."""
    rows = _compared(warehouse, good, table, terms)
    against_stored = rows["_stored"].notnull() & (rows["_stored"] != rows["_content"])
    if _keeps_versions(table, terms):
        against_stored = against_stored & (rows["_stored_known_at"] >= rows["known_at"])
    against_first = (rows["_nth"] > 0) & (rows["_first"] != rows["_content"])
    found = rows.filter(against_stored | against_first)
    shown = reduce(
        lambda left, right: left + " / " + right, [found[name].cast("string") for name in table.key]
    )
    return found.mutate(_key_shown=shown)


def _keeps_versions(table: CanonicalTable, terms: Terms) -> bool:
    """Whether another content under the same key is a new version, known from this load on."""
    return terms.known_by_load and "known_at" in table.key


def _compared(warehouse: Warehouse, good: Table, table: CanonicalTable, terms: Terms) -> Table:
    """Good rows with their content, their place under their key, and the content that stands there."""
    key = _key(table, terms)
    rows = good.mutate(_content=_content(good, table, terms))
    rows = _only_once(warehouse, rows, table, terms)
    in_order = ibis.window(group_by=key, order_by=["_row", "_place"])
    rows = rows.mutate(_nth=ibis.row_number().over(in_order), _first=rows["_content"].first().over(in_order))
    held = _held(warehouse, rows, table, terms)
    joined = rows.left_join(held, [rows[name] == held[f"_held_{name}"] for name in key])
    return joined.drop(*(f"_held_{name}" for name in key))


def _held(warehouse: Warehouse, rows: Table, table: CanonicalTable, terms: Terms) -> Table:
    """The content that stands under the keys of the rows; of several versions the latest."""
    key = _key(table, terms)
    stored = warehouse.table(table.name, table.schema).semi_join(rows, key)
    held = stored.mutate(_stored=_content(stored, table, terms))
    known_at = held["known_at"] if "known_at" in table.schema.names else ibis.null("timestamp")
    held = held.mutate(_stored_known_at=known_at)
    latest = ibis.window(group_by=key, order_by=ibis.desc("_stored_known_at"))
    held = held.mutate(_age=ibis.row_number().over(latest))
    held = held.filter(held["_age"] == 0)
    return held.select("_stored", "_stored_known_at", **{f"_held_{name}": held[name] for name in key})


def _only_once(warehouse: Warehouse, rows: Table, table: CanonicalTable, terms: Terms) -> Table:
    """Without the later rows of each thing, where the mapping asks for the first alone."""
    if not terms.once:
        return rows
    thing = [name for name in table.key if name != "known_at"]
    stored = warehouse.table(table.name, table.schema).select(*thing).distinct()
    held = stored.select(_is_held=ibis.literal(True), **{f"_held_{name}": stored[name] for name in thing})
    in_order = ibis.window(group_by=thing, order_by=["_row", "_place"])
    rows = rows.mutate(_nth_of_thing=ibis.row_number().over(in_order))
    joined = rows.left_join(held, [rows[name] == held[f"_held_{name}"] for name in thing])
    asked = (joined["_place"] // PLACES_PER_BLOCK).cast("int64").isin(sorted(terms.once))
    is_first = (joined["_nth_of_thing"] == 0) & joined["_is_held"].isnull()
    kept = joined.filter(~asked | is_first)
    return kept.drop("_nth_of_thing", "_is_held", *(f"_held_{name}" for name in thing))


def _fresh_by_content(
    warehouse: Warehouse, good: Table, files: Table, table: CanonicalTable, terms: Terms
) -> Table:
    """Rows of a table without a natural key: the n-th of equal rows of a file is the n-th of any file."""
    rows = good.mutate(_content=_content(good, table, terms)).join(files, "_row")
    equal = ibis.window(group_by=["_file", "_content"], order_by=["_row", "_place"])
    rows = rows.mutate(_ordinal=ibis.row_number().over(equal))
    rows = rows.mutate(row_key=row_key(rows["_content"], rows["_ordinal"]))
    same = ibis.window(group_by="row_key", order_by=["_row", "_place"])
    rows = rows.mutate(_nth=ibis.row_number().over(same))
    rows = rows.filter(rows["_nth"] == 0)
    rows = rows.anti_join(_stored_keys(warehouse, rows, table), "row_key")
    return rows.select("_row", *table.schema.names)


def _stored_keys(warehouse: Warehouse, rows: Table, table: CanonicalTable) -> Table:
    """Row keys that stand; of a monthly table only the months that the rows touch are read."""
    if not table.monthly:
        return warehouse.table(table.name, table.schema).select("row_key")
    months = [
        warehouse.table(table.name, table.schema, partition=month_label(month)).select("row_key")
        for month in months_of(warehouse, rows)
        if warehouse.manifest.parts(table.name, month_label(month))
    ]
    nothing = ibis.memtable(pa.schema([("row_key", pa.string())]).empty_table())
    return ibis.union(nothing, *months) if months else nothing


def months_of(warehouse: Warehouse, rows: Table) -> list[date]:
    """The months in which the rows happened, by their first days."""
    months = rows.select(month=rows["happened_at"].truncate("M").cast("date")).distinct()
    return sorted(warehouse.engine.to_arrow(months)["month"].to_pylist())


def _key(table: CanonicalTable, terms: Terms) -> list[str]:
    return [name for name in table.key if not (name == "known_at" and terms.known_by_load)]


def _content(rows: Table, table: CanonicalTable, terms: Terms) -> ibis.Value:
    """What a row says, without the key made of it and without the time of a load."""
    left_out = {"row_key", "known_at"} if terms.known_by_load else {"row_key"}
    return content_of(rows[name] for name in table.schema.names if name not in left_out)
