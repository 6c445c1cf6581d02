"""When customers were heard of, in pieces of months: all that silence is told from, in few rows.

A piece is a stretch of a calendar month no longer than the silence looked for, so that no silence lies
within one: its first and its last event say as much as all of them. Pieces are summed month by month and
kept, by the first month at whose beginning everything in them was known; what a day in the middle of a month
knows beyond that is read from the events themselves. The last event of any kind is kept beside them.
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
        ("used_at", pa.timestamp("us")),
        ("told_by", pa.date32()),
    ]
)
LONGEST_DAYS = 31  # of a piece: a month


def sum_heard(events: ibis.Table, definition: ChurnDefinition) -> ibis.Table:
    """The pieces of some months' events, as SCHEMA has them; unions of what it makes of parts are as good.

    first_at, last_at: of the events that count, missing where a piece has none; used_at: of all events.
    """
    assert definition.dormant is not None
    known_ones = events.filter(_.happened_at.notnull(), _.known_at.notnull())
    told_at = ibis.greatest(known_ones.happened_at.cast(INSTANT), known_ones.known_at.cast(INSTANT))
    placed = known_ones.select(
        "customer_id",
        heard_at=known_ones.happened_at.cast(INSTANT),
        counts=known_ones.kind.isin(definition.dormant.events),
        month=known_ones.happened_at.truncate("M").cast("date"),
        piece=(known_ones.happened_at.day() - 1) // _piece_days(definition),
        told_in=told_at.truncate("M").cast("date"),
    )
    pieces = placed.group_by("customer_id", "month", "piece", "told_in").agg(
        first_at=_.heard_at.min(where=_.counts),
        last_at=_.heard_at.max(where=_.counts),
        used_at=_.heard_at.max(),
    )
    told_by = (_.told_in + ibis.interval(months=1)).cast("date")
    return pieces.select("customer_id", "first_at", "last_at", "used_at", told_by=told_by)


def heard_pieces(
    tables: Mapping[str, ibis.Table], definition: ChurnDefinition, *, known_by: date
) -> ibis.Table:
    """Pieces of what was known of customers before a day's midnight: customer_id, first_at, last_at.

    Pieces of one customer may overlap. tables: with HEARD, where pieces are kept.
    """
    assert definition.dormant is not None
    events, edge = _not_kept(tables, known_by=known_by)
    events = events.filter(_.kind.isin(definition.dormant.events))
    parts = []
    if edge is not None:
        kept = tables[HEARD].filter(_.told_by <= edge, _.first_at.notnull())
        parts.append(kept.select("customer_id", "first_at", "last_at"))
    if edge != known_by:
        heard_at = events.happened_at.cast(INSTANT)
        piece = heard_at.epoch_seconds() // int(timedelta(days=_piece_days(definition)).total_seconds())
        rows = events.select("customer_id", heard_at=heard_at, piece=piece)
        together = rows.group_by("customer_id", "piece")
        pieces = together.agg(first_at=_.heard_at.min(), last_at=_.heard_at.max())
        parts.append(pieces.select("customer_id", "first_at", "last_at"))
    return ibis.union(*parts)


def last_uses(tables: Mapping[str, ibis.Table], *, known_by: date) -> ibis.Table:
    """The last event of any kind of each customer, known before a day's midnight: customer_id, used_at."""
    events, edge = _not_kept(tables, known_by=known_by)
    parts = []
    if edge is not None:
        parts.append(tables[HEARD].filter(_.told_by <= edge).select("customer_id", "used_at"))
    if edge != known_by:
        parts.append(events.select("customer_id", used_at=_.happened_at.cast(INSTANT)))
    return ibis.union(*parts).group_by("customer_id").agg(used_at=_.used_at.max())


def _not_kept(tables: Mapping[str, ibis.Table], *, known_by: date) -> tuple[ibis.Table, date | None]:
    """Events known by a day that kept pieces do not tell, and up to which day pieces do, if they are kept."""
    events = known(tables["events"], by=known_by)
    if HEARD not in tables:
        return events, None
    edge = month_start(known_by)
    return events.filter((_.happened_at >= midnight(edge)) | (_.known_at >= midnight(edge))), edge


def _piece_days(definition: ChurnDefinition) -> int:
    return min(LONGEST_DAYS, definition.silent_days)
