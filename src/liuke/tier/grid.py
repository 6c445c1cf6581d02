"""Decision tables: rows of conditions on columns, the first that holds gives the tier.

A grid measures nothing: no number is missing for a better tier. A row that would hold if something
unknown were known leaves the customer unrated, and the unknown columns are named; a row that fails by
what is known is passed over, whatever else is unknown.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from liuke.kernel.words import Words
from liuke.tier.edges import Fault
from liuke.tier.grid_parts import Condition, GridColumn, Row, faults_of_grid, first_row
from liuke.tier.scheme import UNRATED, Scheme, Tier
from liuke.tier.speech import first_of, sentence


class GridTier(Tier):
    """A tier and what to do with its customers."""

    action: Words | None = None


class GridScheme(Scheme):
    """Tiers, best first, and the rows that lead to them; columns are what rows ask about.

    The result has two more columns, `action` and `action_zh`.
    """

    kind: Literal["grid"]
    columns: tuple[GridColumn, ...] = Field(min_length=1)
    tiers: tuple[GridTier, ...] = Field(min_length=2)
    rows: tuple[Row, ...] = Field(min_length=1)

    @classmethod
    def faults(cls, declared: Mapping[str, Any]) -> Iterator[Fault]:
        yield from faults_of_grid(declared)

    @property
    def reads(self) -> tuple[str, ...]:
        return tuple(column.column for column in self.columns)

    def _takes(self) -> Mapping[str, Words]:
        takes: dict[str, Words] = {}
        for row in self.rows:
            said = Words(zh=self._say_row(row, "zh"), en=self._say_row(row, "en"))
            held = takes.get(row.tier)
            takes[row.tier] = (
                Words(zh=f"{held.zh}；或 {said.zh}", en=f"{held.en}; or {said.en}") if held else said
            )
        return takes

    def _say_row(self, row: Row, language: Literal["zh", "en"]) -> str:
        zh = language == "zh"
        words = {column.column: column.words.say(language) for column in self.columns}
        told = [f"{words[each.column]} {_say_condition(each, language)}" for each in row.when]
        return ("，" if zh else ", ").join(told) or ("其余" if zh else "everybody else")

    def _tiers(self) -> Iterable[Tier]:
        return self.tiers

    def _extra_columns(self) -> tuple[str, ...]:
        return ("action", "action_zh")

    def _judge(self, table: ir.Table, *, as_of: date | None) -> ir.Table:
        held = {f"asked_{at}": column for at, column in enumerate(self.columns)}
        table = table.mutate(
            **{name: column.read(table, wanted_by=self.label) for name, column in held.items()}
        )
        values = {column.column: table[name] for name, column in held.items()}
        table = table.mutate(row_number=first_row(self.rows, values))
        places = [[tier.name for tier in self.tiers].index(row.tier) for row in self.rows]
        table = table.mutate(
            place=first_of(
                [(table.row_number == at, place) for at, place in enumerate(places)], ibis.null("int64")
            )
        )
        nothing = ibis.null("string")
        table = table.mutate(
            tier=_by_place(table, [tier.name for tier in self.tiers], UNRATED),
            rank=ibis.coalesce(table.place + 1, len(self.tiers) + 1),
            measure=ibis.null("float64"),
            next_tier=nothing,
            missing=ibis.null("float64"),
            action=_by_place(table, [tier.action and tier.action.en for tier in self.tiers], nothing),
            action_zh=_by_place(table, [tier.action and tier.action.zh for tier in self.tiers], nothing),
        )
        return table.mutate(why=self._why(table, "en"), why_zh=self._why(table, "zh"))

    def _why(self, table: ir.Table, language: Literal["zh", "en"]) -> ir.StringValue:
        """The values that the row asked about, with its bounds; or what is unknown."""
        told = [
            (table.row_number == at, self._why_row(table, row, language)) for at, row in enumerate(self.rows)
        ]
        zh = language == "zh"
        mark = "、" if zh else ", "
        names = [
            ibis.ifelse(table[f"asked_{at}"].isnull(), mark + column.words.say(language), "")
            for at, column in enumerate(self.columns)
        ]
        unknown = sentence("未知：" if zh else "unknown: ", sentence(*names).substr(len(mark)))
        return first_of(told, unknown)

    def _why_row(self, table: ir.Table, row: Row, language: Literal["zh", "en"]) -> ir.StringValue:
        zh = language == "zh"
        name = next(tier.words.say(language) for tier in self.tiers if tier.name == row.tier)
        if not row.when:
            return ibis.literal(f"不符合以上各条：{name}" if zh else f"none of the rows before: {name}")
        parts: list[Any] = []
        for condition in row.when:
            at, column = next(
                (at, column) for at, column in enumerate(self.columns) if column.column == condition.column
            )
            bounds = condition.say(language)
            parts += [
                ("，" if zh else ", ") if parts else "",
                f"{column.words.say(language)} ",
                column.say(table[f"asked_{at}"], language),
                (f"（{bounds}）" if zh else f" ({bounds})") if bounds else "",
            ]
        return sentence(*parts, f"：{name}" if zh else f": {name}")


def _by_place(table: ir.Table, results: list[Any], unrated: Any) -> Any:
    held = [ibis.null("string") if result is None else result for result in results]
    return first_of([(table.place == at, result) for at, result in enumerate(held)], unrated)


def _say_condition(condition: Condition, language: Literal["zh", "en"]) -> str:
    zh = language == "zh"
    if condition.is_ is not None:
        return ("是" if zh else "yes") if condition.is_ else ("否" if zh else "no")
    return ("、" if zh else " / ").join(condition.one_of) or condition.say(language)
