"""Who left, when and how; who could still leave; and what that makes of each as-of day.

A leaving has an instant. Voluntary, involuntary and diverted: the last open account's status changes to
a closing one. Dormant: `silent_days` have passed since the last event of the declared kinds while an
account is open; an event (or a reopening) on that very instant comes too late to prevent it, and
begins the customer's return. Silence is measured from events alone: a customer never heard of is
not called silent. Where `[diverted.share_drop]` is declared, a fall of use or balances after a sign is a
leaving too, while an account is open and the customer not silent; who has fallen so does not fall silent
a second time.
"""

from collections.abc import Mapping
from datetime import date

import ibis
from ibis import _

from liuke.kernel.days import midnight
from liuke.predict.account_spells import INSTANT, closed_spells, known, reopenings
from liuke.predict.churn import ChurnDefinition
from liuke.predict.heard import heard_pieces
from liuke.predict.share_drops import find_share_drops

Tables = Mapping[str, ibis.Table]


def find_leavings(tables: Tables, definition: ChurnDefinition, *, known_by: date) -> ibis.Table:
    """Every leaving that took place and was known before a day's midnight.

    returns: one row per leaving: customer_id, left_at, kind, competitor, back_at. competitor: who a diverted
    account was carried over to, as last told; missing for other kinds and where nobody told. back_at: the
    reopening, or the event that ended a silence; missing while the customer is away. Who came back may
    leave again.
    """
    spells = closed_spells(tables, definition, known_by=known_by)
    closings = spells.select(
        "customer_id", "account_id", "kind", left_at=_.closed_at, back_at=_.reopened_at.cast(INSTANT)
    )
    closings = _with_competitor(closings, tables, known_by=known_by)
    fallen = find_fallen(tables, definition, known_by=known_by)
    if definition.dormant is not None:
        dormant = _silences(tables, definition, known_by=known_by).filter(_.left_at < midnight(known_by))
        silent = outside(dormant, spells, begins="closed_at", ends="reopened_at").mutate(
            kind=ibis.literal("dormant"), competitor=ibis.null("string"), back_at=_.next_at.cast(INSTANT)
        )
        if fallen is not None:
            silent = outside(silent, fallen, begins="left_at", ends="back_at")
        closings = closings.union(silent.select(closings.columns))
    if fallen is not None:
        closings = closings.union(fallen.mutate(kind=ibis.literal("diverted")).select(closings.columns))
    return closings


def find_fallen(tables: Tables, definition: ChurnDefinition, *, known_by: date) -> ibis.Table | None:
    """Falls to a competitor of customers who were neither closed nor silent (see find_share_drops).

    None where such a fall is no leaving.
    """
    if definition.share_drop is None:
        return None
    drops = find_share_drops(tables, definition.share_drop, known_by=known_by)
    spells = closed_spells(tables, definition, known_by=known_by)
    fallen = outside(drops, spells, begins="closed_at", ends="reopened_at")
    if definition.dormant is None:
        return fallen
    return outside(fallen, _silences(tables, definition, known_by=known_by), begins="left_at", ends="next_at")


def outside(leavings: ibis.Table, spells: ibis.Table, *, begins: str, ends: str) -> ibis.Table:
    """Those that lie in no spell of the same customer: [begins, ends), without an end while it lasts."""
    away = spells.select(whose=_.customer_id, begins=_[begins], ends=_[ends])
    during = (
        leavings.customer_id == away.whose,
        leavings.left_at >= away.begins,
        away.ends.isnull() | (leavings.left_at < away.ends),
    )
    return leavings.anti_join(away, during)


def _with_competitor(closings: ibis.Table, tables: Tables, *, known_by: date) -> ibis.Table:
    accounts = known(tables["accounts"], by=known_by).filter(_.competitor.notnull())
    told = accounts.group_by("account_id").agg(competitor=_.competitor.argmax(_.known_at))
    joined = closings.left_join(told, "account_id")
    competitor = ibis.ifelse(_.kind == "diverted", _.competitor, ibis.null("string"))
    return joined.select("customer_id", "left_at", "kind", "back_at", competitor=competitor)


def at_risk(tables: Tables, definition: ChurnDefinition, *, as_of: date) -> ibis.Table:
    """Customers known by the as-of day who have not left, or have come back: customer_id.

    A leaving on the as-of day's first instant is still ahead.
    """
    customers = known(tables["customers"], by=as_of).select("customer_id").distinct()
    spells = closed_spells(tables, definition, known_by=as_of)
    closed = spells.filter(_.reopened_at.isnull()).select("customer_id")
    present = customers.anti_join(closed, "customer_id")
    fallen = find_fallen(tables, definition, known_by=as_of)
    if fallen is not None:
        away = fallen.filter(_.back_at.isnull() | (_.back_at >= midnight(as_of)))
        present = present.anti_join(away, "customer_id")
    if definition.dormant is None:
        return present
    last = _heard(tables, definition, known_by=as_of).group_by("customer_id").agg(last_at=_.last_at.max())
    silent = last.filter(_complete(_.last_at, definition) < midnight(as_of)).select("customer_id")
    return present.anti_join(silent, "customer_id")


def label(
    customers: ibis.Table,
    leavings: ibis.Table,
    definition: ChurnDefinition,
    *,
    as_of: date,
    known_by: date,
) -> ibis.Table:
    """What became of each customer at risk, as far as it is known.

    customers: one row per customer at risk as of the day. leavings: as found by `known_by`; those with a
    `reentered_as` are none, because the customer, and what the customer is worth, stayed under another
    number. Who may yet come back counts as left until that is known: to wait for it would leave the last
    months without labels, to leave out only the recent leavers would make leaving look rare.
    returns: one row per customer: customer_id, kind of the first leaving in the longest window, and
    left_<h>m for each horizon: true, false, or missing. Missing where the window
    [opens_on, ends_on) is not over by `known_by`, where the customer left during the gap, and where it
    turned out later that the customer had left before the as-of day and was not back by then.
    """
    opens_at = midnight(definition.opens_on(as_of))
    longest_at = midnight(definition.ends_on(as_of, definition.horizons[-1]))
    starts_at = midnight(as_of)
    still_away = _.back_at.isnull() | (_.back_at >= starts_at)
    gone = leavings.filter(_.left_at < starts_at, still_away).select("customer_id").distinct()
    if "reentered_as" in leavings.columns:
        leavings = leavings.filter(_.reentered_as.isnull())
    ahead = leavings.filter(_.left_at >= starts_at, _.left_at < longest_at)
    first = ahead.group_by("customer_id").agg(left_at=_.left_at.min(), kind=_.kind.argmin(_.left_at))
    joined = customers.select("customer_id").left_join(first, "customer_id").drop("customer_id_right")
    joined = joined.left_join(gone.mutate(was_gone=True), "customer_id").drop("customer_id_right")
    in_gap = _.left_at.notnull() & (_.left_at < opens_at)
    untold = in_gap | _.was_gone.notnull()
    flags = {
        f"left_{months}m": _left_within(definition, as_of, months, untold)
        if definition.ends_on(as_of, months) <= known_by
        else ibis.null("boolean")
        for months in definition.horizons
    }
    is_over = definition.ends_on(as_of, definition.horizons[-1]) <= known_by
    kind = ibis.ifelse(untold, ibis.null("string"), _.kind) if is_over else ibis.null("string")
    return joined.select("customer_id", kind=kind, **flags)


def _left_within(
    definition: ChurnDefinition, as_of: date, months: int, untold: ibis.Deferred
) -> ibis.Deferred:
    ends_at = midnight(definition.ends_on(as_of, months))
    left = _.left_at.notnull() & (_.left_at < ends_at)
    return ibis.ifelse(untold, ibis.null("boolean"), left)


def _silences(tables: Tables, definition: ChurnDefinition, *, known_by: date) -> ibis.Table:
    """Instants at which silence lasted `silent_days`: customer_id, left_at, is_last, next_at.

    next_at: when the customer was heard of again; missing for the last, whose end may lie after `known_by`.
    """
    heard = _heard(tables, definition, known_by=known_by)
    until_now = ibis.window(group_by="customer_id", order_by=_.first_at, preceding=None, following=0)
    in_order = ibis.window(group_by="customer_id", order_by=_.first_at)
    heard = heard.mutate(
        heard_until=_.last_at.max().over(until_now), next_at=_.first_at.lead().over(in_order)
    )
    silences = heard.mutate(
        left_at=_complete(_.heard_until, definition),
        is_last=_.next_at.isnull(),
    )
    return silences.filter(_.is_last | (_.next_at >= _.left_at)).select(
        "customer_id", "left_at", "is_last", "next_at"
    )


def _heard(tables: Tables, definition: ChurnDefinition, *, known_by: date) -> ibis.Table:
    """Events of the declared kinds and reopenings, in pieces: customer_id, first_at, last_at."""
    back = reopenings(tables, definition, known_by=known_by)
    pieces = back.select("customer_id", first_at=_.moved_at, last_at=_.moved_at)
    return heard_pieces(tables, definition, known_by=known_by).union(pieces)


def _complete(last_at: ibis.Deferred, definition: ChurnDefinition) -> ibis.Deferred:
    """The instant at which silence since another one is complete."""
    return (last_at + ibis.interval(days=definition.silent_days)).cast(INSTANT)
