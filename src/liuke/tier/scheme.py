"""What every tier scheme is: a named, versioned value that puts customers into tiers and says why."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, model_validator

from liuke.kernel.errors import LiukeError
from liuke.kernel.frames import Frame, from_arrow, to_arrow
from liuke.kernel.words import Words
from liuke.store import Engine
from liuke.tier.edges import Fault
from liuke.tier.stability import Stability, hold

UNRATED = "unrated"  # the measure is unknown: a state of our knowledge, not a low tier
UNRATED_WORDS = Words(zh="未评级", en="unrated")
UNRATED_COLOR = "#8c8c8c"

ExampleValue = bool | int | float | date | str

_ROW = "row_of_the_frame"
RESULT = ("tier", "rank", "measure", "why", "why_zh", "next_tier", "missing", "version")


class SchemeRefused(LiukeError):
    """A scheme that contradicts itself, is not in force, or is not there."""


class NotInForce(SchemeRefused):
    """A scheme of later days only."""


class Tier(BaseModel):
    """A tier's name in data, its words and its colour."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[\w-]+$")
    words: Words
    color: str = Field(pattern=r"^#[0-9a-f]{6}$")


class Approval(BaseModel):
    """Who put a version in force, when, and what for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: str = Field(min_length=1)
    on: date
    note: str = ""


class Example(BaseModel):
    """A customer as the scheme reads them and the tier they get; all examples are judged together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reads: Mapping[str, ExampleValue]
    tier: str
    as_of: date | None = None


@dataclass(frozen=True)
class Rule:
    """A tier and what it takes, as people are told; `takes` is None where the kind has no words for it."""

    name: str
    words: Words
    color: str
    takes: Words | None


@dataclass(frozen=True)
class Level:
    """A tier in the order of its scheme; rank 1 is the best."""

    name: str
    words: Words
    color: str
    rank: int


class Scheme(BaseModel):
    """One version of a scheme. To change it is to write the next version.

    effective_from: the first as-of day it may be used for.
    about: what it is for, said to the people who choose a scheme.
    stability: how tiers are held against the numbers of one day; see `hold`.
    approval: who put this version in force; a version that comes with Liuke has none.
    examples: customers and the tiers they get, shown in the reference and checked.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*(/[a-z0-9][a-z0-9-]*)?$")
    version: int = Field(ge=1)
    effective_from: date
    words: Words
    about: Words | None = None
    kind: str
    stability: Stability = Stability()
    approval: Approval | None = None
    examples: tuple[Example, ...] = ()

    @property
    def label(self) -> str:
        return f"{self.name} v{self.version}"

    @property
    def levels(self) -> tuple[Level, ...]:
        """All tiers, best first; unrated, if it is not one of them, comes last and says nothing of worth."""
        made = [Level(t.name, t.words, t.color, rank) for rank, t in enumerate(self._tiers(), start=1)]
        if all(level.name != UNRATED for level in made):
            made.append(Level(UNRATED, UNRATED_WORDS, UNRATED_COLOR, len(made) + 1))
        return tuple(made)

    def describe(self) -> tuple[Rule, ...]:
        """What each tier takes, best first, without the unrated."""
        takes = self._takes()
        return tuple(
            Rule(tier.name, tier.words, tier.color, takes.get(tier.name))
            for tier in self._tiers()
            if tier.name != UNRATED
        )

    def _takes(self) -> Mapping[str, Words]:
        """Tier -> what it takes, in words."""
        return {}

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns it judges: what the declaration calls `column`, and the names that have weights."""
        return tuple(dict.fromkeys(_columns_in(self.model_dump(exclude={"examples"}))))

    @property
    def references(self) -> tuple[str, ...]:
        """Names of other schemes that this one builds on."""
        return ()

    def resolved(self, find: Callable[[str], "Scheme"]) -> Self:
        """The same scheme with those it builds on taken from `find`."""
        return self

    def assign(self, frame: Frame, *, as_of: date | None = None) -> Frame:
        """The tier of every row of a pandas, Polars or Arrow frame, in the same make and order.

        frame: one row for each customer; money columns in yuan, or in fen under `<name>_fen`.
        returns: customer_id if it was given, tier, rank (1 = best), measure, why, why_zh, next_tier and
        missing: what the measure lacks for the next better tier, null when there is none; version of the
        scheme.
        """
        rows = to_arrow(frame)
        numbered = rows.append_column(_ROW, pa.array(range(len(rows)), pa.int64()))
        engine = Engine()
        try:
            made = self._result(ibis.memtable(numbered), as_of=as_of, keep=(_ROW,))
            found = engine.to_arrow(made.order_by(_ROW).drop(_ROW))
        finally:
            engine.close()
        return from_arrow(found, like=frame)

    def express(self, table: ir.Table, *, as_of: date | None = None) -> ir.Table:
        """The same as an expression over a table of any size; see assign."""
        return self._result(table, as_of=as_of, keep=())

    def express_held(
        self,
        table: ir.Table,
        *,
        as_of: date,
        standing: ir.Table | None = None,
        overrides: ir.Table | None = None,
    ) -> ir.Table:
        """The tiers of a day as they are held against its numbers; what is given and made: see `hold`."""
        judged = self.express(table, as_of=as_of)
        return hold(
            judged.mutate(next_edge=self._next_edge(judged)),
            stability=self.stability,
            ranks={level.name: level.rank for level in self.levels},
            words={level.name: (level.words.zh, level.words.en) for level in self.levels},
            as_of=as_of,
            standing=standing,
            overrides=overrides,
        )

    def _next_edge(self, judged: ir.Table) -> ir.FloatingValue:
        """Where the next tier begins, of the measure that `missing` is about; null where none is."""
        return judged.measure + judged.missing

    def _result(self, table: ir.Table, *, as_of: date | None, keep: tuple[str, ...]) -> ir.Table:
        if as_of is not None and as_of < self.effective_from:
            raise SchemeRefused(
                f"{self.label} is in force from {self.effective_from} on, not yet as of {as_of}; "
                "use the version that was in force then"
            )
        judged = self._judge(table, as_of=as_of)
        ids = ("customer_id",) if "customer_id" in table.columns else ()
        shaped = judged.mutate(
            rank=judged.rank.cast("int32"),
            measure=judged.measure.cast("float64"),
            missing=judged.missing.cast("float64"),
            next_tier=judged.next_tier.cast("string"),
            version=ibis.literal(self.version, "int32"),
        )
        return shaped.select(*keep, *ids, *RESULT, *self._extra_columns())

    def example_faults(self) -> tuple[str, ...]:
        """The examples that come out otherwise than they say; see `judge_examples`."""
        from liuke.tier.examples import judge_examples

        return tuple(
            f"example {place}: {self.label} gives {found!r}, not {example.tier!r}"
            for place, (example, found) in enumerate(judge_examples(self), start=1)
            if found != example.tier
        )

    @classmethod
    def all_faults(cls, declared: Mapping[str, Any]) -> Iterator[Fault]:
        """What is wrong between the parts of any declaration, and what is wrong with one of this kind."""
        yield from _double_names(declared)
        yield from cls.faults(declared)

    @classmethod
    def faults(cls, declared: Mapping[str, Any]) -> Iterator[Fault]:
        """What is wrong between the parts of a declaration, each part being right by itself."""
        yield from ()

    @abstractmethod
    def _tiers(self) -> Iterable[Tier]:
        """Tiers, best first."""

    @abstractmethod
    def _judge(self, table: ir.Table, *, as_of: date | None) -> ir.Table:
        """The table with the result columns."""

    def _extra_columns(self) -> tuple[str, ...]:
        return ()

    @model_validator(mode="after")
    def _refuse_faults(self) -> Self:
        told = [
            f"{'.'.join(map(str, where))}: {message}"
            for where, message in self.all_faults(self.model_dump(exclude_none=True))
        ]
        if told:
            raise SchemeRefused(f"{self.label} contradicts itself:\n  " + "\n  ".join(told))
        return self


def _double_names(declared: Mapping[str, Any]) -> Iterator[Fault]:
    """Tiers that are called the same."""
    for part in ("tiers", "segments"):
        held = declared.get(part)
        seen: dict[str, int] = {}
        for place, tier in enumerate(held if isinstance(held, list | tuple) else ()):
            name = tier.get("name") if isinstance(tier, Mapping) else None
            if isinstance(name, str) and seen.setdefault(name, place) != place:
                yield (part, place, "name"), f"{name!r} is also the name of number {seen[name] + 1}"


def _columns_in(declared: Any) -> Iterator[str]:
    """Every column that a declaration names, wherever it stands in it."""
    if isinstance(declared, Mapping):
        weights = declared.get("weights")
        if isinstance(weights, Mapping):
            yield from map(str, weights)
        elif isinstance(declared.get("column"), str):
            yield declared["column"]
        for part in declared.values():
            yield from _columns_in(part)
    elif isinstance(declared, list | tuple):
        for part in declared:
            yield from _columns_in(part)
