"""Sums by unit and tier, gathered while rows pass by."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from liuke_desk.customers.models import LEFT
from liuke_desk.customers.rows import foretell


@dataclass
class Total:
    """Customers who have not left, those with a risk and a value, and what they add up to."""

    customers: int = 0
    warned: int = 0
    expected_leavers: float = 0.0
    value_at_stake_fen: int = 0
    expected_loss_fen: int = 0

    def add(self, row: Mapping[str, Any]) -> None:
        self.customers += not row["status"].startswith(LEFT)
        self.warned += row["expected_loss_fen"] is not None
        self.expected_leavers += foretell(row)[1] or 0.0
        self.value_at_stake_fen += row["value_at_stake_fen"] or 0
        self.expected_loss_fen += row["expected_loss_fen"] or 0


class Totals:
    """Each customer counts for their unit and for every unit above it."""

    def __init__(self, ways_up: Mapping[str, tuple[str, ...]]):
        self._ways_up = ways_up
        self._totals: dict[tuple[str, str], Total] = {}

    def add(self, row: Mapping[str, Any]) -> None:
        for unit_id in self._ways_up[row["unit_id"]]:
            self._totals.setdefault((unit_id, row["tier"]), Total()).add(row)

    def __iter__(self) -> Iterator[tuple[str, str, Total]]:
        return ((unit_id, tier, total) for (unit_id, tier), total in sorted(self._totals.items()))
