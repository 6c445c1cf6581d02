"""What a customer used, as a table: kinds down, months across."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class UsageTable:
    months: list[str]
    lines: list[tuple[str, list[float | None]]]  # kind, its quantity in each month


def tabulate_usage(rows: Iterable[Mapping[str, Any]]) -> UsageTable:
    """Quantities, or times where no quantity was told; a month without any is empty, not nought."""
    rows = list(rows)
    months = sorted({row["month"] for row in rows})
    told = {
        (row["kind"], row["month"]): row["times"] if row["quantity"] is None else row["quantity"]
        for row in rows
    }
    kinds = sorted({row["kind"] for row in rows})
    return UsageTable(months, [(kind, [told.get((kind, month)) for month in months]) for kind in kinds])
