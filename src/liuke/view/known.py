"""The rows of a source as they were known as of a day."""

from collections.abc import Mapping
from datetime import date

import ibis
from ibis import _

from liuke.ingest.canonical import TABLES
from liuke.kernel.days import midnight
from liuke.view.around import neighbours, surroundings
from liuke.view.dues import dues

Tables = Mapping[str, ibis.Table]


def known_rows(tables: Tables, source: str, *, as_of: date) -> ibis.Table:
    """Rows of a source that had happened and were known before the as-of day began.

    Of a table whose rows replace each other, only the latest known one of each key.
    """
    if source == "dues":
        bills, payments = (known_rows(tables, name, as_of=as_of) for name in ("bills", "payments"))
        return dues(bills, payments, as_of=as_of)
    if source in ("neighbours", "surroundings"):
        names = ("customers", "statuses", "circles" if source == "neighbours" else "accounts")
        customers, statuses, others = (known_rows(tables, name, as_of=as_of) for name in names)
        if source == "neighbours":
            return neighbours(others, customers, statuses)
        return surroundings(customers, others, statuses, as_of=as_of)
    canonical, edge = TABLES[source], midnight(as_of)
    rows = tables[source].filter(_.known_at < edge)
    if "happened_at" in rows.columns:  # before the newest is chosen: a row booked ahead replaces nothing yet
        rows = rows.filter(_.happened_at < edge)
    if "known_at" in canonical.key:
        key = [name for name in canonical.key if name != "known_at"]
        newest = ibis.row_number().over(group_by=key, order_by=ibis.desc("known_at"))
        rows = rows.mutate(_newest=newest).filter(_["_newest"] == 0).drop("_newest")
    if source == "bills":
        rows = rows.mutate(period_days=_.period_end.delta(_.period_start, unit="day"))
    if source == "events":
        happened = rows.happened_at
        rows = rows.mutate(hour=happened.hour().cast("int64"), weekday=_weekday(happened))
    return rows


def _weekday(instant: ibis.Value) -> ibis.Value:
    return instant.day_of_week.index().cast("int64")


def empty_of(name: str) -> ibis.Table:
    """A canonical table without rows."""
    return ibis.memtable(TABLES[name].schema.empty_table())
