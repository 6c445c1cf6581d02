"""Sums by unit and tier, gathered while rows pass by."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass
class Total:
    customers: int = 0
    warned: int = 0
    expected_leavers: float = 0.0
    value_at_stake_fen: int = 0
    expected_loss_fen: int = 0

    def add(self, row: Mapping[str, Any]) -> None:
        self.customers += 1
        self.warned += row["expected_loss_fen"] is not None
        self.expected_leavers += row["p_3m"] or 0.0
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
