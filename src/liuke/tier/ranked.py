"""Schemes by rank: who stands above how much of the customers, or of their value, decides the tier.

Equal values have equal tiers, so neither the order of rows nor the customer number plays a part. The unknown
are not counted. Counting is in whole numbers, so no float decides at an edge.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import ibis
import ibis.expr.types as ir

from liuke.tier.measure import Measure
from liuke.tier.scheme import UNRATED, Scheme
from liuke.tier.speech import first_of, say_number, sentence


class RankedScheme(Scheme):
    """Tiers by rank in a measure; the kinds differ in where a value's place is."""

    measure: Measure

    @abstractmethod
    def _placed(self, sizes: ir.Table) -> ir.Table:
        """The distinct values (measure, and same: how many have it) with the place of each, 0 the best."""

    @abstractmethod
    def _where(self, table: ir.Table, place: int, *, zh: bool) -> ir.StringValue:
        """What is said of a customer in that place after the value."""

    def _read(self, table: ir.Table) -> ir.FloatingValue:
        return self.measure.read(table, wanted_by=self.label)

    def _facts(self, placed: ir.Table) -> Mapping[str, ir.Scalar]:
        """What more there is to know of all customers together, as columns for every row."""
        return {}

    def _judge(self, table: ir.Table, *, as_of: date | None) -> ir.Table:
        table = table.mutate(measure=self._read(table))
        table = table.cross_join(self._lowest_values(table))
        table = table.mutate(place=self._place(table))
        names = [tier.name for tier in self._tiers()]
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
        return range(len(list(self._tiers())))

    def _lowest_values(self, table: ir.Table) -> ir.Table:
        """One row: for each tier the lowest value in it (null when it is empty) and in it or a better one."""
        known = table.filter(table.measure.notnull())
        placed = self._placed(known.group_by("measure").agg(same=known.count()))
        return placed.agg(
            **{f"lowest_{at}": placed.measure.min(where=placed.place == at) for at in self._places},
            **{f"reach_{at}": placed.measure.min(where=placed.place <= at) for at in self._places},
            **self._facts(placed),
        )

    def _place(self, table: ir.Table) -> ir.IntegerValue:
        """The number of the tier each value is in, 0 the best; null where it is unknown."""
        reached = [(table.measure >= table[f"reach_{at}"], at) for at in self._places[:-1]]
        unknown = (table.measure.isnull(), ibis.null("int64"))
        return first_of([unknown, *reached], self._places[-1])

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


UPWARDS = ibis.window(order_by=ibis.desc("measure"), preceding=None, following=0)


def place_by_count(sizes: ir.Table, ends: Sequence[Fraction]) -> ir.Table:
    """The place of each value by the share of customers above the middle of those who have it.

    With b customers worth more and s of the same value among n, it is the first whose end lies above
    (b + s/2) / n; ends: where all places but the last end, as shares of the customers.
    """
    table = sizes.mutate(
        twice_middle=2 * sizes.same.sum().over(UPWARDS) - sizes.same, total=sizes.same.sum().over()
    )
    inside = [table.twice_middle * end.denominator < 2 * end.numerator * table.total for end in ends]
    return table.mutate(place=first_of([(test, at) for at, test in enumerate(inside)], len(ends)))


def say_top(table: ir.Table, share: Decimal, name: str, *, zh: bool) -> ir.StringValue:
    """What is said of a place that ends at that share of the customers."""
    if zh:
        return sentence(f"，居前 {percent(share)}（", table.edge_text, f" 起）：{name}")
    return sentence(f", among the top {percent(share)} (from ", table.edge_text, f"): {name}")


def say_last(share: Decimal, name: str, *, zh: bool) -> ir.StringValue:
    """What is said of the last place, which is that share of the customers."""
    return sentence(
        f"，居后 {percent(share)}：{name}" if zh else f", among the last {percent(share)}: {name}"
    )


def percent(share: Decimal) -> str:
    """A share for people.

    >>> percent(Decimal("0.20"))
    '20%'
    """
    return f"{(share * 100).normalize():f}%"
