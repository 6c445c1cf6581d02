"""Tables a feature can be about, and their rows as they were known as of a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import ibis
from ibis import _

from liuke.ingest.canonical import ARROW_TYPES, TABLES, Kind
from liuke.kernel.days import midnight
from liuke.kernel.words import Words
from liuke.view.dues import DUES_COLUMNS, dues

Tables = Mapping[str, ibis.Table]


@dataclass(frozen=True, kw_only=True)
class Source:
    """A table of customers' rows.

    clock: the column that says which of a customer's rows is later.
    slow: rows are states that hold until the next one is known, not happenings.
    """

    name: str
    words: Words
    columns: Mapping[str, Kind]
    choices: Mapping[str, tuple[str, ...]]
    clock: str
    slow: bool

    @property
    def timed(self) -> bool:
        """Whether rows can be cut into windows."""
        return "happened_at" in self.columns


def known_rows(tables: Tables, source: str, *, as_of: date) -> ibis.Table:
    """Rows of a source that had happened and were known before the as-of day began.

    Of a table whose rows replace each other, only the latest known one of each key.
    """
    if source == "dues":
        bills, payments = (known_rows(tables, name, as_of=as_of) for name in ("bills", "payments"))
        return dues(bills, payments, as_of=as_of)
    canonical, edge = TABLES[source], midnight(as_of)
    rows = tables[source].filter(_.known_at < edge)
    if "known_at" in canonical.key:
        key = [name for name in canonical.key if name != "known_at"]
        newest = ibis.row_number().over(group_by=key, order_by=ibis.desc("known_at"))
        rows = rows.mutate(_newest=newest).filter(_["_newest"] == 0).drop("_newest")
    return rows.filter(_.happened_at < edge) if "happened_at" in rows.columns else rows


def empty_of(name: str) -> ibis.Table:
    """A canonical table without rows."""
    return ibis.memtable(TABLES[name].schema.empty_table())


def _canonical_sources() -> dict[str, Source]:
    usable = [table for table in TABLES.values() if {"customer_id", "known_at"} <= set(table.schema.names)]
    return {
        table.name: Source(
            name=table.name,
            words=table.words,
            columns={column.name: column.kind for column in table},
            choices={column.name: column.choices for column in table if column.choices},
            clock=next(
                name for name in ("happened_at", "opened_at", "known_at") if name in table.schema.names
            ),
            slow="known_at" in table.key,
        )
        for table in usable
    }


_DUES = Source(
    name="dues",
    words=Words(zh="账单及其缴清情况", en="bills and what was paid of them"),
    columns={**{column.name: column.kind for column in TABLES["bills"]}, **DUES_COLUMNS},
    choices={},
    clock="happened_at",
    slow=False,
)

SOURCES: Mapping[str, Source] = MappingProxyType(_canonical_sources() | {"dues": _DUES})

assert all(kind in ARROW_TYPES for source in SOURCES.values() for kind in source.columns.values())
