"""What a customer was worth in a month: the mean monthly margin of the months before it.

Where customers are billed, of their full bills; where they buy when they like, of all their purchases
less what they brought back.
Reports look back, so this uses what is known now of those months, and not what was known then.
"""

from collections.abc import Mapping
from datetime import date

import ibis
from ibis import _

from liuke.predict.account_spells import known
from liuke.predict.churn import ChurnDefinition
from liuke.predict.values import FULL_BILL_DAYS, MONTH_DAYS

Tables = Mapping[str, ibis.Table]


def value_months(
    tables: Tables,
    calendar: ibis.Table,
    definition: ChurnDefinition,
    *,
    months_behind: int,
    margin_rate: float,
    has_bills: bool,
    known_by: date,
) -> ibis.Table:
    """The value in fen of each customer in each month of the calendar; absent where it is not known.

    calendar: month, billed_from. returns: customer_id, month, value_fen (whole).
    """
    if has_bills:
        spent = _billed(tables, calendar, known_by=known_by)
        mean = _.fen.sum() / _.months.sum()
    else:
        spent = _bought(tables, calendar, definition, known_by=known_by)
        mean = _.fen.sum() / months_behind
    worth = spent.group_by("customer_id", "month").agg(mean_fen=mean)
    return worth.select("customer_id", "month", value_fen=(_.mean_fen * margin_rate).round().cast("int64"))


def _billed(tables: Tables, calendar: ibis.Table, *, known_by: date) -> ibis.Table:
    """Full bills whose period ended in the months before: a shorter one would understate a month."""
    bills = known(tables["bills"], by=known_by).mutate(
        days=_.period_end.delta(_.period_start, unit="day"), ended_on=_.period_end.cast("date")
    )
    full = bills.filter(_.days >= FULL_BILL_DAYS)
    periods = full.group_by("customer_id", "ended_on").agg(fen=_.billed_fen.sum(), days=_.days.max())
    periods = periods.mutate(months=ibis.greatest((_.days / MONTH_DAYS).round(), 1))
    return periods.cross_join(calendar.select("month", "billed_from")).filter(
        _.ended_on > _.billed_from, _.ended_on <= _.month
    )


def _bought(
    tables: Tables, calendar: ibis.Table, definition: ChurnDefinition, *, known_by: date
) -> ibis.Table:
    kinds = (*definition.dormant.events, *definition.value.refunds) if definition.dormant else ()
    events = known(tables["events"], by=known_by).filter(_.amount_fen.notnull())
    events = events.filter(_.kind.isin(kinds) if kinds else False)
    days = events.mutate(on=_.happened_at.date()).group_by("customer_id", "on").agg(fen=_.amount_fen.sum())
    return days.cross_join(calendar.select("month", "billed_from")).filter(
        _.on >= _.billed_from, _.on < _.month
    )
