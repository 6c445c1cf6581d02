"""The months that reports tell of: whole calendar months, the one of the as-of day as far as it has gone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import ibis
import pyarrow as pa
from ibis import _

from liuke.kernel.days import add_months, midnight, month_start
from liuke.predict.account_spells import known
from liuke.store import Engine

_INSTANT = pa.timestamp("us")


@dataclass(frozen=True)
class Month:
    """The days [starts_on, ends_on) of a month. is_over: nothing of it lies after the as-of day."""

    starts_on: date
    ends_on: date
    is_over: bool


def list_months(first_on: date | None, *, as_of: date, most: int) -> tuple[Month, ...]:
    """The last months up to the as-of day, earliest first, none before the first day on record.

    >>> [str(month.starts_on) for month in list_months(date(2026, 1, 9), as_of=date(2026, 3, 1), most=25)]
    ['2026-01-01', '2026-02-01']
    """
    if first_on is None or first_on >= as_of:
        return ()
    found: list[Month] = []
    starts_on = month_start(as_of)
    if starts_on == as_of:
        starts_on = add_months(starts_on, -1)
    while len(found) < most and starts_on >= month_start(first_on):
        after = add_months(starts_on, 1)
        found.append(Month(starts_on, min(after, as_of), is_over=after <= as_of))
        starts_on = add_months(starts_on, -1)
    return tuple(reversed(found))


def find_first_day(
    tables: Mapping[str, ibis.Table], leavings: ibis.Table, engine: Engine, *, known_by: date
) -> date | None:
    """The first day of which bills, usage, suspensions or leavings tell; None where nothing does.

    Openings are told long after the fact: before this day the customers who had left by then are missing,
    and a month without them would look as if nobody ever went.
    """
    statuses = known(tables["statuses"], by=known_by).filter(_.status.startswith("suspended_"))
    told = (
        known(tables["events"], by=known_by).agg(at=_.happened_at.min().cast("timestamp(6)")),
        known(tables["bills"], by=known_by).agg(at=_.period_start.min().cast("timestamp(6)")),
        statuses.agg(at=_.happened_at.min().cast("timestamp(6)")),
        leavings.agg(at=_.left_at.min().cast("timestamp(6)")),
    )
    rows = engine.to_arrow(ibis.union(*told))
    days = [at.date() for at in rows["at"].to_pylist() if at is not None]
    return min(days, default=None)


def calendar(months: tuple[Month, ...], *, value_months: int) -> ibis.Table:
    """The months as a table: month, starts_at, ends_at; bills of [billed_from, month) tell value in it."""
    rows = {
        "month": pa.array([month.starts_on for month in months], pa.date32()),
        "starts_at": _instants([midnight(month.starts_on) for month in months]),
        "ends_at": _instants([midnight(month.ends_on) for month in months]),
        "billed_from": pa.array(
            [add_months(month.starts_on, -value_months) for month in months], pa.date32()
        ),
    }
    return ibis.memtable(pa.table(rows))


def _instants(values: list[datetime]) -> pa.Array:
    return pa.array(values, _INSTANT)
