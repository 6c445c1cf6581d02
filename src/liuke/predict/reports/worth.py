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
    spent = list_spending(tables, definition, has_bills=has_bills, known_by=known_by)
    within = spent.cross_join(calendar.select("month", "billed_from"))
    if has_bills:
        within = within.filter(_.on > _.billed_from, _.on <= _.month)
        mean = _.fen.sum() / _.months.sum()
    else:
        within = within.filter(_.on >= _.billed_from, _.on < _.month)
        mean = _.fen.sum() / months_behind
    worth = within.group_by("customer_id", "month").agg(mean_fen=mean)
    return worth.select("customer_id", "month", value_fen=(_.mean_fen * margin_rate).round().cast("int64"))


def list_spending(
    tables: Tables, definition: ChurnDefinition, *, has_bills: bool, known_by: date
) -> ibis.Table:
    """What customers paid for: customer_id, on, fen, months (how many it is for; 0 of purchases).

    One row for each customer and day: that on which a billed period ended, or of purchases.
    """
    return _billed(tables, known_by=known_by) if has_bills else _bought(tables, definition, known_by=known_by)


def _billed(tables: Tables, *, known_by: date) -> ibis.Table:
    """Full bills by the end of their period: a shorter one would understate a month."""
    bills = known(tables["bills"], by=known_by).mutate(
        days=_.period_end.delta(_.period_start, unit="day"), on=_.period_end.cast("date")
    )
    full = bills.filter(_.days >= FULL_BILL_DAYS)
    periods = full.group_by("customer_id", "on").agg(fen=_.billed_fen.sum(), days=_.days.max())
    return periods.mutate(months=ibis.greatest((_.days / MONTH_DAYS).round(), 1)).drop("days")


def _bought(tables: Tables, definition: ChurnDefinition, *, known_by: date) -> ibis.Table:
    kinds = (*definition.dormant.events, *definition.value.refunds) if definition.dormant else ()
    events = known(tables["events"], by=known_by).filter(_.amount_fen.notnull())
    events = events.filter(_.kind.isin(kinds) if kinds else False)
    days = events.mutate(on=_.happened_at.date()).group_by("customer_id", "on").agg(fen=_.amount_fen.sum())
    return days.mutate(months=ibis.literal(0))
