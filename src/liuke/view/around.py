"""Those around a customer: whom they talk with, who is of the same unit and of the same dealer.

Somebody has left who closed an account and of whom no other change of status came at the same time or later.
"""

from datetime import date, timedelta

import ibis
from ibis import _

from liuke.kernel.days import midnight
from liuke.view.periods import AROUND_DAYS
from liuke.view.sources import CLOSED


def neighbours(circles: ibis.Table, customers: ibis.Table, statuses: ibis.Table) -> ibis.Table:
    """Rows of call circles, with whether the number is a customer's and whether these have left.

    circles, customers, statuses: rows known as of the day. A number is looked up among the customers'
    present ones; has_left is missing where it is nobody's, and no while anybody who has it stays.
    """
    left = customers.left_join(_leavers(statuses), "customer_id")
    by_phone = (
        left.filter(_.phone.notnull())
        .group_by(counterpart=_.phone)
        .aggregate(_stay=_["left_at"].isnull().any())
    )
    rows = circles.left_join(by_phone, "counterpart").drop("counterpart_right")
    rows = rows.mutate(is_customer=rows["_stay"].notnull(), has_left=~rows["_stay"])
    return rows.drop("_stay")


def surroundings(
    customers: ibis.Table, accounts: ibis.Table, statuses: ibis.Table, *, as_of: date
) -> ibis.Table:
    """One row per customer: how many others of their unit and of their dealer there are, and have left.

    around: others who had not left before the last 90 days. left: those of them who left within these.
    Missing without a unit, or without a dealer; that of the account opened last counts.
    """
    opened = ibis.coalesce(accounts.opened_at, accounts.known_at)
    stamped = ibis.struct({"at": opened, "known_at": accounts.known_at, "dealer": accounts.dealer_id})
    dealers = accounts.group_by("customer_id").aggregate(
        _dealer=stamped.max(where=accounts.dealer_id.notnull())["dealer"]
    )
    rows = customers.left_join(_leavers(statuses), "customer_id").drop("customer_id_right")
    rows = rows.left_join(dealers, "customer_id").drop("customer_id_right")
    edge = midnight(as_of - timedelta(AROUND_DAYS))
    rows = rows.select(
        "customer_id",
        "known_at",
        _unit=rows.unit_id,
        _dealer=rows["_dealer"],
        _around=(rows["left_at"].isnull() | (rows["left_at"] >= edge)).cast("int64"),
        _left=(rows["left_at"] >= edge).fill_null(False).cast("int64"),
    )
    made = {}
    for name in ("unit", "dealer"):
        of_group = ibis.window(group_by=f"_{name}")
        for what in ("around", "left"):
            others = rows[f"_{what}"].sum().over(of_group) - rows[f"_{what}"]
            known = rows[f"_{name}"].notnull()
            made[f"{name}_{what}"] = known.ifelse(others.cast("int64"), ibis.null("int64"))
    return rows.mutate(**made).drop("_unit", "_dealer", "_around", "_left")


def _leavers(statuses: ibis.Table) -> ibis.Table:
    """customer_id and left_at of those who have left."""
    closed = statuses.status.startswith(CLOSED)
    ends = statuses.group_by("customer_id").aggregate(
        left_at=statuses.happened_at.max(where=closed), _other=statuses.happened_at.max(where=~closed)
    )
    gone = ends["left_at"].notnull() & (ends["_other"] < ends["left_at"]).fill_null(True)
    return ends.filter(gone).drop("_other")
