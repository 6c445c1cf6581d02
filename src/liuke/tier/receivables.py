"""Classes of buyers on credit: by the share of what they bought that they paid, and by how much they buy.

The repayment rate is collected / sold of the last year. A key customer is one whom fewer than `key_places`
customers outsell, so that those who tie at the last place are all key, whatever the order of rows. In this
order: who is new has the last class; whose sales, collections or newness are unknown, or who bought nothing,
is unrated; whose rate is under the line, 1 - gross margin, has the last class, since not even the cost of
the goods came back. Of the others, a full rate makes key customers the first class and others the second; a
high one makes key customers the second; all the rest have the third. Rates are compared as whole fen times
whole numbers, never as quotients. When the line stands above the high rate, nobody is between the two.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
from pydantic import BaseModel, ConfigDict, Field

from liuke.kernel.words import Words
from liuke.tier.edges import Fault
from liuke.tier.fen import read_fen
from liuke.tier.measure import Measure
from liuke.tier.ranked import percent
from liuke.tier.receivables_words import tell
from liuke.tier.routes import read_flag
from liuke.tier.scheme import UNRATED, Scheme, Tier
from liuke.tier.speech import first_of

FULL_RATE = Decimal(1)
CLASSES = 4
TOP, SECOND, THIRD, LAST = range(CLASSES)


class Newness(BaseModel):
    """Where it stands whether a customer is new, and how that is called."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    words: Words


class ReceivablesScheme(Scheme):
    """Four classes by repayment rate and size.

    sales, collected: money of the last year; gross_margin: the line is 1 less it; high_rate: the second
    rate that counts, a full one being 1. Tiers best first; the last one is for those who get no credit.
    The result has one more column: `key`, null where the sales are unknown.
    """

    kind: Literal["receivables"]
    sales: Measure
    collected: Measure
    is_new: Newness
    key_places: int = Field(ge=1)
    gross_margin: Decimal = Field(gt=0, lt=1)
    high_rate: Decimal = Field(gt=0, lt=1)
    tiers: tuple[Tier, ...] = Field(min_length=CLASSES, max_length=CLASSES)

    @classmethod
    def faults(cls, declared: Mapping[str, Any]) -> Iterator[Fault]:
        for name in ("sales", "collected"):
            measure = declared.get(name)
            if isinstance(measure, Mapping) and (not measure.get("money") or measure.get("weights")):
                yield (name,), f"{name} is money in one column: write money = true, and no weights"

    def _takes(self) -> Mapping[str, Words]:
        line, high, key = percent(self.line), percent(self.high_rate), self.key_places
        told = (
            (f"回款率 ≥ 100%，且销售额居前 {key}", f"repayment rate ≥ 100 % and top {key} by sales"),
            (
                f"回款率 ≥ 100%，不在前 {key}；或 ≥ {high}，且居前 {key}",
                f"repayment rate ≥ 100 %, not top {key}; or ≥ {high} and top {key}",
            ),
            (
                f"回款率 ≥ {line}；其中 ≥ {high} 的不在前 {key}",
                f"repayment rate ≥ {line}; of those ≥ {high} the ones not top {key}",
            ),
            (f"回款率低于 {line}，或新客户：不赊销", f"repayment rate under {line}, or new: no credit"),
        )
        return {tier.name: Words(zh=zh, en=en) for tier, (zh, en) in zip(self.tiers, told, strict=True)}

    def _tiers(self) -> Iterable[Tier]:
        return self.tiers

    @property
    def line(self) -> Decimal:
        """The rate under which not even the cost of the goods came back."""
        return 1 - self.gross_margin

    def _judge(self, table: ir.Table, *, as_of: date | None) -> ir.Table:
        table = table.mutate(
            sold_fen=read_fen(table, self.sales.column, wanted_by=self.label),
            paid_fen=read_fen(table, self.collected.column, wanted_by=self.label),
            newcomer=read_flag(table, self.is_new.column, wanted_by=self.label),
        )
        table = table.cross_join(self._least_key_sales(table))
        rated = table.sold_fen > 0
        table = table.mutate(
            key=(table.sold_fen >= table.least_key_fen) & rated,
            measure=ibis.ifelse(
                rated, table.paid_fen.cast("float64") / table.sold_fen.cast("float64"), ibis.null("float64")
            ),
        )
        table = table.mutate(place=self._place(table))
        table = table.mutate(next_place=self._next_place(table))
        names = list(enumerate(tier.name for tier in self.tiers))
        table = table.mutate(
            tier=first_of([(table.place == at, name) for at, name in names], UNRATED),
            rank=ibis.coalesce(table.place + 1, CLASSES + 1),
            next_tier=first_of([(table.next_place == at, name) for at, name in names], ibis.null("string")),
            next_rate=self._next_rate(table),
        )
        lacking = (table.next_rate - table.measure).round(9)
        return tell(self, table.mutate(missing=lacking))

    def _extra_columns(self) -> tuple[str, ...]:
        return ("key",)

    def _least_key_sales(self, table: ir.Table) -> ir.Table:
        """One row: the sales that are just enough to be key; null when no sales are known."""
        known = table.filter(table.sold_fen.notnull())
        best = known.order_by(ibis.desc("sold_fen")).limit(self.key_places)
        return best.agg(least_key_fen=best.sold_fen.min())

    def reaches(self, table: ir.Table, rate: Decimal) -> ir.BooleanValue:
        """Whether what was paid is that share of what was sold, in whole fen."""
        edge = Fraction(rate)
        return table.paid_fen * edge.denominator >= table.sold_fen * edge.numerator

    def _place(self, table: ir.Table) -> ir.IntegerValue:
        """The number of the class, 0 the best; null where it is unrated."""
        judged = table.newcomer.notnull() & table.paid_fen.notnull() & (table.sold_fen > 0)
        full, high = self.reaches(table, FULL_RATE), self.reaches(table, self.high_rate)
        branches = [
            (table.newcomer.fill_null(False), LAST),
            (~judged.fill_null(False), ibis.null("int64")),
            (~self.reaches(table, self.line), LAST),
            (full & table.key, TOP),
            (full | (high & table.key), SECOND),
        ]
        return first_of(branches, THIRD)

    def _next_place(self, table: ir.Table) -> ir.IntegerValue:
        """The next better class; null for the best, the new and the unrated.

        Above the line a key customer cannot be in the third class when the line is no lower than the
        high rate, nor can any rate do so.
        """
        from_last = ibis.ifelse(table.key, SECOND, THIRD) if self.line >= self.high_rate else THIRD
        nothing = ibis.null("int64")
        branches = [
            (table.newcomer.fill_null(True), nothing),
            (table.place == LAST, from_last),
            (table.place == THIRD, SECOND),
            (table.place == SECOND, TOP),
        ]
        return first_of(branches, nothing)

    def _next_rate(self, table: ir.Table) -> ir.FloatingValue:
        """The rate that leads to the next class by itself; null where one must become key for it."""
        full, high, line = 1.0, float(self.high_rate), float(self.line)
        branches = [
            (table.place == LAST, line),
            ((table.place == THIRD) & table.key, high),
            (table.place == THIRD, full),
            ((table.place == SECOND) & table.key, full),
        ]
        reachable = table.next_place.notnull()
        return first_of([(reachable & test, rate) for test, rate in branches], ibis.null("float64"))
