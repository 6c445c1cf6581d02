"""Purchases and refunds among the events of a warehouse."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.store import Warehouse
from liuke.view.fast.arrays import array_of, values_of
from liuke.view.fast.codes import day_number
from liuke.view.fast.event_codes import CODES, is_coded, read_codes, read_index
from liuke.view.fast.reading import WarehouseReader
from liuke.view.rfm_purchases import Batch, Purchases, of_table, seen_of

KINDS = ("purchase", "refund")  # of events
_EVENTS = ("customer_id", "happened_at", "known_at", "kind", "amount_fen")


def of_warehouse(warehouse: Warehouse, *, as_of: date) -> Purchases:
    """Events that are purchases or refunds; from their codes where all are coded."""
    if not is_coded(warehouse, ("kind", "amount_fen")):
        return of_table(_read(warehouse), as_of=as_of)
    ids, today = read_index(warehouse), day_number(as_of)
    begins = min(date.fromisoformat(f"{month}-01") for month in warehouse.manifest.partitions(CODES))

    def batches(first: int, last: int) -> Iterator[Batch]:
        whole = (first, last) == (0, len(ids))
        for piece in read_codes(warehouse, ("kind", "amount_fen"), first=first, last=last - 1):
            for part in _of_kinds(piece):
                found = seen_of(part, today, None if whole else (first, last))
                if found is not None:
                    yield found

    return Purchases(ids, max(1, today - day_number(begins)), 100, batches, lambda: _read(warehouse))


def _of_kinds(piece: pa.Table) -> Iterator[pa.RecordBatch]:
    """Rows of a piece of the coded events that are purchases or refunds."""
    for part in piece.to_batches():
        kind = part["kind"]
        wanted = np.array([word in KINDS for word in kind.dictionary.to_pylist()], bool)
        met = np.append(wanted, False)[values_of(kind.indices, len(wanted))]
        columns = [
            part["customer"],
            part["happened_on"].view(pa.int32()),
            part["known_on"].view(pa.int32()),
            part["amount_fen"],
        ]
        rows = pa.RecordBatch.from_arrays(columns, names=["place", "on", "known", "amount"])
        yield rows.filter(array_of(met, pa.bool_()))


def _read(warehouse: Warehouse) -> pa.Table:
    """The rows as they were loaded."""
    rows = WarehouseReader(warehouse).read("events", _EVENTS)
    return rows.filter(pc.is_in(rows["kind"], value_set=pa.array(KINDS)))
