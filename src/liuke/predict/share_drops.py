"""Customers who went to a competitor and left an open account behind: a fall of use or balances after a sign.

Months are calendar months, numbered year * 12 + month - 1, and whole: the month of `known_by` is not looked
at. The leaving is on the last instant of the month that fell, so that a day that sees the whole fall finds
the customer gone, and one that foretells it finds it ahead; the customer is back on the last instant of a
month above the level fallen to.
"""

from collections.abc import Mapping
from datetime import date

import ibis
from ibis import _

from liuke.predict.account_spells import INSTANT, known
from liuke.predict.churn import ShareDrop

Tables = Mapping[str, ibis.Table]


def find_share_drops(tables: Tables, terms: ShareDrop, *, known_by: date) -> ibis.Table:
    """Falls that took place and were known before a day's midnight, whatever became of the accounts.

    returns: one row per fall: customer_id, left_at, back_at (missing while it lasts), competitor (whom the
    latest sign names; missing where it names nobody). A customer who has not recovered does not fall again.
    """
    signs = _signs(tables, terms, known_by=known_by)
    panel = _panel(tables, signs, terms, known_by=known_by)
    told = _once_each(_with_return(_fallen(panel, signs, terms), panel))
    named = signs.select(whose=_.customer_id, sign_no=_.month_no, competitor=_.competitor)
    near = (
        told.customer_id == named.whose,
        named.sign_no <= told.month_no,
        named.sign_no > told.month_no - terms.sign_months,
    )
    return (
        told.left_join(named, near)
        .group_by("customer_id", "month_no", "back_no")
        .agg(competitor=_.competitor.argmax(_.sign_no))
        .select(
            "customer_id",
            "competitor",
            left_at=_last_instant(_.month_no),
            back_at=ibis.ifelse(_.back_no.notnull(), _last_instant(_.back_no), ibis.null(INSTANT)),
        )
    )


def _signs(tables: Tables, terms: ShareDrop, *, known_by: date) -> ibis.Table:
    """Months in which something told of a competitor: customer_id, month_no, competitor."""
    events = known(tables["events"], by=known_by).filter(_.kind.isin(terms.signs))
    if terms.counterparts:
        events = events.filter(_.counterpart.isin(terms.counterparts))
    circles = known(tables["circles"], by=known_by).filter(_.counterpart.isin(terms.numbers))
    columns = ["customer_id", "happened_at", "counterpart"]
    both = events.select(columns).union(circles.select(columns))
    return both.group_by("customer_id", month_no=_month_no(_.happened_at)).agg(
        competitor=_.counterpart.argmax(_.happened_at)
    )


def _panel(tables: Tables, signs: ibis.Table, terms: ShareDrop, *, known_by: date) -> ibis.Table:
    """Each month of everybody with a sign, from those that the first sign is compared with: customer_id,
    month_no, amount (missing where not known).
    """
    ends_before = ibis.literal(known_by.year * 12 + known_by.month - 1, "int64")
    begun = signs.group_by("customer_id").agg(first_no=_.month_no.min() - terms.months)
    every = begun.select("customer_id", month_no=ibis.range(begun.first_no, ends_before, 1).unnest())
    measured = (_use if terms.of == "use" else _balances)(tables, every, terms, known_by=known_by)
    joined = every.left_join(measured, ["customer_id", "month_no"])
    unknown = ibis.literal(0.0 if terms.of == "use" else None, "float64")
    return joined.select("customer_id", "month_no", amount=ibis.coalesce(_.amount.cast("float64"), unknown))


def _use(tables: Tables, every: ibis.Table, terms: ShareDrop, *, known_by: date) -> ibis.Table:
    events = known(tables["events"], by=known_by).filter(_.kind.isin(terms.kinds))
    mine = events.semi_join(every, "customer_id")
    return mine.group_by("customer_id", month_no=_month_no(_.happened_at)).agg(amount=_.count())


def _balances(tables: Tables, every: ibis.Table, terms: ShareDrop, *, known_by: date) -> ibis.Table:
    """Yuan at the end of each month: the last balance of each account and class before it, together."""
    rows = known(tables["balances"], by=known_by)
    if terms.kinds:
        rows = rows.filter(_.asset_class.isin(terms.kinds))
    held = rows.select(
        "account_id",
        "asset_class",
        "amount_fen",
        "happened_at",
        whose=_.customer_id,
        told_no=_month_no(_.happened_at),
    )
    until = every.inner_join(held, (every.customer_id == held.whose) & (held.told_no <= every.month_no))
    last = until.group_by("customer_id", "month_no", "account_id", "asset_class").agg(
        fen=_.amount_fen.argmax(_.happened_at)
    )
    return last.group_by("customer_id", "month_no").agg(amount=_.fen.sum() / 100)


def _fallen(panel: ibis.Table, signs: ibis.Table, terms: ShareDrop) -> ibis.Table:
    """Months that fell after a sign: customer_id, month_no, level (the most that counts as fallen)."""
    marked = panel.left_join(signs.mutate(is_sign=1), ["customer_id", "month_no"])
    marked = marked.select("customer_id", "month_no", "amount", is_sign=_.is_sign.fill_null(0))
    order = {"group_by": "customer_id", "order_by": "month_no"}
    before = ibis.window(**order, preceding=(terms.months, 1), following=None)
    lately = ibis.window(**order, preceding=terms.sign_months - 1, following=0)
    told = marked.mutate(
        usual=_.amount.mean().over(before),
        months_known=_.amount.count().over(before),
        signs=_.is_sign.sum().over(lately),
    ).mutate(level=_.usual * (1 - terms.drop))
    is_usual = (_.months_known == terms.months) & (_.usual >= terms.at_least)
    fell = told.filter(is_usual, _.signs > 0, _.amount <= _.level)
    return fell.select("customer_id", "month_no", "level")


def _with_return(fallen: ibis.Table, panel: ibis.Table) -> ibis.Table:
    """back_no: the first later month above the level."""
    later = panel.select("amount", whose=_.customer_id, later_no=_.month_no)
    above = (
        fallen.customer_id == later.whose,
        later.later_no > fallen.month_no,
        later.amount > fallen.level,
    )
    joined = fallen.left_join(later, above)
    return joined.group_by("customer_id", "month_no").agg(back_no=_.later_no.min())


def _once_each(fallen: ibis.Table) -> ibis.Table:
    """Without those who had not recovered from an earlier fall."""
    never = 1_000_000
    earlier = ibis.window(group_by="customer_id", order_by="month_no", preceding=(None, 1), following=None)
    told = fallen.mutate(away_until=ibis.coalesce(_.back_no, never).max().over(earlier))
    return told.filter(_.away_until.isnull() | (_.away_until <= _.month_no)).drop("away_until")


def _month_no(instant: ibis.Deferred) -> ibis.Deferred:
    return (instant.year() * 12 + instant.month() - 1).cast("int64")


def _last_instant(month_no: ibis.Deferred) -> ibis.Deferred:
    after = month_no + 1
    after_at = ibis.timestamp(after // 12, after % 12 + 1, 1, 0, 0, 0).cast(INSTANT)
    return after_at - ibis.interval(microseconds=1)
