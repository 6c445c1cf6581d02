"""One mapping file: how the columns of a source become rows of canonical tables.

[source]
name = "crm"
path = "sources/customers-*.csv"

[[into]]
table = "customers"
known_at = "exported_on"
[into.fields]
customer_id = "cust_no"
sex = { column = "gender", codes = { "1" = "male", "2" = "female" } }
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    field_validator,
    model_validator,
)

from liuke.kernel.errors import Mistake
from liuke.kernel.toml import KeyPath, TomlFile

NULL_TOKENS = ("", "NULL", "null", "\\N", "N/A", "#N/A")
Scalar = str | bool | int | float | date | datetime

_BRACES = re.compile(r"\{([^{}]*)\}")


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FieldRule(_Value):
    """Where the value of one canonical column comes from, and what is done to it on the way."""

    column: str | None = None
    value: Scalar | None = None
    template: str | None = None  # text with columns in braces: "{account}-{month}"

    codes: dict[str, str] | None = None
    otherwise: str | None = None  # what a value that is not among the codes becomes
    default: str | None = None  # what a missing value becomes
    strip: str | None = None  # characters to take away from both ends
    pattern: str | None = None  # regular expression that the whole value must have
    format: str | None = None  # of days and instants: "%d.%m.%Y", "excel", "excel-1904"
    unit: Literal["yuan", "dollar", "jiao", "fen", "cent", "li", "wan"] | None = None
    times: float | None = None  # factor for numbers
    over: float | None = Field(default=None, gt=0)  # divisor for numbers: 60 makes minutes of seconds
    minus: str | None = None  # another column to take away, in the same unit
    months_before: date | None = None  # the value counts months back from this day
    at_earliest: date | datetime | None = None  # days before it become it
    at_latest: date | datetime | None = None
    at_least: float | None = None  # a value below it is refused, in the unit of the source
    at_most: float | None = None
    required: bool = False

    @model_validator(mode="after")
    def _one_origin(self) -> "FieldRule":
        if self.needs_origin:
            given = [name for name in ("column", "value", "template") if getattr(self, name) is not None]
            if len(given) != 1:
                found = " and ".join(given) or "none"
                raise ValueError(f"say exactly one of column, value, template; found {found}")
        return self

    @property
    def needs_origin(self) -> bool:
        return True

    @property
    def columns(self) -> tuple[str, ...]:
        """Source columns that this rule reads."""
        named = _BRACES.findall(self.template) if self.template is not None else [self.column]
        return tuple(name for name in (*named, self.minus) if name is not None)


def _as_rule(given: Any) -> Any:
    return {"column": given} if isinstance(given, str) else given


Rule = Annotated[FieldRule, BeforeValidator(_as_rule)]


class KnownAt(FieldRule):
    """When a row became known: as a field, or with it (`happened`), or by this load (`load`)."""

    origin: Literal["happened", "load", "field"] = "field"

    @property
    def needs_origin(self) -> bool:
        return self.origin == "field"


_KNOWN_AT_WORDS = {"same as happened": "happened", "load": "load"}


def _as_known_at(given: Any) -> Any:
    if isinstance(given, str) and given in _KNOWN_AT_WORDS:
        return {"origin": _KNOWN_AT_WORDS[given]}
    return _as_rule(given)


class Condition(_Value):
    """A source row feeds a table only if the column's value passes this one test."""

    column: str
    equals: str | None = None
    any_of: tuple[str, ...] | None = None
    none_of: tuple[str, ...] | None = None
    at_least: float | None = None
    at_most: float | None = None
    present: bool | None = None

    @model_validator(mode="after")
    def _one_test(self) -> "Condition":
        tests = ("equals", "any_of", "none_of", "at_least", "at_most", "present")
        if sum(getattr(self, test) is not None for test in tests) != 1:
            raise ValueError(f"say exactly one of {', '.join(tests)}")
        return self


class Unpivot(_Value):
    """Several columns of one source row become several rows: a name and a value each."""

    name_into: str
    value_into: str
    columns: dict[str, Rule] = Field(min_length=1)  # name in the table -> source column
    codes: dict[str, str] | None = None  # for every column that has none of its own
    otherwise: str | None = None


def _as_tuple(given: Any) -> Any:
    return [given] if isinstance(given, dict) else given


class Into(_Value):
    """One canonical table that a source row feeds.

    once: only the first row of each key feeds the table, for lists that repeat the customer.
    """

    table: str
    known_at: Annotated[KnownAt, BeforeValidator(_as_known_at)] | None = None
    fields: dict[str, Rule]
    unpivot: Unpivot | None = None
    when: Annotated[tuple[Condition, ...], BeforeValidator(_as_tuple)] = ()
    once: bool = False

    def rules(self) -> Iterator[tuple[KeyPath, str, FieldRule]]:
        """Every rule with its place in the file and the canonical column that it fills."""
        for name, rule in self.fields.items():
            yield ("fields", name), name, rule
        if self.known_at is not None:
            yield ("known_at",), "known_at", self.known_at
        if self.unpivot is not None:
            for name, rule in self.unpivot.columns.items():
                yield ("unpivot", "columns", name), self.unpivot.value_into, self.unpivoted(rule)

    def unpivoted(self, rule: FieldRule) -> FieldRule:
        """The rule of one unpivoted column, with the codes that all of them share."""
        if self.unpivot is None or rule.codes is not None or self.unpivot.codes is None:
            return rule
        shared = {"codes": self.unpivot.codes, "otherwise": self.unpivot.otherwise}
        return rule.model_copy(update=shared)


class Source(_Value):
    """Where the rows are and how they are written down."""

    name: str = Field(pattern=r"^\w[\w-]{0,63}$")
    path: str = Field(min_length=1)  # relative to the workspace; * and ? find several files
    format: Literal["auto", "csv", "excel", "parquet"] = "auto"
    encoding: str = "auto"
    delimiter: str = "auto"  # one character, "tab" or "whitespace"
    quote: str = Field(default='"', max_length=1)  # empty: quotes are ordinary characters
    sheet: str | int = 1
    header_row: int = Field(default=1, ge=1)
    max_bad_share: float = Field(default=0.05, ge=0, le=1)
    null_tokens: tuple[str, ...] = NULL_TOKENS
    zone: str | None = None  # time zone of the source's instants, "UTC"; none: the company's own
    company_zone: str | None = None  # "Asia/Shanghai"; needed to convert from another zone


class Mapping(_Value):
    """A source and the tables it feeds, as one mapping file says."""

    source: Source
    into: tuple[Into, ...]

    _file: TomlFile = PrivateAttr()

    @field_validator("into")
    @classmethod
    def _some(cls, into: tuple[Into, ...]) -> tuple[Into, ...]:
        if not into:
            raise ValueError("at least one [[into]] block is needed")
        return into

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def path(self) -> Path:
        """The mapping file."""
        return self._file.path

    @property
    def tables(self) -> frozenset[str]:
        return frozenset(into.table for into in self.into)

    @property
    def columns(self) -> frozenset[str]:
        """Every source column that the mapping reads."""
        return frozenset(name for _, name in self.named_columns())

    def named_columns(self) -> Iterator[tuple[KeyPath, str]]:
        """Every source column named, with the place in the file where it is."""
        for number, into in enumerate(self.into):
            for place, _, rule in into.rules():
                yield from ((("into", number, *place), column) for column in rule.columns)
            for condition_number, condition in enumerate(into.when):
                yield ("into", number, "when", condition_number), condition.column

    def mistake(self, place: KeyPath, message: str) -> Mistake:
        return self._file.mistake(place, message)

    @classmethod
    def of(cls, file: TomlFile, read: "Mapping") -> "Mapping":
        """The mapping that remembers the file it was read from."""
        read._file = file
        return read
