"""What every row of a table promises beyond the kinds of its columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa
import pyarrow.compute as pc

from liuke.ingest.canonical import CanonicalTable

# Columns that tell of the past; what they say cannot lie after the load.
PAST = frozenset({"happened_at", "known_at", "opened_at", "resolved_at", "birth_on"})
EARLIEST_BIRTH = date(1900, 1, 1)

RANGES: dict[tuple[str, str], tuple[float | None, float | None]] = {
    ("assignments", "probability"): (0, 1),
    ("assignments", "cost_fen"): (0, None),
    ("offers", "cost_fen"): (0, None),
    ("surveys", "score"): (0, 100),
    ("circles", "times"): (0, None),
    ("dealers", "assessment_days"): (0, None),
}

# (table, column) -> the column before which it cannot lie, and whether it may be the same
PERIODS: dict[tuple[str, str], tuple[str, bool]] = {
    ("bills", "period_end"): ("period_start", False),
    ("complaints", "resolved_at"): ("happened_at", True),
}


@dataclass(frozen=True)
class Broken:
    """Rows that break one contract: a mask over the rows of a table."""

    field: str
    reason: str
    mask: pa.Array


def broken_contracts(
    rows: pa.Table, table: CanonicalTable, *, loaded_at: datetime | None, exempt: frozenset[str] = frozenset()
) -> Iterator[Broken]:
    """Contracts that some rows break.

    loaded_at: None leaves out the contract on the future.
    exempt: columns whose instants the mapping declares; they may lie ahead of the load.
    """
    present = [column for column in table if column.name in rows.column_names]
    for column in present:
        values = rows[column.name]
        if loaded_at is not None and column.name in PAST - exempt:
            limit = pa.scalar(loaded_at, pa.timestamp("us")).cast(values.type, safe=False)
            yield Broken(column.name, "future", pc.greater(values, limit))
        if column.name == "birth_on":
            yield Broken(column.name, "out_of_range", pc.less(values, pa.scalar(EARLIEST_BIRTH)))
        low, high = RANGES.get((table.name, column.name), (None, None))
        if low is not None:
            yield Broken(column.name, "out_of_range", pc.less(values, low))
        if high is not None:
            yield Broken(column.name, "out_of_range", pc.greater(values, high))
        if period := PERIODS.get((table.name, column.name)):
            start, may_equal = period
            if start in rows.column_names:
                before = pc.less if may_equal else pc.less_equal
                yield Broken(column.name, "impossible_period", before(values, rows[start]))
