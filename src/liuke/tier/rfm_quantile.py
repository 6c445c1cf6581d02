"""RFM by quantiles: thresholds that cut the company's own customers into equal parts.

R1 is the most recent part, F5 the most frequent and M5 the one of most money (of five parts), so R1F5M5 is
best. Customers of equal value stand together at the middle of their places: with b below and s of the same
value among n, at (b + s/2) / n; the threshold of the k-th part is the lowest value that stands at k/5 or
above. So equal values share a band whatever the order of rows, a large group of equals lands where most of it
lies (a part may stay empty), and one customer alone is in the middle. The unrated (see rfm) are not counted.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
from pydantic import BaseModel, ConfigDict, Field

from liuke.tier.edges import Fault
from liuke.tier.measure import read_number
from liuke.tier.place import places
from liuke.tier.rfm_cells import RfmCells
from liuke.tier.rfm_faults import faults_of_segments
from liuke.tier.scheme import UNRATED, SchemeRefused
from liuke.tier.speech import first_of, say_number


class QuantilePart(BaseModel):
    """A column and how many equal parts it is cut into."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    quantiles: int = Field(default=5, ge=2, le=9)

    @property
    def numbers(self) -> range:
        """The parts, from the lowest values to the highest."""
        return range(1, self.quantiles + 1)

    def thresholds(self, rated: ir.Table, value: str) -> ir.Table:
        """One row: for each part the lowest value in it (null: it is empty) and in it or a higher one."""
        placed = places(rated, value)
        twice_middle = 2 * placed.below + placed.same
        reached = [
            (twice_middle * self.quantiles >= 2 * (number - 1) * placed.total, number)
            for number in reversed(self.numbers)
        ]
        placed = placed.mutate(part=first_of(reached, 1))
        return placed.agg(
            **{f"{value}_in_{n}": placed.value.min(where=placed.part == n) for n in self.numbers},
            **{f"{value}_from_{n}": placed.value.min(where=placed.part >= n) for n in self.numbers},
        )

    def part_of(self, table: ir.Table, value: str) -> ir.IntegerValue:
        """The number of the part of each rated row; null for the others."""
        reached = [
            (table.rated & (table[value] >= table[f"{value}_from_{n}"]), n) for n in reversed(self.numbers)
        ]
        return first_of(reached, ibis.null("int64"))


class RfmQuantileScheme(RfmCells):
    """Cells of recency, frequency and money by quantile thresholds, in named segments."""

    kind: Literal["rfm-quantile"]
    recency: QuantilePart
    frequency: QuantilePart
    monetary: QuantilePart

    @classmethod
    def faults(cls, declared: Mapping[str, Any]) -> Iterator[Fault]:
        try:
            counts = [
                int(declared[part].get("quantiles", 5)) for part in ("recency", "frequency", "monetary")
            ]
        except (KeyError, TypeError, ValueError, AttributeError):
            return  # told by the check of the parts
        if all(2 <= count <= 9 for count in counts):
            yield from faults_of_segments(declared, _names(*counts))

    @property
    def band_names(self) -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
        return _names(self.recency.quantiles, self.frequency.quantiles, self.monetary.quantiles)

    def _judge(self, table: ir.Table, *, as_of: date | None) -> ir.Table:
        if as_of is None:
            raise SchemeRefused(f"{self.label} leaves out purchases after a day; say which with as_of=…")
        table = table.mutate(
            last_on=self._read_day(table, self.recency.column),
            times=read_number(table, self.frequency.column, money=False, wanted_by=self.label),
            measure=read_number(table, self.monetary.column, money=True, wanted_by=self.label),
        )
        bought = (table.times > 0) & (table.last_on <= ibis.literal(as_of)) & table.measure.notnull()
        table = table.mutate(rated=ibis.coalesce(bought, False))
        parts = {"last_on": self.recency, "times": self.frequency, "measure": self.monetary}
        cuts = [part.thresholds(table.filter(table.rated), value) for value, part in parts.items()]
        for cut in cuts:
            table = table.cross_join(cut)
        recency, times, money = (part.part_of(table, value) for value, part in parts.items())
        table = table.mutate(
            r=ibis.literal("R") + (self.recency.quantiles + 1 - recency).cast("string"),
            f=ibis.literal("F") + times.cast("string"),
            m=ibis.literal("M") + money.cast("string"),
            money_part=money,
        )
        table = table.mutate(tier=ibis.coalesce(table.r + table.f + table.m, UNRATED))
        table = self._in_segments(table)
        table = table.mutate(better=self._better(table))
        table = table.mutate(
            next_tier=table.r + table.f + "M" + table.better.cast("string"), missing=self._missing(table)
        )
        table = table.mutate(
            last_text=table.last_on.cast("string"),
            times_text=say_number(table.times, decimals=6),
            spent_text=say_number(table.measure, decimals=2),
            missing_text=say_number(table.missing, decimals=2),
        )
        return table.mutate(
            why=self._why(table, "en", as_of=as_of), why_zh=self._why(table, "zh", as_of=as_of)
        )

    def _better(self, table: ir.Table) -> ir.IntegerValue:
        """The nearest higher part of money that has anybody in it; null when none has."""
        higher = [
            ((table.money_part < n) & table[f"measure_in_{n}"].notnull(), n) for n in self.monetary.numbers
        ]
        return first_of(higher, ibis.null("int64"))

    def _missing(self, table: ir.Table) -> ir.FloatingValue:
        lacking = [
            (table.better == n, (table[f"measure_in_{n}"] - table.measure).round(9))
            for n in self.monetary.numbers
        ]
        return first_of(lacking, ibis.null("float64"))


def _names(*counts: int) -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
    """Best first: the smallest number of recency, the greatest of frequency and money."""
    recency, frequency, monetary = counts
    return (
        [f"R{number}" for number in range(1, recency + 1)],
        [f"F{number}" for number in range(frequency, 0, -1)],
        [f"M{number}" for number in range(monetary, 0, -1)],
    )
