"""A seeded company of events of four kinds over a year, in a warehouse, for the benchmarks of the view."""

from datetime import date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from liuke.kernel.days import add_months, month_label
from liuke.kernel.seeds import generator
from liuke.store import Engine, Warehouse

BEGINS = date(2025, 10, 1)
ENDS = date(2026, 10, 1)
KINDS = ("data", "purchase", "refund", "voice")
_SHARES = (0.5, 0.3, 0.03, 0.17)
_LATE = 0.01  # of events become known up to 40 days later, the others within the hour
_SECOND_US = 1_000_000


def open_company(folder: Path) -> Warehouse:
    """The company's warehouse."""
    return Warehouse(folder / "warehouse", Engine(memory_gib=4.0, threads=1))


def make_company(folder: Path, *, customers: int, events: int) -> None:
    """Write customers and events, some customers far busier than others; nothing when it is there already."""
    warehouse = open_company(folder)
    if warehouse.manifest.tables:
        return
    draw = generator("window company", customers, events)
    ids = np.char.add("c", np.char.zfill(np.arange(customers).astype("U8"), 8))
    busy = np.cumsum(draw.gamma(1.0, 1.0, customers))
    with warehouse.lock(doing="benchmark"):
        draft = warehouse.draft(source="benchmark")
        known = pa.array([datetime(2020, 1, 1)] * customers, pa.timestamp("us"))
        draft.append("customers", pa.table({"customer_id": ids, "known_at": known}))
        for month in range(12):
            begins = add_months(BEGINS, month)
            rows = _month(draw, pa.array(ids), busy / busy[-1], begins, events // 12)
            draft.append("events", rows, partition=month_label(begins))
        draft.commit()


def _month(draw: np.random.Generator, ids: pa.Array, busy: np.ndarray, begins: date, count: int) -> pa.Table:
    seconds = (add_months(begins, 1) - begins).days * 86_400
    start = np.datetime64(begins).astype("datetime64[us]").astype(np.int64)
    happened = start + np.sort(draw.integers(0, seconds, count)) * _SECOND_US
    lag = np.where(
        draw.random(count) < _LATE, draw.integers(0, 40 * 86_400, count), draw.integers(0, 3600, count)
    )
    kind = draw.choice(len(KINDS), count, p=_SHARES)
    amount = np.rint(draw.lognormal(7, 1, count)).astype(np.int64)
    return pa.table(
        {
            "customer_id": ids.take(pa.array(np.searchsorted(busy, draw.random(count)))),
            "happened_at": pa.array(happened, pa.timestamp("us")),
            "known_at": pa.array(happened + lag * _SECOND_US, pa.timestamp("us")),
            "kind": pa.array(np.asarray(KINDS)).take(pa.array(kind)),
            "amount_fen": np.where(kind == KINDS.index("refund"), -amount, amount),
        }
    )
