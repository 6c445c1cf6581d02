"""Weighted scorecards: indicators give points, deductions take them, the score makes the level.

The score is 0 to 100: the points of all indicators less those of all deductions, never under 0. Equal
scores share a rank, and the next rank is as much later (1, 2, 2, 4). A customer of whom an indicator is
unknown is unrated, unless the scheme counts it as nothing and then says so.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import add
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from liuke.kernel.words import Words
from liuke.tier.edges import Fault, faults_of_bands
from liuke.tier.place import with_places
from liuke.tier.scheme import UNRATED, Scheme, Tier
from liuke.tier.scorecard_parts import MILLIONTHS, Deduction, Group, Indicator, faults_of_parts, millionths
from liuke.tier.speech import first_of, say_number, sentence


class ScoreTier(Tier):
    """A level and the score it begins at."""

    at_least: Decimal = Field(ge=0, le=100, decimal_places=6)


class ScorecardScheme(Scheme):
    """Levels by score, best first; the last one begins at 0.

    The result has two more columns: `score_rank`, the place among all scores, and `tied_with`, how many
    others have the same score; both null for the unrated.
    """

    kind: Literal["scorecard"]
    weights_sum: Decimal
    groups: tuple[Group, ...] = Field(min_length=1)
    deductions: tuple[Deduction, ...] = ()
    tiers: tuple[ScoreTier, ...] = Field(min_length=2)

    @classmethod
    def faults(cls, declared: Mapping[str, Any]) -> Iterator[Fault]:
        yield from faults_of_parts(declared)
        tiers = declared.get("tiers") or ()
        edges = [tier.get("at_least") if isinstance(tier, Mapping) else None for tier in tiers]
        floats = [{**tier, "at_least": float(edge)} for tier, edge in zip(tiers, edges, strict=True) if edge]
        if len(floats) == len(edges) - 1 and edges[-1] == 0:
            yield from faults_of_bands(floats, where=("tiers",))
        elif edges and edges[-1] not in (0, None):
            yield ("tiers", len(edges) - 1), f"gap: nothing holds a score under {edges[-1]}; begin at_least 0"
        elif 0 in edges[:-1]:
            yield ("tiers", edges.index(0)), "out of order: only the last level begins at_least 0"

    def _takes(self) -> Mapping[str, Words]:
        return {
            tier.name: Words(zh=f"得分 ≥ {tier.at_least:f}", en=f"score ≥ {tier.at_least:f}")
            for tier in self.tiers
        }

    def _tiers(self) -> Iterable[Tier]:
        return self.tiers

    def _extra_columns(self) -> tuple[str, ...]:
        return ("score_rank", "tied_with")

    @property
    def _indicators(self) -> dict[str, Indicator]:
        """By the name of the column that holds their points."""
        every = (indicator for group in self.groups for indicator in group.indicators)
        return {f"given_{at}": indicator for at, indicator in enumerate(every)}

    @property
    def _taken(self) -> dict[str, Deduction]:
        return {f"taken_{at}": deduction for at, deduction in enumerate(self.deductions)}

    def _judge(self, table: ir.Table, *, as_of: date | None) -> ir.Table:
        parts: dict[str, Indicator | Deduction] = {**self._indicators, **self._taken}
        for name, part in parts.items():
            table = part.read(table, name, wanted_by=self.label)
        table = table.mutate(
            unknown=self._unknown(table, "en"),
            unknown_zh=self._unknown(table, "zh"),
            counted=self._counted_as_nothing(table, "en"),
            counted_zh=self._counted_as_nothing(table, "zh"),
        )
        table = table.mutate(
            **{
                name: table[name].fill_null(0)
                for name, part in parts.items()
                if part.missing == "zero-with-reason"
            }
        )
        given = reduce(add, (table[name] for name in self._indicators))
        taken: Any = reduce(add, (table[name] for name in self._taken), ibis.literal(0))
        table = table.mutate(score=ibis.ifelse(given < taken, 0, given - taken))
        table = with_places(table, "score", prefix="score")
        table = table.mutate(
            measure=table.score / MILLIONTHS,
            place=self._place(table),
            score_rank=table.score_above + 1,
            tied_with=table.score_same - 1,
        )
        names = [tier.name for tier in self.tiers]
        lacking = [(millionths(tier.at_least) - table.score) / MILLIONTHS for tier in self.tiers]
        table = table.mutate(
            tier=_by_place(table, names, UNRATED),
            rank=ibis.coalesce(table.place + 1, len(names) + 1),
            next_tier=_by_place(table, [None, *names[:-1]], None, "string"),
            missing=_by_place(table, [ibis.null("float64"), *lacking[:-1]], ibis.null("float64")),
        )
        return self._explain(table)

    def _place(self, table: ir.Table) -> ir.IntegerValue:
        """The number of each score's level, 0 the best; null when unrated."""
        reached = [(table.score >= millionths(tier.at_least), at) for at, tier in enumerate(self.tiers)]
        return first_of([(table.score.isnull(), ibis.null("int64")), *reached], ibis.null("int64"))

    def _unknown(self, table: ir.Table, language: Literal["zh", "en"]) -> ir.StringValue:
        """The names of what must be known and is not, each after a mark of two characters."""
        return self._missing_words(table, "unrated", language)

    def _counted_as_nothing(self, table: ir.Table, language: Literal["zh", "en"]) -> ir.StringValue:
        return self._missing_words(table, "zero-with-reason", language)

    def _missing_words(self, table: ir.Table, missing: str, language: Literal["zh", "en"]) -> Any:
        mark = "、" if language == "zh" else ", "
        parts: dict[str, Indicator | Deduction] = {**self._indicators, **self._taken}
        told = [
            ibis.ifelse(table[name].isnull(), mark + part.words.say(language), "")
            for name, part in parts.items()
            if part.missing == missing
        ]
        return sentence(*told).substr(len(mark))

    def _explain(self, table: ir.Table) -> ir.Table:
        names = iter(self._indicators)
        sums = {
            f"group_{at}": reduce(add, [table[next(names)] for _ in group.indicators])
            for at, group in enumerate(self.groups)
        }
        table = table.mutate(**sums)
        said = {name: table[name] for name in (*sums, *self._taken)}
        table = table.mutate(
            **{f"{name}_text": say_number(points / MILLIONTHS, decimals=3) for name, points in said.items()},
            score_text=say_number(table.measure, decimals=6),
            missing_text=say_number(table.missing, decimals=6),
            tied_text=table.tied_with.cast("string"),
            rank_text=table.score_rank.cast("string"),
            total_text=table.score_total.cast("string"),
        )
        return table.mutate(why=self._why(table, "en"), why_zh=self._why(table, "zh"))

    def _why(self, table: ir.Table, language: Literal["zh", "en"]) -> ir.StringValue:
        zh = language == "zh"
        parts = self._parts_text(table, zh=zh)
        names = [tier.words.say(language) for tier in self.tiers]
        level = _by_place(table, names, "")
        better = _by_place(table, ["", *names[:-1]], "")
        counted = table.counted_zh if zh else table.counted
        noted = ibis.ifelse(
            counted == "", "", sentence("；按零计：" if zh else "; counted as nothing: ", counted)
        )
        if zh:
            tied = ibis.ifelse(table.tied_with > 0, sentence("，与 ", table.tied_text, " 人并列"), "")
            place = sentence("（第 ", table.rank_text, " 名，共 ", table.total_text, " 人", tied, "）：")
            more = sentence("；距", better, "还差 ", table.missing_text, " 分")
            known = sentence("评分 ", table.score_text, place, parts, noted, "；", level)
            unknown = sentence("未知：", table.unknown_zh)
        else:
            tied = ibis.ifelse(table.tied_with > 0, sentence(", tied with ", table.tied_text), "")
            place = sentence(" (rank ", table.rank_text, " of ", table.total_text, tied, "): ")
            more = sentence("; ", table.missing_text, " more for ", better)
            known = sentence("score ", table.score_text, place, parts, noted, ": ", level)
            unknown = sentence("unknown: ", table.unknown)
        return ibis.coalesce(known + ibis.coalesce(more, ""), unknown)

    def _parts_text(self, table: ir.Table, *, zh: bool) -> ir.StringValue:
        """What each group gave of what it could give, and what each deduction took."""
        language: Literal["zh", "en"] = "zh" if zh else "en"
        comma, of = ("，", "/") if zh else (", ", " of ")
        told: list[Any] = []
        for at, group in enumerate(self.groups):
            told += [comma if at else "", f"{group.words.say(language)} ", table[f"group_{at}_text"]]
            told += [f"{of}{group.weight.normalize():f}"]
        for name, deduction in self._taken.items():
            minus = sentence(f"{comma}{deduction.words.say(language)} −", table[f"{name}_text"])
            told.append(ibis.ifelse(table[name] > 0, minus, ""))
        return sentence(*told)


def _by_place(table: ir.Table, results: Sequence[Any], unknown: Any, kind: str | None = None) -> Any:
    held = [ibis.literal(result, kind) if kind else result for result in (unknown, *results)]
    return first_of([(table.place == at, result) for at, result in enumerate(held[1:])], held[0])
