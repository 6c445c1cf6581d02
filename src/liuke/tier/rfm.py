"""RFM by explicit bands: when a customer last bought, how often, for how much; cells in named segments.

Recency counts calendar months back from the as-of day: within 1 month of 31 March is from 28 February
on. The three bands make the cell (R1F4M4), the cell's segment makes the rank. A customer of whom one of
the three is unknown, who never bought, or whose last purchase lies after the as-of day is unrated.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
from pydantic import BaseModel, ConfigDict, Field

from liuke.kernel.days import add_months
from liuke.tier.edges import Band, Fault
from liuke.tier.measure import read_number
from liuke.tier.rfm_cells import RfmCells
from liuke.tier.rfm_faults import faults_of_rfm
from liuke.tier.scheme import UNRATED, SchemeRefused
from liuke.tier.speech import first_of, say_number

_PART = ConfigDict(frozen=True, extra="forbid")
BandName = Field(pattern=r"^[A-Z]\d$")


class RecencyBand(BaseModel):
    """The last purchase lies within so many months; without months, before all others."""

    model_config = _PART

    name: str = BandName
    within_months: int | None = Field(default=None, ge=1)


class Recency(BaseModel):
    model_config = _PART

    column: str
    bands: tuple[RecencyBand, ...] = Field(min_length=1)


class NumberBand(Band):
    name: str = BandName


class NumberPart(BaseModel):
    """Frequency or money: bands best first; below: the band of known numbers under them all."""

    model_config = _PART

    column: str
    bands: tuple[NumberBand, ...] = Field(min_length=1)
    below: str | None = Field(default=None, pattern=r"^[A-Z]\d$")

    @property
    def names(self) -> tuple[str, ...]:
        return (*(band.name for band in self.bands), *([self.below] if self.below else []))

    def band_of(self, number: ir.NumericValue) -> ir.StringValue:
        """The name of each number's band; null when it is unknown or under them all."""
        reached: list[tuple[Any, Any]] = [(band.is_reached(number), band.name) for band in self.bands]
        under = ibis.null("string") if self.below is None else ibis.literal(self.below)
        return first_of([(number.isnull(), ibis.null("string")), *reached], under)


class RfmScheme(RfmCells):
    """Cells of recency, frequency and money; segments best first, a cell belongs to the first it fits."""

    kind: Literal["rfm"]
    recency: Recency
    frequency: NumberPart
    monetary: NumberPart

    @classmethod
    def faults(cls, declared: Mapping[str, Any]) -> Iterator[Fault]:
        yield from faults_of_rfm(declared)

    @property
    def band_names(self) -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
        return [band.name for band in self.recency.bands], self.frequency.names, self.monetary.names

    def _judge(self, table: ir.Table, *, as_of: date | None) -> ir.Table:
        if as_of is None:
            raise SchemeRefused(f"{self.label} counts months back from a day; say which with as_of=…")
        table = table.mutate(
            last_on=self._read_day(table, self.recency.column),
            times=read_number(table, self.frequency.column, money=False, wanted_by=self.label),
            measure=read_number(table, self.monetary.column, money=True, wanted_by=self.label),
        )
        table = table.mutate(
            r=self._recency_band(table.last_on, as_of=as_of),
            f=self.frequency.band_of(table.times),
            m=self.monetary.band_of(table.measure),
        )
        table = table.mutate(tier=ibis.coalesce(table.r + table.f + table.m, UNRATED))
        table = self._in_segments(table)
        table = table.mutate(better=self._better(table))
        table = table.mutate(
            next_tier=table.r + table.f + table.better,
            missing=self._missing(table),
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

    def _recency_band(self, last_on: Any, *, as_of: date) -> ir.StringValue:
        begins = [
            (last_on >= ibis.literal(add_months(as_of, -band.within_months)), band.name)
            for band in self.recency.bands
            if band.within_months is not None
        ]
        unknown = last_on.isnull() | (last_on > ibis.literal(as_of))
        open_end = [band.name for band in self.recency.bands if band.within_months is None]
        before = ibis.literal(open_end[0]) if open_end else ibis.null("string")
        return first_of([(unknown, ibis.null("string")), *begins], before)

    def _better(self, table: ir.Table) -> ir.StringValue:
        """The next better band of money of a rated customer; null at the best."""
        pairs = zip(self.monetary.names[1:], self.monetary.bands, strict=False)
        rated = table.tier != UNRATED
        return first_of([(rated & (table.m == held), up.name) for held, up in pairs], ibis.null("string"))

    def _missing(self, table: ir.Table) -> ir.FloatingValue:
        branches = [
            (table.better == band.name, band.missing(table.measure, money=True))
            for band in self.monetary.bands
        ]
        return first_of(branches, ibis.null("float64"))
