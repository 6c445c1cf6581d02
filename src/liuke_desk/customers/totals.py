"""Sums by unit and tier, gathered while batches pass by."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

import pyarrow as pa
import pyarrow.compute as pc

from liuke_desk.customers.models import LEFT
from liuke_desk.customers.rows import Columns


@dataclass
class Total:
    """Customers who have not left, those with a risk and a value, and what they add up to."""

    customers: int = 0
    warned: int = 0
    expected_leavers: float = 0.0
    value_at_stake_fen: int = 0
    expected_loss_fen: int = 0


SUMS = tuple(field.name for field in fields(Total))


class Totals:
    """Each customer counts for their unit and for every unit above it."""

    def __init__(self, ways_up: Mapping[str, tuple[str, ...]]):
        self._ways_up = ways_up
        self._totals: dict[tuple[str, str], Total] = {}

    def add(self, columns: Columns) -> None:
        for row in _sum_own(columns):
            for unit_id in self._ways_up[row["unit_id"]]:
                total = self._totals.setdefault((unit_id, row["tier"]), Total())
                for name in SUMS:
                    setattr(total, name, getattr(total, name) + (row[f"{name}_sum"] or 0))

    def __iter__(self) -> Iterator[tuple[str, str, Total]]:
        return ((unit_id, tier, total) for (unit_id, tier), total in sorted(self._totals.items()))


def _sum_own(columns: Columns) -> list[dict[str, float | str]]:
    """Sums of a batch by the customers' own unit and tier."""
    counted = pa.table(
        {
            "unit_id": columns["unit_id"],
            "tier": columns["tier"],
            "customers": _as_count(pc.invert(pc.starts_with(columns["status"], LEFT))),
            "warned": _as_count(pc.is_valid(columns["expected_loss_fen"])),
            "expected_leavers": columns["p_ahead"],
            "value_at_stake_fen": columns["value_at_stake_fen"],
            "expected_loss_fen": columns["expected_loss_fen"],
        }
    )
    sums = counted.group_by(["unit_id", "tier"]).aggregate([(name, "sum") for name in SUMS])
    return sums.to_pylist()


def _as_count(truths: pa.Array) -> pa.Array:
    return truths.cast(pa.int64())
