"""The value pyramid: tiers by the share of customers who are worth more.

Customers of equal value stand together at the middle of their places: with b customers worth more and
s of the same value among n, their place is (b + s/2) / n, and they have the first tier whose summed share
lies above it. So equal values have equal tiers, neither the order of rows nor the customer number plays
a part, and a large group of equals (all who bought nothing) lands where most of it lies. Without ties the
sizes are the shares of n rounded to the nearest, halves down: of 100 customers 1, 19, 30 and 50.
The unknown are not counted. Counting is in whole numbers, so no float decides at an edge.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from typing import Any, Literal

import ibis.expr.types as ir
from pydantic import Field

from liuke.kernel.words import Words
from liuke.tier.edges import Fault
from liuke.tier.ranked import RankedScheme, percent, place_by_count, say_last, say_top
from liuke.tier.scheme import Tier


class PyramidTier(Tier):
    """A tier and its share of the customers."""

    share: Decimal = Field(gt=0, lt=1)


class PyramidScheme(RankedScheme):
    """Tiers by rank in value; tiers best first, their shares sum to 1."""

    kind: Literal["pyramid"]
    tiers: tuple[PyramidTier, ...] = Field(min_length=2)

    @classmethod
    def faults(cls, declared: Mapping[str, Any]) -> Iterator[Fault]:
        tiers = declared.get("tiers", ())
        try:
            total = sum(Decimal(str(tier["share"])) for tier in tiers)
        except (TypeError, KeyError, ArithmeticError):
            return  # told by the check of the parts
        if tiers and total != 1:
            kind = "overlap" if total > 1 else "gap"
            yield ("tiers", 0), f"{kind}: the shares sum to {total}, not to 1"

    def _takes(self) -> Mapping[str, Words]:
        label = self.measure.words
        takes = {}
        for place, tier in enumerate(self.tiers):
            share = percent(tier.share)
            zh, en = ("最高的", "the top") if place == 0 else ("其次", "the next")
            if place == len(self.tiers) - 1:
                zh, en = "最后", "the last"
            takes[tier.name] = Words(
                zh=f"按{label.zh}排列，{zh} {share} 的客户", en=f"{en} {share} of customers by {label.en}"
            )
        return takes

    def _tiers(self) -> Iterable[Tier]:
        return self.tiers

    def _placed(self, sizes: ir.Table) -> ir.Table:
        return place_by_count(sizes, [Fraction(end) for end in self._ends[:-1]])

    @property
    def _ends(self) -> list[Decimal]:
        """Where each tier ends, as the share of customers in it or in a better one."""
        return list(accumulate(tier.share for tier in self.tiers))

    def _where(self, table: ir.Table, place: int, *, zh: bool) -> ir.StringValue:
        tier = self.tiers[place]
        name = tier.words.say("zh" if zh else "en")
        if place == self._places[-1]:
            return say_last(tier.share, name, zh=zh)
        return say_top(table, self._ends[place], name, zh=zh)
