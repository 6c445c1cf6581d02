"""ABC: the few who make up most, by share of the customers or by share of their value.

By count a tier ends at a share of the customers, as in the value pyramid (see `place_by_count`).

By value customers stand from the most valuable down, and each has the value of everybody above added to
the own: that sum's share of the total must be at most the tier's end, so the edge belongs to the tier and a
customer who crosses it is in the next. Those of equal value cross together, and so have one tier. The
highest value, when there is any, is in the first tier even if it is more than that tier's share by itself.
Values of nought and below are in the last tier and do not count in the total. Sums are made and compared
in whole fen (or millionths of what is not money).
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from liuke.kernel.words import Words
from liuke.tier.edges import Fault
from liuke.tier.ranked import UPWARDS, RankedScheme, percent, place_by_count, say_last, say_top
from liuke.tier.scheme import Tier
from liuke.tier.speech import first_of, sentence

_WHOLE = "decimal(38, 0)"


class AbcTier(Tier):
    """A tier and where it ends: the share of customers or of value in it and in the better ones together."""

    up_to: Decimal = Field(gt=0, le=1)


class AbcScheme(RankedScheme):
    """Tiers by cumulative share; best first, each ends higher than the one before, the last one at 1."""

    kind: Literal["abc"]
    by: Literal["count", "value"]
    tiers: tuple[AbcTier, ...] = Field(min_length=2)

    @classmethod
    def faults(cls, declared: Mapping[str, Any]) -> Iterator[Fault]:
        try:
            ends = [Decimal(str(tier["up_to"])) for tier in declared.get("tiers", ())]
        except (TypeError, KeyError, ArithmeticError):
            return  # told by the check of the parts
        for place, (end, before) in enumerate(zip(ends[1:], ends, strict=False), start=1):
            if end <= before:
                yield (
                    ("tiers", place),
                    f"the cut points do not rise: it ends at {end}, the one before at {before}",
                )
        if ends and ends[-1] != 1:
            yield (
                ("tiers", len(ends) - 1),
                f"the last tier ends at 1, so that everybody has one; it ends at {ends[-1]}",
            )

    def _takes(self) -> Mapping[str, Words]:
        label = self.measure.words
        of = Words(zh="客户数", en="customers") if self.by == "count" else label
        return {
            tier.name: Words(
                zh=f"按{label.zh}从高到低，累计至{of.zh}的 {percent(tier.up_to)}",
                en=f"by {label.en}, best first, up to {percent(tier.up_to)} of all {of.en}",
            )
            for tier in self.tiers
        }

    def _tiers(self) -> Iterable[Tier]:
        return self.tiers

    def _read(self, table: ir.Table) -> ir.FloatingValue:
        """Rounded to whole fen, so that values which are the same money are the same value."""
        return (super()._read(table) * self._units).round(0) / self._units

    @property
    def _units(self) -> int:
        return 10**self.measure.decimals

    def _placed(self, sizes: ir.Table) -> ir.Table:
        ends = [Fraction(tier.up_to) for tier in self.tiers[:-1]]
        if self.by == "count":
            return place_by_count(sizes, ends).mutate(alone=ibis.literal(False))
        whole = (sizes.measure * self._units).round(0).cast(_WHOLE)
        table = sizes.mutate(part=ibis.ifelse(whole > 0, whole * sizes.same, 0).cast(_WHOLE))
        table = table.mutate(
            reached=table.part.sum().over(UPWARDS).cast(_WHOLE), total=table.part.sum().over().cast(_WHOLE)
        )
        inside = [
            (table.part > 0) & (table.reached * end.denominator <= table.total * end.numerator)
            for end in ends
        ]
        alone = (table.part > 0) & (table.reached == table.part) & ~inside[0]
        tests = [alone | inside[0], *inside[1:]]
        return table.mutate(
            place=first_of([(test, at) for at, test in enumerate(tests)], len(ends)), alone=alone
        )

    def _facts(self, placed: ir.Table) -> Mapping[str, ir.Scalar]:
        """Whether the highest value is more than the first tier's share by itself."""
        return {"alone": placed.alone.any()}

    def _where(self, table: ir.Table, place: int, *, zh: bool) -> ir.StringValue:
        tier = self.tiers[place]
        name = tier.words.say("zh" if zh else "en")
        last = place == self._places[-1]
        if self.by == "value":
            return self._beyond(table, name, zh=zh) if last else self._within(table, place, name, zh=zh)
        if last:
            return say_last(1 - self.tiers[place - 1].up_to, name, zh=zh)
        return say_top(table, tier.up_to, name, zh=zh)

    def _within(self, table: ir.Table, place: int, name: str, *, zh: bool) -> ir.StringValue:
        end = percent(self.tiers[place].up_to)
        if zh:
            told = sentence(f"，累计占总额前 {end}（", table.edge_text, f" 起）：{name}")
            alone = f"，为最高值，已超过总额的 {end}：{name}"
        else:
            told = sentence(f", within the first {end} of the total (from ", table.edge_text, f"): {name}")
            alone = f", the highest value, itself over {end} of the total: {name}"
        return ibis.ifelse(table.alone, alone, told) if place == 0 else told

    def _beyond(self, table: ir.Table, name: str, *, zh: bool) -> ir.StringValue:
        end = percent(self.tiers[-2].up_to)
        if zh:
            return ibis.ifelse(table.measure > 0, f"，累计超过总额的 {end}：{name}", f"，不计入总额：{name}")
        return ibis.ifelse(
            table.measure > 0,
            f", beyond the first {end} of the total: {name}",
            f", which adds nothing to the total: {name}",
        )
