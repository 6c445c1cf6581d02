"""Bills joined with their payments: what was still owed as of a day, and how late it was."""

from datetime import date

import ibis
from ibis import _


def dues(bills: ibis.Table, payments: ibis.Table, *, as_of: date) -> ibis.Table:
    """One row per bill, with what was paid of it.

    bills, payments: rows already known as of the day.
    settled_on: the day of the last payment of a bill paid in full.
    days_late: from the due day to the settling, or to `as_of` while unpaid; 0 when in time;
        missing without a due day.
    All are missing while the company has told of no payment with a bill number: an unknown
    payment is not an unpaid bill.
    """
    paid = (
        payments.filter(_.bill_id.notnull())
        .group_by("bill_id")
        .aggregate(_paid_fen=_.amount_fen.sum(), _last_at=_.happened_at.max())
    )
    told = paid.aggregate(_told=_.count() > 0)
    rows = bills.left_join(paid, "bill_id").drop("bill_id_right").cross_join(told)
    rows = rows.mutate(paid_fen=_if_told(rows["_paid_fen"].fill_null(0).cast("int64"), rows))
    rows = rows.mutate(unpaid_fen=_not_below_zero(rows.billed_fen - rows.paid_fen))
    rows = rows.mutate(is_open=_.unpaid_fen > 0, settled_on=_settled_on(rows))
    overdue = (rows.is_open & (rows.due_on < ibis.literal(as_of))).fill_null(False)
    days_late = _if_told(_days_late(rows, as_of=as_of), rows)
    rows = rows.mutate(is_overdue=_if_told(overdue, rows), days_late=days_late, is_late=days_late > 0)
    return rows.drop("_paid_fen", "_last_at", "_told")


def _if_told(value: ibis.Value, rows: ibis.Table) -> ibis.Value:
    return rows["_told"].ifelse(value, ibis.null(value.type()))


def _settled_on(rows: ibis.Table) -> ibis.Value:
    paid_in_full = (rows.unpaid_fen == 0) & rows["_last_at"].notnull()
    return paid_in_full.ifelse(rows["_last_at"].date(), ibis.null("date"))


def _days_late(rows: ibis.Table, *, as_of: date) -> ibis.Value:
    today = ibis.literal(as_of)
    until = rows.is_open.ifelse(today, ibis.coalesce(rows.settled_on, rows.due_on))
    return _not_below_zero(until.delta(rows.due_on, unit="day"))


def _not_below_zero(value: ibis.Value) -> ibis.Value:
    return (value < 0).ifelse(0, value)  # greatest() would make the missing zero on some engines
