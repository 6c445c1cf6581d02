"""Threshold schemes: a customer has the first tier whose edge the measure reaches."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from liuke.kernel.words import Words
from liuke.tier.edges import Band, Fault, faults_of_bands
from liuke.tier.measure import Measure
from liuke.tier.scheme import UNRATED, Scheme, Tier
from liuke.tier.speech import first_of, say_number, sentence


class ThresholdTier(Tier, Band):
    """A tier and the band of the measure that belongs to it.

    base_credit_line: what its customers may owe without a closer look, in yuan; set by each workspace.
    """

    base_credit_line: Decimal | None = Field(default=None, ge=0, decimal_places=2)


class ThresholdScheme(Scheme):
    """Tiers by the edges a number reaches.

    tiers: best first; otherwise: the tier of a known measure below every edge, unrated unless given.
    Where any tier has a base credit line the result has one more column, `base_credit_line_fen`, null for
    tiers without one.
    """

    kind: Literal["threshold"]
    measure: Measure
    tiers: tuple[ThresholdTier, ...] = Field(min_length=1)
    otherwise: Tier | None = None

    @classmethod
    def faults(cls, declared: Mapping[str, Any]) -> Iterator[Fault]:
        yield from faults_of_bands(declared.get("tiers", ()), where=("tiers",))

    def _tiers(self) -> Iterable[Tier]:
        return (*self.tiers, self.otherwise) if self.otherwise else self.tiers

    def _takes(self) -> Mapping[str, Words]:
        label = self.measure.words
        takes = {
            tier.name: Words(zh=f"{label.zh} {tier.bounds.zh}", en=f"{label.en} {tier.bounds.en}")
            for tier in self.tiers
        }
        below = Words(zh=f"{label.zh}已知，未达到以上任何等级", en=f"{label.en} that reaches none of these")
        return takes | ({self.otherwise.name: below} if self.otherwise else {})

    def _extra_columns(self) -> tuple[str, ...]:
        has_lines = any(tier.base_credit_line is not None for tier in self.tiers)
        return ("base_credit_line_fen",) if has_lines else ()

    def _credit_line_fen(self, table: ir.Table) -> ir.IntegerValue:
        lines = [
            None if tier.base_credit_line is None else int(tier.base_credit_line * 100) for tier in self.tiers
        ]
        return self._by_tier(table, [*lines, None], None, "int64")

    def _judge(self, table: ir.Table, *, as_of: date | None) -> ir.Table:
        table = table.mutate(measure=self.measure.read(table, wanted_by=self.label))
        below = self.otherwise.name if self.otherwise else UNRATED
        ranks = {level.name: level.rank for level in self.levels}
        names = [*(tier.name for tier in self.tiers), below]
        table = table.mutate(
            tier=self._by_tier(table, names, UNRATED),
            rank=self._by_tier(table, [ranks[name] for name in names], ranks[UNRATED]),
            next_tier=self._by_tier(table, [None, *names[:-1]], None, "string"),
            missing=self._missing(table),
            base_credit_line_fen=self._credit_line_fen(table),
        )
        decimals = self.measure.decimals
        missing = say_number(table.missing, decimals=decimals)
        told = [missing if self._is_counted(tier) else ibis.literal("") for tier in self.tiers]
        table = table.mutate(
            measure_text=say_number(table.measure, decimals=decimals),
            missing_text=self._by_tier(table, [ibis.literal(""), *told], ""),
        )
        return table.mutate(why=self._why(table, "en"), why_zh=self._why(table, "zh"))

    def _by_tier(self, table: ir.Table, results: Sequence[Any], unknown: Any, kind: str | None = None) -> Any:
        """The result of the tier each measure reaches; the last one where it reaches none."""
        held = [ibis.literal(result, kind) if kind else result for result in (unknown, *results)]
        reached = [tier.is_reached(table.measure) for tier in self.tiers]
        return first_of([(table.measure.isnull(), held[0]), *zip(reached, held[1:-1], strict=True)], held[-1])

    def _missing(self, table: ir.Table) -> ir.FloatingValue:
        lacking = [tier.missing(table.measure, money=self.measure.money) for tier in self.tiers]
        nothing = ibis.null("float64")
        return self._by_tier(table, [nothing, *lacking], nothing)

    def _why(self, table: ir.Table, language: Literal["zh", "en"]) -> ir.StringValue:
        """Made of constants by tier around two numbers, so that each number is written out once a row."""
        zh = language == "zh"
        label = self.measure.words.say(language)
        places = [self._place(tier, zh=zh) for tier in self.tiers]
        places.append("，未达到任何等级" if zh else ", which reaches no tier")
        nexts = [("", ""), *(self._next_up(tier, zh=zh) for tier in self.tiers)]
        known = sentence(
            label + " ",
            table.measure_text,
            self._by_tier(
                table, [place + before for place, (before, _) in zip(places, nexts, strict=True)], ""
            ),
            table.missing_text,
            self._by_tier(table, [up[1] for up in nexts], ""),
        )
        return ibis.coalesce(known, f"{label}未知" if zh else f"{label}: unknown")

    def _place(self, tier: ThresholdTier, *, zh: bool) -> str:
        edge = f"{tier.edge:,.15g}"
        if zh:
            return f"，{'高于' if tier.is_open else '达到'} {edge}：{tier.words.zh}"
        return f", {'over' if tier.is_open else 'at least'} {edge}: {tier.words.en}"

    def _next_up(self, tier: ThresholdTier, *, zh: bool) -> tuple[str, str]:
        """What is said of the tier as the next better one, before and after the number missing."""
        if not self._is_counted(tier):
            edge = f"{tier.edge:,.15g}"
            return (
                f"；超过 {edge} 即为{tier.words.zh}" if zh else f"; anything over {edge} is {tier.words.en}",
                "",
            )
        return (f"；距{tier.words.zh}还差 ", "") if zh else ("; ", f" more for {tier.words.en}")

    def _is_counted(self, tier: ThresholdTier) -> bool:
        """Whether what is missing for the tier is a number: past an open edge, only money counts on."""
        return self.measure.money or not tier.is_open
