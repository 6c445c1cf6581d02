"""When customers were with the company: from their coming (or coming back) to their leaving.

Moves of a customer follow each other: came, left, came back. A leaving of somebody who is gone already,
as when a silent customer's account is closed at last, takes nobody away a second time: it is `settled`.
So every leaving is either `lost` or `settled`, and those with the company at a month's end are those of
its start, plus the new and the returned, less the lost.
"""

from collections.abc import Mapping
from datetime import date

import ibis
from ibis import _

from liuke.kernel.days import midnight
from liuke.predict.account_spells import DAWN, INSTANT, closed_spells, known
from liuke.predict.churn import ChurnDefinition
from liuke.predict.heard import heard_pieces
from liuke.predict.leavings import find_fallen, outside

Tables = Mapping[str, ibis.Table]

_COLUMNS = ["customer_id", "at", "what", "kind", "competitor"]
_ORDER = {"new": 0, "lost": 1, "returned": 2}  # of moves at one instant


def find_moves(
    tables: Tables,
    leavings: ibis.Table,
    definition: ChurnDefinition,
    *,
    known_by: date,
    arrivals: ibis.Table | None = None,
) -> ibis.Table:
    """Every move of every customer known by a day.

    leavings: customer_id, left_at, kind, competitor, as known by the day. arrivals: as first_arrivals finds
    them by it; looked for where not given.
    returns: customer_id, at, what (new, returned, lost, settled), kind and competitor (of leavings), and
    since: when the customer who is lost had come, until: when one who came was lost (missing: still here).
    """
    came = first_arrivals(tables, definition, known_by=known_by) if arrivals is None else arrivals
    moves = ibis.union(
        came.select("customer_id", at=_.came_at, what=ibis.literal("new")),
        _returns(tables, leavings, definition, known_by=known_by),
    ).mutate(kind=ibis.literal(""), competitor=ibis.null("string"))
    left = leavings.select(
        "customer_id", "kind", "competitor", at=_.left_at.cast(INSTANT), what=ibis.literal("lost")
    )
    return _in_turn(moves.select(_COLUMNS).union(left.select(_COLUMNS)))


def first_arrivals(tables: Tables, definition: ChurnDefinition, *, known_by: date) -> ibis.Table:
    """When every customer first came: customer_id, came_at, is_known.

    The first account's opening or first status; without either the day the customer was taken on, then the
    first thing heard of them. One of whom nothing tells was always there.
    """
    customers = known(tables["customers"], by=known_by).group_by("customer_id")
    taken_on = customers.agg(taken_on=_.opened_at.argmax(_.known_at).cast(INSTANT))
    accounts = known(tables["accounts"], by=known_by)
    latest = accounts.group_by("customer_id", "account_id").agg(at=_.opened_at.argmax(_.known_at))
    statuses = known(tables["statuses"], by=known_by)
    seen = statuses.group_by("customer_id", "account_id").agg(at=_.happened_at.min())
    told = ibis.union(*(part.select("customer_id", at=_.at.cast(INSTANT)) for part in (latest, seen)))
    opened = told.group_by("customer_id").agg(opened_at=_.at.min())
    parts = [opened]
    if definition.dormant is not None:
        pieces = heard_pieces(tables, definition, known_by=known_by)
        parts.append(pieces.group_by("customer_id").agg(heard_at=_.first_at.min().cast(INSTANT)))
    else:
        parts.append(opened.select("customer_id", heard_at=ibis.null(INSTANT)))
    everyone = taken_on
    for part in parts:
        everyone = everyone.left_join(part, "customer_id").drop("customer_id_right")
    first = everyone.mutate(told_at=ibis.coalesce(_.opened_at, _.taken_on, _.heard_at))
    return first.select(
        "customer_id",
        came_at=_.told_at.fill_null(ibis.literal(DAWN)).cast(INSTANT),
        is_known=_.told_at.notnull(),
    )


def stay_spells(moves: ibis.Table) -> ibis.Table:
    """Times with the company: customer_id, since, until (missing while it lasts)."""
    came = moves.filter(_.what.isin(["new", "returned"]))
    return came.select("customer_id", "until", since=_.at)


def _returns(
    tables: Tables, leavings: ibis.Table, definition: ChurnDefinition, *, known_by: date
) -> ibis.Table:
    """Closed accounts opened again; falls made good and silent customers heard of, with one open."""
    spells = closed_spells(tables, definition, known_by=known_by)
    reopened = spells.filter(_.reopened_at.notnull()).select(
        "customer_id", at=_.reopened_at.cast(INSTANT), what=ibis.literal("returned")
    )
    fallen = find_fallen(tables, definition, known_by=known_by)
    if fallen is not None:
        recovered = fallen.filter(_.back_at.notnull(), _.back_at < midnight(known_by))
        back = recovered.select("customer_id", left_at=_.back_at)
        back = outside(back, spells, begins="closed_at", ends="reopened_at")
        reopened = reopened.union(back.select("customer_id", at=_.left_at, what=ibis.literal("returned")))
    if definition.dormant is None:
        return reopened
    silent = leavings.filter(_.kind == "dormant").select("customer_id", left_at=_.left_at.cast(INSTANT))
    # What ends a silence begins a piece, for no piece is as long as the silence before it.
    pieces = heard_pieces(tables, definition, known_by=known_by)
    heard = pieces.select(whose=_.customer_id, at=_.first_at.cast(INSTANT))
    later = silent.inner_join(heard, (silent.customer_id == heard.whose) & (silent.left_at <= heard.at))
    woke = later.group_by("customer_id", "left_at").agg(at=_.at.min())
    closed = (
        woke.customer_id == spells.customer_id,
        woke.at >= spells.closed_at,
        spells.reopened_at.isnull() | (woke.at < spells.reopened_at),
    )
    awake = woke.anti_join(spells, closed).select("customer_id", "at", what=ibis.literal("returned"))
    return reopened.union(awake)


def _in_turn(moves: ibis.Table) -> ibis.Table:
    """The moves that change where a customer is, each with the one before or after; the settled marked."""
    placed = moves.mutate(
        place=ibis.cases(*((moves.what == what, place) for what, place in _ORDER.items())),
        is_in=(moves.what != "lost"),
    )
    in_order = ibis.window(group_by="customer_id", order_by=[_.at, _.place, _.kind])
    told = placed.mutate(was_in=_.is_in.lag().over(in_order).fill_null(False))
    settled = told.filter(~_.is_in, ~_.was_in).select(
        *_COLUMNS[:2], "kind", "competitor", what=ibis.literal("settled")
    )
    turns = told.filter(_.is_in != _.was_in)
    turns = turns.mutate(before=_.at.lag().over(in_order), after=_.at.lead().over(in_order))
    turns = turns.mutate(
        since=ibis.ifelse(_.is_in, ibis.null(INSTANT), _.before),
        until=ibis.ifelse(_.is_in, _.after, ibis.null(INSTANT)),
    )
    nothing = settled.mutate(since=ibis.null(INSTANT), until=ibis.null(INSTANT))
    columns = [*_COLUMNS, "since", "until"]
    return turns.select(columns).union(nothing.select(columns))
