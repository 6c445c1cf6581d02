"""When customers were heard of, in pieces of months: all that silence is told from, in few rows.

A piece is a stretch of a calendar month no longer than the silence looked for, so that no silence lies
within one: its first and its last event say as much as all of them. Pieces are summed month by month and
kept, by the first month at whose beginning everything in them was known; what a day in the middle of a month
knows beyond that is read from the events themselves.
"""

from collections.abc import Mapping
from datetime import date, timedelta

import ibis
import pyarrow as pa
from ibis import _

from liuke.kernel.days import midnight, month_start
from liuke.predict.account_spells import INSTANT, known
from liuke.predict.churn import ChurnDefinition

HEARD = "heard"  # the name of the pieces kept, among tables
SCHEMA = pa.schema(
    [
        ("customer_id", pa.string()),
        ("first_at", pa.timestamp("us")),
        ("last_at", pa.timestamp("us")),
        ("told_by", pa.date32()),
    ]
)
LONGEST_DAYS = 31  # of a piece: a month


def sum_heard(events: ibis.Table, definition: ChurnDefinition) -> ibis.Table:
    """The pieces of some months' events, as SCHEMA has them; unions of what it makes of parts are as good."""
    assert definition.dormant is not None
    mine = events.filter(
        _.kind.isin(definition.dormant.events), _.happened_at.notnull(), _.known_at.notnull()
    )
    told_at = ibis.greatest(mine.happened_at.cast(INSTANT), mine.known_at.cast(INSTANT))
    placed = mine.select(
        "customer_id",
        heard_at=mine.happened_at.cast(INSTANT),
        month=mine.happened_at.truncate("M").cast("date"),
        piece=(mine.happened_at.day() - 1) // _piece_days(definition),
        told_in=told_at.truncate("M").cast("date"),
    )
    pieces = placed.group_by("customer_id", "month", "piece", "told_in").agg(
        first_at=_.heard_at.min(), last_at=_.heard_at.max()
    )
    return pieces.select(
        "customer_id", "first_at", "last_at", told_by=(_.told_in + ibis.interval(months=1)).cast("date")
    )


def heard_pieces(
    tables: Mapping[str, ibis.Table], definition: ChurnDefinition, *, known_by: date
) -> ibis.Table:
    """Pieces of what was known of customers before a day's midnight: customer_id, first_at, last_at.

    Pieces of one customer may overlap. tables: with HEARD, where pieces are kept.
    """
    assert definition.dormant is not None
    events = known(tables["events"], by=known_by).filter(_.kind.isin(definition.dormant.events))
    edge = month_start(known_by) if HEARD in tables else None
    parts = []
    if edge is not None:
        parts.append(tables[HEARD].filter(_.told_by <= edge).select("customer_id", "first_at", "last_at"))
        events = events.filter((_.happened_at >= midnight(edge)) | (_.known_at >= midnight(edge)))
    if edge != known_by:
        heard_at = events.happened_at.cast(INSTANT)
        piece = heard_at.epoch_seconds() // int(timedelta(days=_piece_days(definition)).total_seconds())
        rows = events.select("customer_id", heard_at=heard_at, piece=piece)
        together = rows.group_by("customer_id", "piece")
        pieces = together.agg(first_at=_.heard_at.min(), last_at=_.heard_at.max())
        parts.append(pieces.select("customer_id", "first_at", "last_at"))
    return ibis.union(*parts)


def _piece_days(definition: ChurnDefinition) -> int:
    return min(LONGEST_DAYS, definition.silent_days)
