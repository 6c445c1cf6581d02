"""RFM by explicit bands: when a customer last bought, how often, for how much; cells in named segments.

Recency counts calendar months back from the as-of day: within 1 month of 31 March is from 28 February
on. The three bands make the cell (R1F4M4), the cell's segment makes the rank. A customer of whom one of
the three is unknown, who never bought, or whose last purchase lies after the as-of day is unrated.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fnmatch import fnmatchcase
from itertools import product
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
from pydantic import BaseModel, ConfigDict, Field

from liuke.kernel.days import add_months
from liuke.kernel.errors import MissingColumn
from liuke.kernel.words import Words
from liuke.tier.edges import Band, Fault
from liuke.tier.measure import MeasureRefused, read_number
from liuke.tier.rfm_faults import faults_of_rfm
from liuke.tier.scheme import UNRATED, UNRATED_COLOR, UNRATED_WORDS, Level, Scheme, SchemeRefused, Tier
from liuke.tier.speech import first_of, say_number, sentence

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


class Segment(Tier):
    """Cells that are treated alike, by patterns such as `R[12]F[34]*`, and what to do with them."""

    cells: tuple[str, ...] = Field(min_length=1)
    action: Words


class RfmScheme(Scheme):
    """Cells of recency, frequency and money; segments best first, a cell belongs to the first it fits."""

    kind: Literal["rfm"]
    recency: Recency
    frequency: NumberPart
    monetary: NumberPart
    segments: tuple[Segment, ...] = Field(min_length=1)

    @classmethod
    def faults(cls, declared: Mapping[str, Any]) -> Iterator[Fault]:
        yield from faults_of_rfm(declared)

    @property
    def cells(self) -> dict[str, Segment]:
        """Every cell and its segment."""
        names = ([band.name for band in self.recency.bands], self.frequency.names, self.monetary.names)
        return {
            cell: next(s for s in self.segments if any(fnmatchcase(cell, p) for p in s.cells))
            for cell in ("".join(parts) for parts in product(*names))
        }

    @property
    def levels(self) -> tuple[Level, ...]:
        """The cells; those of one segment share its rank and colour."""
        ranks = {segment.name: rank for rank, segment in enumerate(self.segments, start=1)}
        made = [
            Level(
                cell,
                Words(zh=f"{cell} {segment.words.zh}", en=f"{cell} {segment.words.en}"),
                segment.color,
                ranks[segment.name],
            )
            for cell, segment in self.cells.items()
        ]
        unrated = Level(UNRATED, UNRATED_WORDS, UNRATED_COLOR, len(self.segments) + 1)
        return (*sorted(made, key=lambda level: level.rank), unrated)

    def _tiers(self) -> Iterable[Tier]:
        return self.segments

    def _extra_columns(self) -> tuple[str, ...]:
        return ("segment", "action", "action_zh")

    def _judge(self, table: ir.Table, *, as_of: date | None) -> ir.Table:
        if as_of is None:
            raise SchemeRefused(f"{self.label} counts months back from a day; say which with as_of=…")
        table = table.mutate(
            last_on=self._last_on(table),
            times=read_number(table, self.frequency.column, money=False, wanted_by=self.label),
            measure=read_number(table, self.monetary.column, money=True, wanted_by=self.label),
        )
        table = table.mutate(
            r=self._recency_band(table.last_on, as_of=as_of),
            f=self.frequency.band_of(table.times),
            m=self.monetary.band_of(table.measure),
        )
        table = table.mutate(tier=ibis.coalesce(table.r + table.f + table.m, UNRATED))
        table = table.mutate(place=self._place(table), better=self._better(table))
        ranks = list(range(1, len(self.segments) + 1))
        table = table.mutate(
            rank=self._by_segment(table, ranks, len(ranks) + 1),
            segment=self._by_segment(table, [segment.name for segment in self.segments], UNRATED),
            action=self._by_segment(table, [s.action.en for s in self.segments], ibis.null("string")),
            action_zh=self._by_segment(table, [s.action.zh for s in self.segments], ibis.null("string")),
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

    def _last_on(self, table: ir.Table) -> Any:
        column = self.recency.column
        if column not in table.columns:
            raise MissingColumn(column, wanted_by=self.label, present=table.columns)
        value = table[column]
        if value.type().is_null():
            return ibis.null("date")
        if not (value.type().is_date() or value.type().is_timestamp()):
            raise MeasureRefused(
                f"{self.label} needs days in {column!r}, which holds {value.type()}; make it a date"
            )
        return value.cast("date")

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

    def _place(self, table: ir.Table) -> ir.IntegerValue:
        """The number of each cell's segment; null when unrated."""
        cells = self.cells
        branches = [
            (table.tier.isin([cell for cell, of in cells.items() if of.name == segment.name]), at)
            for at, segment in enumerate(self.segments)
        ]
        return first_of(branches, ibis.null("int64"))

    def _by_segment(self, table: ir.Table, results: Sequence[Any], unrated: Any) -> Any:
        return first_of([(table.place == at, result) for at, result in enumerate(results)], unrated)

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

    def _why(self, table: ir.Table, language: Literal["zh", "en"], *, as_of: date) -> ir.StringValue:
        zh = language == "zh"
        segment = self._by_segment(table, [s.words.say(language) for s in self.segments], "")
        last, times, spent = table.last_text, table.times_text, table.spent_text
        if zh:
            known = sentence(
                *["最近购买 ", last, "（", table.r, "），购买 ", times, " 次（", table.f],
                *["），消费 ", spent, "（", table.m, "）：", segment],
            )
            more = sentence("；消费再多 ", table.missing_text, " 即进入上一档")
        else:
            known = sentence(
                *["last bought on ", last, " (", table.r, "), ", times, " purchases (", table.f],
                *["), spent ", spent, " (", table.m, "): ", segment],
            )
            more = sentence("; ", table.missing_text, " more spent for the next band")
        return first_of(
            [(table.tier != UNRATED, known + ibis.coalesce(more, "")), *self._why_unrated(table, zh, as_of)],
            "没有购买" if zh else "no purchase",
        )

    def _why_unrated(self, table: ir.Table, zh: bool, as_of: date) -> list[tuple[Any, Any]]:
        unknown = table.last_on.isnull() | table.times.isnull() | table.measure.isnull()
        return [
            (unknown, "最近购买、次数或金额未知" if zh else "last purchase, number or amount unknown"),
            (
                table.last_on > ibis.literal(as_of),
                f"最近购买晚于 {as_of}" if zh else f"the last purchase lies after {as_of}",
            ),
        ]
