"""Recency, frequency and monetary value of each customer's purchases."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from liuke.kernel.frames import Frame, from_arrow, to_arrow
from liuke.view.rfm_columns import find_columns
from liuke.view.rfm_parts import with_parts
from liuke.view.rfm_purchases import NotCountable, Purchases, of_table
from liuke.view.rfm_tally import summarise

if TYPE_CHECKING:
    from liuke.store import Warehouse


def rfm(events: "Frame | Path | str | Warehouse", *, as_of: date, parts: int | None = None) -> Frame:
    """What BetaGeo and GammaGamma are fitted on, and what an RFM scheme reads, in one frame.

    events: one row per purchase; a pandas, Polars or Arrow frame, or the path of Parquet, with
        customer_id, happened_at or happened_on, and where there is one amount (yuan) or amount_fen,
        refunds negative; known_at or known_on leaves out what was not known before the as-of day
        began. Or a Warehouse: its events of kind purchase and refund.
    parts: also cut recency, frequency and money into so many equal parts (see rfm_parts).
    returns: the same make (Arrow for Parquet and a Warehouse), one row per customer who purchased
        before the as-of day, sorted by customer_id. Purchases of one day count once:
        recency_days  days from the first purchase to the last one; 0 after a single purchase day
        frequency     repeat purchases: days with a purchase after the first one
        monetary      yuan a repeat purchase day was worth on average, a refund of the same day
                      taken off; missing when there was none, or no amounts
        T_days        days from the first purchase to the last day seen, the one before as_of
        purchases     rows that are purchases, the first one included
        spend         yuan of all purchases less all refunds; missing without amounts
        first_on, last_on, days_since_last (to as_of)
        r, f, m       with parts: of last_on (1: the most recent), purchases and spend (1: the least)
        A row is a purchase unless its amount is negative. Someone with refunds alone is left out.

    The first four are the summary of Fader, Hardie and Lee (2005), Counting Your Customers the
    Easy Way. An RFM scheme of bands reads last_on, purchases and spend instead.

    >>> import pyarrow as pa
    >>> bought_on = [date(2026, 1, 1), date(2026, 1, 11), date(2026, 1, 21)]
    >>> bought = {"customer_id": ["ann"] * 3, "happened_on": bought_on, "amount": [10.0, 20.0, 40.0]}
    >>> (ann,) = rfm(pa.table(bought), as_of=date(2026, 2, 1)).to_pylist()
    >>> ann["recency_days"], ann["frequency"], ann["monetary"], ann["T_days"]
    (20, 2, 30.0, 30)
    """
    as_of = as_of.date() if isinstance(as_of, datetime) else as_of
    rows, like = _rows_of(events, as_of=as_of)
    found = _summary(rows, as_of=as_of)
    found = with_parts(found, parts) if parts else found
    return found if like is None else from_arrow(found, like=like)


def _rows_of(
    events: "Frame | Path | str | Warehouse", *, as_of: date
) -> tuple[pa.Table | Purchases, Frame | None]:
    """What is counted, and an empty frame of the make to give back; a frame needs no engine imported."""
    if isinstance(events, Path | str):
        return _read(Path(events)), None
    if hasattr(events, "manifest"):
        from liuke.view.rfm_warehouse import of_warehouse

        return of_warehouse(events, as_of=as_of), None
    frame: Frame = events
    return to_arrow(frame), frame[:0]


def _summary(rows: pa.Table | Purchases, *, as_of: date) -> pa.Table:
    """By tally; by a query where numbers are there that a tally cannot hold."""
    try:
        return summarise(rows if isinstance(rows, Purchases) else of_table(rows, as_of=as_of), as_of=as_of)
    except NotCountable:
        from liuke.view.rfm_reference import summarise_by_query

        return summarise_by_query(rows.table() if isinstance(rows, Purchases) else rows, as_of=as_of)


def _read(path: Path) -> pa.Table:
    """The columns that are needed, words of customers as numbers."""
    schema = pq.ParquetDataset(path).schema if path.is_dir() else pq.read_schema(path)
    text = pa.types.is_string(schema.field("customer_id").type) if "customer_id" in schema.names else False
    names = find_columns(schema).names
    return pq.read_table(path, columns=names, read_dictionary=["customer_id"] if text else None)
