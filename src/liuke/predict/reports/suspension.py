"""Customers suspended, or with calls forwarded: at the end of each month, and anew within it, by kind.

A customer counts once, by the suspension that began last, as soon as one of their accounts is suspended.
"""

from collections.abc import Mapping
from datetime import date

import ibis
from ibis import _

from liuke.predict.account_spells import INSTANT, known
from liuke.predict.reports.terms import UNKNOWN

SUSPENDED = "suspended_"
FORWARDED = "diverted"

_COLUMNS = ["customer_id", "month", "measure", "kind", "at"]


def find_suspensions(tables: Mapping[str, ibis.Table], calendar: ibis.Table, *, known_by: date) -> ibis.Table:
    """One row for each customer and month: customer_id, month, measure, kind, at.

    measure: suspended (stood so at the month's last instant) or suspended_anew (became so within it).
    """
    suspended = status_spells(tables, known_by=known_by).filter(_.status.startswith(SUSPENDED))
    return _count(suspended.mutate(kind=_.status.replace(SUSPENDED, "")), calendar, "suspended")


def find_forwarding(tables: Mapping[str, ibis.Table], calendar: ibis.Table, *, known_by: date) -> ibis.Table:
    """The same of customers whose calls are forwarded to another operator: forwarded, forwarded_anew.

    kind: the competitor, as last told of the account; "" where nobody told.
    """
    forwarded = status_spells(tables, known_by=known_by).filter(_.status == FORWARDED)
    accounts = known(tables["accounts"], by=known_by).filter(_.competitor.notnull())
    told = accounts.group_by("account_id").agg(competitor=_.competitor.argmax(_.known_at))
    named = forwarded.left_join(told, "account_id").drop("account_id_right")
    return _count(named.mutate(kind=_.competitor.fill_null(UNKNOWN)), calendar, "forwarded")


def status_spells(tables: Mapping[str, ibis.Table], *, known_by: date) -> ibis.Table:
    """How accounts stood: customer_id, account_id, status, since, until (missing while it lasts)."""
    statuses = known(tables["statuses"], by=known_by)
    in_order = ibis.window(group_by="account_id", order_by=_.happened_at)
    changes = statuses.mutate(before=_.status.lag().over(in_order))
    changes = changes.filter(~_.status.identical_to(_.before))  # told twice is one suspension
    spells = changes.mutate(until=_.happened_at.lead().over(in_order).cast(INSTANT))
    return spells.select("customer_id", "account_id", "status", "until", since=_.happened_at.cast(INSTANT))


def _count(spells: ibis.Table, calendar: ibis.Table, measure: str) -> ibis.Table:
    """Each customer once a month: as they stood at its end, and what began within it."""
    months = spells.cross_join(calendar.select("month", "starts_at", "ends_at"))
    standing = months.filter(_.since < _.ends_at, _.until.isnull() | (_.until >= _.ends_at))
    anew = months.filter(_.since >= _.starts_at, _.since < _.ends_at)
    return _latest(standing, measure, _.ends_at).union(_latest(anew, f"{measure}_anew", _.since))


def _latest(rows: ibis.Table, measure: str, at: ibis.Deferred) -> ibis.Table:
    newest = ibis.row_number().over(
        group_by=["customer_id", "month"], order_by=[ibis.desc("since"), ibis.desc("account_id")]
    )
    kept = rows.mutate(place=newest).filter(_.place == 0)
    return kept.mutate(measure=ibis.literal(measure), at=at).select(_COLUMNS)
