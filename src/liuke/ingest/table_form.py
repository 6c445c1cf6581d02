"""What a canonical table is made of, and how one is declared."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import pyarrow as pa

from liuke.kernel.words import Words

Kind = Literal["text", "whole", "fen", "number", "flag", "day", "instant"]

ARROW_TYPES: Mapping[Kind, pa.DataType] = MappingProxyType(
    {
        "text": pa.string(),
        "whole": pa.int64(),
        "fen": pa.int64(),
        "number": pa.float64(),
        "flag": pa.bool_(),
        "day": pa.date32(),
        "instant": pa.timestamp("us"),
    }
)


@dataclass(frozen=True)
class Column:
    """One column: its name, kind, words, and what its values may be."""

    name: str
    kind: Kind
    words: Words
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class CanonicalTable:
    """One canonical table and the grain of its rows.

    key: columns that identify a row. A table without a natural key has `row_key`, made from
        the file and the place in it that the row comes from; equal rows are told apart by their content.
    monthly: stored in one partition for each month of `happened_at`.
    """

    name: str
    words: Words
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    monthly: bool = False

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([(column.name, ARROW_TYPES[column.kind]) for column in self.columns])

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)


def declare_column(declared: str) -> Column:
    """A column from one line: `name! kind zh | en | choice choice`; `!` marks it required."""
    head, en, *choices = (part.strip() for part in declared.split("|"))
    name, kind, zh = head.split(maxsplit=2)
    return Column(
        name=name.removesuffix("!"),
        kind=kind,  # type: ignore[arg-type]  # checked by the assertion below
        words=Words(zh=zh, en=en),
        required=name.endswith("!"),
        choices=tuple(choices[0].split()) if choices else (),
    )


def declare_table(
    name: str, zh: str, en: str, *, grain: str, key: str, columns: str, monthly: bool = False
) -> CanonicalTable:
    """A table whose columns are declared a line each; key: the names of its key, blanks between them."""
    declared = tuple(declare_column(line) for line in columns.strip().splitlines())
    assert all(column.kind in ARROW_TYPES for column in declared)
    table = CanonicalTable(name, Words(zh=zh, en=en), grain, tuple(key.split()), declared, monthly)
    assert set(table.key) <= {column.name for column in declared}
    return table
