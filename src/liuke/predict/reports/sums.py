"""A sum of cells: whatever stands in a cell adds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

Key = tuple[str, date, str, str]  # member, month, measure, kind


@dataclass(frozen=True)
class Sum:
    """Figures of cells put together; the names are those of REPORT_CELLS."""

    count: float = 0.0
    of_opening: int = 0
    valued: int = 0
    value_fen: int = 0
    variance: float = 0.0
    third: float = 0.0

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(*(mine + its for mine, its in zip(self.parts, other.parts, strict=True)))

    def __sub__(self, other: "Sum") -> "Sum":
        return Sum(*(mine - its for mine, its in zip(self.parts, other.parts, strict=True)))

    @property
    def parts(self) -> tuple[Any, ...]:
        return (self.count, self.of_opening, self.valued, self.value_fen, self.variance, self.third)

    @property
    def worth_fen(self) -> int | None:
        """The value that is known of; None where there are customers and none has a known value."""
        return self.value_fen if self.valued or not self.count else None


class Tally:
    """Sums of the cells of one dimension by member, month, measure and kind."""

    def __init__(self, cells: Iterable[Mapping[str, Any]]):
        self._sums: dict[Key, Sum] = {}
        for cell in cells:
            key = (cell["member"], cell["month"], cell["measure"], cell["kind"])
            found = Sum(*(cell[name] for name in Sum.__dataclass_fields__))
            self._sums[key] = self._sums[key] + found if key in self._sums else found

    def sum(self, member: str, month: date, measure: str, kind: str | None = None) -> Sum:
        """One kind, or all of them; nothing where nothing was counted."""
        if kind is not None:
            return self._sums.get((member, month, measure, kind), Sum())
        total = Sum()
        for each in self.kinds(measure):
            total += self.sum(member, month, measure, each)
        return total

    def kinds(self, measure: str) -> set[str]:
        return {key[3] for key in self._sums if key[2] == measure}

    @property
    def members(self) -> list[str]:
        return sorted({key[0] for key in self._sums})
