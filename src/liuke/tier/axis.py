"""One side of a matrix: the values of a column, or the tiers of another scheme.

A value of a column may be written as its name or as its words in either language, in capitals or not.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
from pydantic import BaseModel, ConfigDict, Field

from liuke.kernel.errors import MissingColumn
from liuke.kernel.words import Words
from liuke.tier.edges import Fault
from liuke.tier.scheme import UNRATED, Scheme
from liuke.tier.speech import first_of, sentence

_PART = ConfigDict(frozen=True, extra="forbid")


class AxisValue(BaseModel):
    """A value by its name in data; `also` are further spellings of it."""

    model_config = _PART

    name: str = Field(pattern=r"^[\w-]+$")
    words: Words
    also: tuple[str, ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        return _spellings(self.model_dump())


class Axis(BaseModel):
    """A column and its values, best first, or `scheme`, whose tiers are judged over the same table.

    words: how the axis is called; those of the scheme unless given.
    """

    model_config = _PART

    column: str | None = None
    values: tuple[AxisValue, ...] = ()
    scheme: str | None = None
    words: Words | None = None


@dataclass(frozen=True)
class Side:
    """An axis as it is used: its scheme at hand, its values known."""

    axis: Axis
    scheme: Scheme | None

    @property
    def words(self) -> Words:
        if self.axis.words is not None:
            return self.axis.words
        assert self.scheme is not None  # an axis of a column has words, see faults_of_axis
        return self.scheme.words

    @property
    def values(self) -> tuple[tuple[str, Words], ...]:
        """Names and words, best first."""
        if self.scheme is None:
            return tuple((value.name, value.words) for value in self.axis.values)
        return tuple((level.name, level.words) for level in self.scheme.levels if level.name != UNRATED)

    def read(self, table: ir.Table, prefix: str, *, wanted_by: str, as_of: date | None) -> ir.Table:
        """The table with the place of each row on this side (null: none) and why it has none."""
        if self.scheme is None:
            return self._read_column(table, prefix, wanted_by=wanted_by)
        kept = table.columns
        judged = self.scheme._judge(  # columns that judging writes over are put back
            table.mutate(**{f"{prefix}_kept_{name}": table[name] for name in kept}), as_of=as_of
        )
        places = [(judged.tier == name, at) for at, (name, _) in enumerate(self.values)]
        return judged.select(
            **{name: judged[f"{prefix}_kept_{name}"] for name in kept},
            **{
                f"{prefix}_place": first_of(places, ibis.null("int64")),
                f"{prefix}_why": sentence(f"{self.words.en}: unrated (", judged.why, ")"),
                f"{prefix}_why_zh": sentence(f"{self.words.zh}：未评级（", judged.why_zh, "）"),
            },
        )

    def _read_column(self, table: ir.Table, prefix: str, *, wanted_by: str) -> ir.Table:
        column = self.axis.column
        if column not in table.columns:
            raise MissingColumn(str(column), wanted_by=wanted_by, present=table.columns)
        held = table[column].cast("string").strip()
        written = ibis.ifelse(held == "", ibis.null("string"), held)
        lowered = written.lower()
        places = [(lowered.isin(value.spellings), at) for at, value in enumerate(self.axis.values)]
        names = ", ".join(value.name for value in self.axis.values)
        names_zh = "、".join(value.words.zh for value in self.axis.values)
        label = self.words
        return table.mutate(
            **{
                f"{prefix}_place": first_of(places, ibis.null("int64")),
                f"{prefix}_why": ibis.coalesce(
                    sentence(f"{label.en}: '", written, f"' is none of {names}"), f"{label.en}: unknown"
                ),
                f"{prefix}_why_zh": ibis.coalesce(
                    sentence(f"{label.zh}：“", written, f"”不是{names_zh}之一"), f"{label.zh}未知"
                ),
            }
        )


def faults_of_axis(axis: Any, *, where: str) -> Iterator[Fault]:
    """What is wrong with an axis as it stands in a file."""
    if not isinstance(axis, Mapping):
        return
    if ("column" in axis) == ("scheme" in axis):
        yield (where,), "an axis is a 'column' with its values or the tiers of a 'scheme', one of the two"
        return
    if "scheme" in axis:
        if axis.get("values"):
            yield (where, "values"), "the values are the tiers of the scheme; leave out 'values'"
        return
    if "words" not in axis:
        yield (where,), "say in 'words' how the axis is called"
    values = axis.get("values") or ()
    if len(values) < 2:
        yield (where,), "an axis has two values or more"
    spelled = Counter(each for value in values for each in set(_spellings(value)))
    for text in sorted(text for text, count in spelled.items() if count > 1):
        yield (where, "values"), f"overlap: {text!r} stands for more than one value"


def _spellings(value: Any) -> tuple[str, ...]:
    if not isinstance(value, Mapping):
        return ()
    words = value.get("words")
    told = words.values() if isinstance(words, Mapping) else ()
    written = [value.get("name"), *told, *(value.get("also") or ())]
    return tuple(dict.fromkeys(text.strip().lower() for text in written if isinstance(text, str)))
