"""Cells of recency, frequency and money in named segments, whichever way their bands are drawn."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fnmatch import fnmatchcase
from itertools import product
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from liuke.kernel.errors import MissingColumn
from liuke.kernel.words import Words
from liuke.tier.measure import MeasureRefused
from liuke.tier.scheme import UNRATED, UNRATED_COLOR, UNRATED_WORDS, Level, Scheme, Tier
from liuke.tier.speech import first_of, sentence


class Segment(Tier):
    """Cells that are treated alike, by patterns such as `R[12]F[34]*`, and what to do with them."""

    cells: tuple[str, ...] = Field(min_length=1)
    action: Words


class RfmCells(Scheme):
    """Segments best first; a cell belongs to the first it fits and has its rank and colour."""

    segments: tuple[Segment, ...] = Field(min_length=1)

    @property
    @abstractmethod
    def band_names(self) -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
        """Names of the bands of recency, frequency and money, best first."""

    def _takes(self) -> Mapping[str, Words]:
        return {
            segment.name: Words(
                zh=f"{'、'.join(f'`{cell}`' for cell in segment.cells)}：{segment.action.zh}",
                en=f"{', '.join(f'`{cell}`' for cell in segment.cells)}: {segment.action.en}",
            )
            for segment in self.segments
        }

    @property
    def cells(self) -> dict[str, Segment]:
        """Every cell and its segment."""
        return {
            cell: next(s for s in self.segments if any(fnmatchcase(cell, p) for p in s.cells))
            for cell in ("".join(parts) for parts in product(*self.band_names))
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

    def _in_segments(self, table: ir.Table) -> ir.Table:
        """The table, whose cells are in `tier`, with its segments, ranks and actions."""
        table = table.mutate(place=self._place(table))
        ranks = list(range(1, len(self.segments) + 1))
        nothing = ibis.null("string")
        return table.mutate(
            rank=self._by_segment(table, ranks, len(ranks) + 1),
            segment=self._by_segment(table, [segment.name for segment in self.segments], UNRATED),
            action=self._by_segment(table, [s.action.en for s in self.segments], nothing),
            action_zh=self._by_segment(table, [s.action.zh for s in self.segments], nothing),
        )

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

    def _read_day(self, table: ir.Table, column: str) -> Any:
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

    def _why(self, table: ir.Table, language: Literal["zh", "en"], *, as_of: date) -> ir.StringValue:
        """Of a table with last_on, times and measure, their bands r, f and m, and their texts."""
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
            [(table.tier != UNRATED, known + ibis.coalesce(more, "")), *_why_unrated(table, zh, as_of)],
            "没有购买" if zh else "no purchase",
        )


def _why_unrated(table: ir.Table, zh: bool, as_of: date) -> list[tuple[Any, Any]]:
    unknown = table.last_on.isnull() | table.times.isnull() | table.measure.isnull()
    return [
        (unknown, "最近购买、次数或金额未知" if zh else "last purchase, number or amount unknown"),
        (
            table.last_on > ibis.literal(as_of),
            f"最近购买晚于 {as_of}" if zh else f"the last purchase lies after {as_of}",
        ),
    ]
