"""Purchases and refunds among the events of a warehouse."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.store import Warehouse
from liuke.view.fast.arrays import rows_at, values_of
from liuke.view.fast.codes import day_number
from liuke.view.fast.event_codes import CODES, is_coded, read_codes, read_index
from liuke.view.fast.reading import WarehouseReader
from liuke.view.rfm_purchases import Batch, Purchases, of_table, worth_of

KINDS = ("purchase", "refund")  # of events
_EVENTS = ("customer_id", "happened_at", "known_at", "kind", "amount_fen")


def of_warehouse(warehouse: Warehouse, *, as_of: date) -> Purchases:
    """Events that are purchases or refunds; from their codes where all are coded."""
    if not is_coded(warehouse, ("kind", "amount_fen")):
        return of_table(_read(warehouse), as_of=as_of)
    ids, today = read_index(warehouse), day_number(as_of)
    begins = min(date.fromisoformat(f"{month}-01") for month in warehouse.manifest.partitions(CODES))

    def batches(first: int, last: int) -> Iterator[Batch]:
        for piece in read_codes(warehouse, ("kind", "amount_fen"), first=first, last=last - 1):
            for part in piece.to_batches():
                yield _batch_of(part)

    return Purchases(ids, max(1, today - day_number(begins)), 100, batches, lambda: _read(warehouse))


def _batch_of(part: pa.RecordBatch) -> Batch:
    """Rows of the coded events; where an amount is missing only of those that need one."""
    wanted = np.array([word in KINDS for word in part["kind"].dictionary.to_pylist()] + [False], np.int32)
    code = values_of(part["kind"].indices, len(wanted) - 1)
    if part["amount_fen"].null_count:
        rows = np.flatnonzero(wanted[code])
        part, code = part.take(rows_at(rows)), code[rows]
    happened_on, known_on = (values_of(part[name].view(pa.int32())) for name in ("happened_on", "known_on"))
    worth = worth_of(part["amount_fen"])
    return Batch(values_of(part["customer"]), happened_on, known_on, code, worth, wanted)


def _read(warehouse: Warehouse) -> pa.Table:
    """The rows as they were loaded."""
    rows = WarehouseReader(warehouse).read("events", _EVENTS)
    return rows.filter(pc.is_in(rows["kind"], value_set=pa.array(KINDS)))
