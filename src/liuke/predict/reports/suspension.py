"""Customers whose service was suspended: at the end of each month, and anew within it, by kind.

A customer counts once, by the suspension that began last, as soon as one of their accounts is suspended.
"""

from collections.abc import Mapping
from datetime import date

import ibis
from ibis import _

from liuke.predict.account_spells import INSTANT, known

SUSPENDED = "suspended_"

_COLUMNS = ["customer_id", "month", "measure", "kind", "at"]


def find_suspensions(tables: Mapping[str, ibis.Table], calendar: ibis.Table, *, known_by: date) -> ibis.Table:
    """One row for each customer and month: customer_id, month, measure, kind, at.

    measure: suspended (stood so at the month's last instant) or suspended_anew (became so within it).
    """
    spells = suspension_spells(tables, known_by=known_by)
    months = spells.cross_join(calendar.select("month", "starts_at", "ends_at"))
    standing = months.filter(_.since < _.ends_at, _.until.isnull() | (_.until >= _.ends_at))
    anew = months.filter(_.since >= _.starts_at, _.since < _.ends_at)
    return _latest(standing, "suspended", _.ends_at).union(_latest(anew, "suspended_anew", _.since))


def suspension_spells(tables: Mapping[str, ibis.Table], *, known_by: date) -> ibis.Table:
    """When accounts were suspended: customer_id, account_id, kind, since, until (missing while it lasts)."""
    statuses = known(tables["statuses"], by=known_by)
    in_order = ibis.window(group_by="account_id", order_by=_.happened_at)
    changes = statuses.mutate(before=_.status.lag().over(in_order))
    changes = changes.filter(~_.status.identical_to(_.before))  # told twice is one suspension
    spells = changes.mutate(until=_.happened_at.lead().over(in_order).cast(INSTANT))
    suspended = spells.filter(_.status.startswith(SUSPENDED))
    return suspended.select(
        "customer_id",
        "account_id",
        "until",
        kind=_.status.replace(SUSPENDED, ""),
        since=_.happened_at.cast(INSTANT),
    )


def _latest(rows: ibis.Table, measure: str, at: ibis.Deferred) -> ibis.Table:
    newest = ibis.row_number().over(
        group_by=["customer_id", "month"], order_by=[ibis.desc("since"), ibis.desc("account_id")]
    )
    kept = rows.mutate(place=newest).filter(_.place == 0)
    return kept.mutate(measure=ibis.literal(measure), at=at).select(_COLUMNS)
