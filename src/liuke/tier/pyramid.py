"""The value pyramid: tiers by the share of customers who are worth more.

Customers of equal value stand together at the middle of their places: with b customers worth more and
s of the same value among n, their place is (b + s/2) / n, and they have the first tier whose summed share
lies above it. So equal values have equal tiers, neither the order of rows nor the customer number plays
a part, and a large group of equals (all who bought nothing) lands where most of it lies. Without ties the
sizes are the shares of n rounded to the nearest, halves down: of 100 customers 1, 19, 30 and 50.
The unknown are not counted. Counting is in whole numbers, so no float decides at an edge.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from liuke.tier.edges import Fault
from liuke.tier.measure import Measure
from liuke.tier.scheme import UNRATED, Scheme, Tier
from liuke.tier.speech import first_of, say_number, sentence


class PyramidTier(Tier):
    """A tier and its share of the customers."""

    share: Decimal = Field(gt=0, lt=1)


class PyramidScheme(Scheme):
    """Tiers by rank in value; tiers best first, their shares sum to 1."""

    kind: Literal["pyramid"]
    measure: Measure
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

    def _tiers(self) -> Iterable[Tier]:
        return self.tiers

    def _judge(self, table: ir.Table, *, as_of: date | None) -> ir.Table:
        table = table.mutate(measure=self.measure.read(table, wanted_by=self.label))
        table = table.cross_join(self._lowest_values(table))
        table = table.mutate(place=self._place(table))
        names = [tier.name for tier in self.tiers]
        table = table.mutate(
            tier=self._by_place(table, names, UNRATED),
            rank=ibis.coalesce(table.place + 1, len(names) + 1),
            next_place=self._next_place(table),
        )
        lowest = [table[f"lowest_{at}"] for at in self._places]
        numbered = list(zip(self._places, names, lowest, strict=True))[:-1]
        table = table.mutate(
            next_tier=first_of(
                [(table.next_place == at, name) for at, name, _ in numbered], ibis.null("string")
            ),
            missing=first_of(
                [(table.next_place == at, (value - table.measure).round(9)) for at, _, value in numbered],
                ibis.null("float64"),
            ),
            edge=self._by_place(table, lowest, ibis.null("float64")),
        )
        decimals = self.measure.decimals
        table = table.mutate(
            measure_text=say_number(table.measure, decimals=decimals),
            missing_text=say_number(table.missing, decimals=decimals),
            edge_text=say_number(table.edge, decimals=decimals),
        )
        return table.mutate(why=self._why(table, "en"), why_zh=self._why(table, "zh"))

    @property
    def _places(self) -> range:
        return range(len(self.tiers))

    def _lowest_values(self, table: ir.Table) -> ir.Table:
        """One row: for each tier the lowest value in it (null when it is empty) and in it or a better one."""
        known = table.filter(table.measure.notnull())
        sizes = known.group_by("measure").agg(same=known.count())
        upwards = ibis.window(order_by=ibis.desc("measure"), preceding=None, following=0)
        placed = sizes.mutate(
            twice_middle=2 * sizes.same.sum().over(upwards) - sizes.same, total=sizes.same.sum().over()
        )
        ends = [Fraction(end) for end in accumulate(tier.share for tier in self.tiers[:-1])]
        inside = [placed.twice_middle * end.denominator < 2 * end.numerator * placed.total for end in ends]
        placed = placed.mutate(place=first_of([(test, at) for at, test in enumerate(inside)], len(ends)))
        return placed.agg(
            **{f"lowest_{at}": placed.measure.min(where=placed.place == at) for at in self._places},
            **{f"reach_{at}": placed.measure.min(where=placed.place <= at) for at in self._places},
        )

    def _place(self, table: ir.Table) -> ir.IntegerValue:
        """The number of the tier each value is in, 0 the best; null where it is unknown."""
        reached = [(table.measure >= table[f"reach_{at}"], at) for at in self._places[:-1]]
        unknown = (table.measure.isnull(), ibis.null("int64"))
        return first_of([unknown, *reached], len(self.tiers) - 1)

    def _next_place(self, table: ir.Table) -> ir.IntegerValue:
        """The nearest better tier that has anybody in it; null when none has."""
        better = [
            ((table.place > at) & table[f"lowest_{at}"].notnull(), at) for at in reversed(self._places[:-1])
        ]
        return first_of(better, ibis.null("int64"))

    def _by_place(self, table: ir.Table, results: Sequence[Any], unknown: Any) -> Any:
        return first_of([(table.place == at, results[at]) for at in self._places], unknown)

    def _why(self, table: ir.Table, language: Literal["zh", "en"]) -> ir.StringValue:
        zh = language == "zh"
        label = self.measure.words.say(language)
        has = sentence(label + " ", table.measure_text)
        where = [self._where(table, at, zh=zh) for at in self._places]
        more = (
            sentence("；距上一级还差 ", table.missing_text)
            if zh
            else sentence("; ", table.missing_text, " more for the next tier")
        )
        known = sentence(has, self._by_place(table, where, ""), ibis.coalesce(more, ""))
        return ibis.coalesce(known, f"{label}未知" if zh else f"{label}: unknown")

    def _where(self, table: ir.Table, place: int, *, zh: bool) -> ir.StringValue:
        tier = self.tiers[place]
        name = tier.words.say("zh" if zh else "en")
        if place == len(self.tiers) - 1:
            last = _percent(tier.share)
            return sentence(f"，居后 {last}：{name}" if zh else f", among the last {last}: {name}")
        top = _percent(sum((better.share for better in self.tiers[: place + 1]), Decimal(0)))
        if zh:
            return sentence(f"，居前 {top}（", table.edge_text, f" 起）：{name}")
        return sentence(f", among the top {top} (from ", table.edge_text, f"): {name}")


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}%"
