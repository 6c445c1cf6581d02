"""Clusters found in the data, kept as a scheme: centres, scales and names stand in its declaration.

So a customer's cluster is the nearest stored centre, a plain expression that no later fit re-labels;
`fit_clusters` makes the scheme. Clusters are ranked by their centre in the first column, the highest first:
list the column that matters most first. They measure nothing, and nothing is missing for a better one. A
customer of whom a column is unknown is unrated, and told which.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
import tomli_w
from pydantic import BaseModel, ConfigDict, Field

from liuke.kernel.words import Words
from liuke.tier.edges import Fault
from liuke.tier.measure import read_number
from liuke.tier.scheme import UNRATED, Scheme, Tier
from liuke.tier.speech import first_of, say_number, sentence

_PART = ConfigDict(frozen=True, extra="forbid")


class ClusterColumn(BaseModel):
    """A column and how it is standardised: (x - centre) / scale, x or log(1 + x) of what is over 0."""

    model_config = _PART

    column: str
    words: Words
    money: bool = False
    log: bool = False
    centre: float = Field(allow_inf_nan=False)
    scale: float = Field(gt=0, allow_inf_nan=False)


class Cluster(Tier):
    """A cluster by its centre in standardised columns.

    size: customers of the fit; stability: the mean Jaccard similarity over resamples (Hennig 2007), where
    0.75 and above is stable and under 0.6 not to be trusted.
    """

    description: Words
    centre: tuple[float, ...]
    size: int = Field(ge=0)
    stability: float = Field(ge=0, le=1)


class Trial(BaseModel):
    """How well clusters of one number came again: the mean adjusted Rand index over resamples."""

    model_config = _PART

    clusters: int
    agreement: float
    standard_error: float


class Match(BaseModel):
    """A cluster and the one of the previous version it comes from.

    moved: the way of its centre, in standardised units; few: the longest way at which the name is kept, half
    of that from the previous centre to its nearest neighbour.
    """

    model_config = _PART

    name: str
    previous: str
    moved: float
    few: float
    kept: bool


class Fit(BaseModel):
    """How a scheme was made: on how many customers, by what seed, and what the trials showed."""

    model_config = _PART

    rows: int
    left_out: int
    random_state: int
    bootstraps: int
    names_given: int
    trials: tuple[Trial, ...] = ()
    matches: tuple[Match, ...] = ()
    gone: tuple[str, ...] = ()


class ClusterScheme(Scheme):
    """Nearest stored centre; standardised values are taken for limit (-limit) where they lie beyond it."""

    kind: Literal["clusters"]
    limit: float = Field(gt=0)
    columns: tuple[ClusterColumn, ...] = Field(min_length=1)
    clusters: tuple[Cluster, ...] = Field(min_length=2)
    fit: Fit

    def _takes(self) -> Mapping[str, Words]:
        return {cluster.name: cluster.description for cluster in self.clusters}

    @classmethod
    def faults(cls, declared: Mapping[str, Any]) -> Iterator[Fault]:
        try:
            wanted = len(declared["columns"])
            sizes = [len(cluster["centre"]) for cluster in declared["clusters"]]
            names = [cluster["name"] for cluster in declared["clusters"]]
        except (KeyError, TypeError):
            return  # told by the check of the parts
        for at, size in enumerate(sizes):
            if size != wanted:
                yield ("clusters", at), f"the centre has {size} numbers for {wanted} columns"
            if names[at] in names[:at]:
                yield ("clusters", at), f"overlap: a second cluster is called {names[at]!r}"

    def write_scheme(self, path: Path) -> None:
        """Write the declaration; `load(path)` gives this scheme again."""
        declared = self.model_dump(exclude_none=True, exclude_defaults=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(tomli_w.dumps(declared), encoding="utf-8")

    def _tiers(self) -> Iterable[Tier]:
        return self.clusters

    def _extra_columns(self) -> tuple[str, ...]:
        return ("description", "description_zh")

    def _judge(self, table: ir.Table, *, as_of: date | None) -> ir.Table:
        numbers = {f"number_{at}": column for at, column in enumerate(self.columns)}
        table = table.mutate(
            **{
                name: read_number(table, column.column, money=column.money, wanted_by=self.label)
                for name, column in numbers.items()
            }
        )
        table = table.mutate(
            **{
                f"standard_{at}": self._standardised(table[f"number_{at}"], column)
                for at, column in enumerate(self.columns)
            }
        )
        table = table.mutate(
            **{f"distance_{at}": self._distance(table, cluster) for at, cluster in enumerate(self.clusters)}
        )
        distances = [table[f"distance_{at}"] for at in range(len(self.clusters))]
        table = table.mutate(nearest=ibis.least(*distances))
        known = reduce(lambda one, other: one & other, [table[name].notnull() for name in numbers])
        places = [(known & (distance <= table.nearest), at) for at, distance in enumerate(distances)]
        table = table.mutate(place=first_of(places, ibis.null("int64")))
        nothing = ibis.null("string")
        table = table.mutate(
            tier=_by_place(table, [cluster.name for cluster in self.clusters], UNRATED),
            rank=ibis.coalesce(table.place + 1, len(self.clusters) + 1),
            measure=ibis.null("float64"),
            next_tier=nothing,
            missing=ibis.null("float64"),
            description=_by_place(table, [cluster.description.en for cluster in self.clusters], nothing),
            description_zh=_by_place(table, [cluster.description.zh for cluster in self.clusters], nothing),
        )
        return table.mutate(why=self._why(table, "en"), why_zh=self._why(table, "zh"))

    def _standardised(self, number: Any, column: ClusterColumn) -> Any:
        if column.log:
            number = (ibis.ifelse(number < 0, 0.0, number) + 1).ln()
        standard = (number - column.centre) / column.scale
        standard = ibis.ifelse(standard > self.limit, self.limit, standard)
        return ibis.ifelse(standard < -self.limit, -self.limit, standard)

    def _distance(self, table: ir.Table, cluster: Cluster) -> ir.FloatingValue:
        ways = [table[f"standard_{at}"] - number for at, number in enumerate(cluster.centre)]
        return reduce(add, [way * way for way in ways])

    def _why(self, table: ir.Table, language: Literal["zh", "en"]) -> ir.StringValue:
        zh = language == "zh"
        comma, listed = ("，", "、") if zh else (", ", ", ")
        numbers: list[Any] = []
        for at, column in enumerate(self.columns):
            told = say_number(table[f"number_{at}"], decimals=2 if column.money else 6)
            numbers += [comma if at else "", f"{column.words.say(language)} ", told]
        count = len(self.clusters)
        near = [
            f"：{count} 群中最接近 {cluster.words.zh}"
            if zh
            else f": of {count} groups nearest {cluster.words.en}"
            for cluster in self.clusters
        ]
        unknown = [
            ibis.ifelse(table[f"number_{at}"].isnull(), listed + column.words.say(language), "")
            for at, column in enumerate(self.columns)
        ]
        lacking = sentence("未知：" if zh else "unknown: ", sentence(*unknown).substr(len(listed)))
        return ibis.coalesce(sentence(*numbers, _by_place(table, near, ibis.null("string"))), lacking)


def _by_place(table: ir.Table, results: Sequence[Any], unrated: Any) -> Any:
    return first_of([(table.place == at, result) for at, result in enumerate(results)], unrated)
