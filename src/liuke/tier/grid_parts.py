"""The parts of a decision table: columns, conditions on them, and rows of conditions.

Every condition can be asked of the engine (unknown stays unknown) and of an example value, so that rows
that can never match, and customers whom no row holds, are found before anybody is judged.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, product
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
from pydantic import BaseModel, ConfigDict, Field

from liuke.kernel.errors import MissingColumn, suggestion
from liuke.kernel.words import Words
from liuke.tier.edges import Fault
from liuke.tier.measure import MeasureRefused, read_number
from liuke.tier.speech import first_of, say_number

_PART = ConfigDict(frozen=True, extra="forbid")
_EDGES = ("at_least", "over", "under", "up_to")
_SIGNS = {"at_least": "≥", "over": ">", "under": "<", "up_to": "≤"}
_MOST_EXAMPLES = 50_000  # beyond this, rows and gaps are not decided

Value = bool | str | float


class GridColumn(BaseModel):
    """A column that rows ask about: a number, a flag (true or false) or one of some values."""

    model_config = _PART

    column: str
    words: Words
    kind: Literal["number", "flag", "category"]
    money: bool = False
    values: tuple[str, ...] = ()

    def read(self, table: ir.Table, *, wanted_by: str) -> Any:
        """The column; a value that is not one of its values is unknown."""
        if self.kind == "number":
            return read_number(table, self.column, money=self.money, wanted_by=wanted_by)
        if self.column not in table.columns:
            raise MissingColumn(self.column, wanted_by=wanted_by, present=table.columns)
        held = table[self.column]
        if self.kind == "flag":
            if held.type().is_null():
                return ibis.null("boolean")
            if not held.type().is_boolean():
                raise MeasureRefused(
                    f"{wanted_by} asks whether {self.column!r} is true; it holds {held.type()}"
                )
            return held
        text = held.cast("string").strip()
        return ibis.ifelse(text.isin(self.values), text, ibis.null("string"))

    def say(self, value: Any, language: Literal["zh", "en"]) -> ir.StringValue:
        if self.kind == "number":
            return say_number(value, decimals=2 if self.money else 6)
        if self.kind == "flag":
            return ibis.ifelse(value, "是" if language == "zh" else "yes", "否" if language == "zh" else "no")
        return value


class Condition(BaseModel):
    """What a row asks of a column: bounds of a number, whether a flag is set, one of some values."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    column: str
    at_least: float | None = None
    over: float | None = None
    under: float | None = None
    up_to: float | None = None
    is_: bool | None = Field(default=None, alias="is")
    one_of: tuple[str, ...] = ()

    def holds(self, value: Any) -> Any:
        """Of an expression (unknown stays unknown) or of an example value."""
        if self.is_ is not None:
            return value == self.is_
        if self.one_of:
            return value.isin(self.one_of) if isinstance(value, ir.Value) else value in self.one_of
        tests = [test for test in self._tests(value) if test is not None]
        return tests[0] if len(tests) == 1 else tests[0] & tests[1]

    def _tests(self, number: Any) -> Iterator[Any]:
        yield None if self.at_least is None else number >= self.at_least
        yield None if self.over is None else number > self.over
        yield None if self.under is None else number < self.under
        yield None if self.up_to is None else number <= self.up_to

    @property
    def edges(self) -> tuple[float, ...]:
        return tuple(edge for edge in (self.at_least, self.over, self.under, self.up_to) if edge is not None)

    def say(self, language: Literal["zh", "en"]) -> str:
        """Its bounds; a flag and a value say themselves."""
        told = [
            f"{_SIGNS[key]} {getattr(self, key):,.15g}" for key in _EDGES if getattr(self, key) is not None
        ]
        return ("，" if language == "zh" else ", ").join(told)


class Row(BaseModel):
    """Conditions that all hold, and the tier they lead to; without conditions it holds everybody."""

    model_config = _PART

    tier: str
    when: tuple[Condition, ...] = ()

    def holds(self, values: Mapping[str, Any]) -> Any:
        """True, false or unknown: one that fails settles it, whatever else is unknown."""
        answer: Any = None
        for condition in self.when:
            held = condition.holds(values[condition.column])
            answer = held if answer is None else answer & held
        return answer


def faults_of_grid(declared: Mapping[str, Any]) -> Iterator[Fault]:
    """Rows about nothing declared, rows that can never match, and gaps."""
    try:
        columns = {str(each["column"]): GridColumn.model_validate(each) for each in declared["columns"]}
        rows = [Row.model_validate(row) for row in declared["rows"]]
        tiers = [tier["name"] for tier in declared["tiers"]]
    except (KeyError, TypeError, ValueError):
        return  # told by the check of the parts
    faults = [*_row_faults(rows, columns, tiers), *_tier_faults(rows, tiers)]
    yield from faults
    if not faults:
        yield from _unmatched(rows, columns)


def _row_faults(
    rows: Sequence[Row], columns: Mapping[str, GridColumn], tiers: Sequence[str]
) -> Iterator[Fault]:
    for at, row in enumerate(rows):
        if row.tier not in tiers:
            yield ("rows", at), f"no tier is called {row.tier!r}{suggestion(row.tier, tiers)}"
        for condition in row.when:
            column = columns.get(condition.column)
            for message in _condition_faults(condition, column, columns):
                yield ("rows", at), f"{condition.column}: {message}"


def _condition_faults(
    condition: Condition, column: GridColumn | None, columns: Iterable[str]
) -> Iterator[str]:
    if column is None:
        yield f"is none of the columns{suggestion(condition.column, columns)}"
        return
    lower = [condition.at_least, condition.over].count(None)
    upper = [condition.under, condition.up_to].count(None)
    asked = {
        "number": bool(condition.edges),
        "flag": condition.is_ is not None,
        "category": bool(condition.one_of),
    }
    if not asked[column.kind] or sum(asked.values()) > 1:
        told = {
            "number": "at_least, over, under or up_to a number",
            "flag": "'is' true or false",
            "category": "'one_of' its values",
        }
        yield f"a {column.kind} is asked for {told[column.kind]}"
    elif lower == 0 or upper == 0:
        yield "a number begins at_least or over, and ends under or up_to, one of each at most"
    if strange := [value for value in condition.one_of if column.values and value not in column.values]:
        yield f"{', '.join(strange)} is none of {', '.join(column.values)}"


def _tier_faults(rows: Sequence[Row], tiers: Sequence[str]) -> Iterator[Fault]:
    for at, tier in enumerate(tiers):
        if all(row.tier != tier for row in rows):
            yield ("tiers", at), f"no row leads to {tier!r}"


def _unmatched(rows: Sequence[Row], columns: Mapping[str, GridColumn]) -> Iterator[Fault]:
    examples = {name: _examples(column, rows) for name, column in columns.items()}
    size = 1
    for told in examples.values():
        size *= max(len(told), 1)
    if size > _MOST_EXAMPLES:
        return
    won = [0] * len(rows)
    gap: dict[str, Value] | None = None
    for combination in product(*examples.values()):
        values = dict(zip(examples, combination, strict=True))
        first = next((at for at, row in enumerate(rows) if row.holds(values) in (True, None)), None)
        if first is not None:
            won[first] += 1
        elif gap is None:
            gap = values
    for at, row in enumerate(rows):
        if not won[at]:
            yield (
                ("rows", at),
                f"overlap: nobody is left for row {at + 1} ({row.tier}); rows before it hold them",
            )
    if gap is not None:
        said = ", ".join(f"{name} {_plain(value)}" for name, value in gap.items())
        yield ("rows", len(rows) - 1), f"gap: no row holds {said}; end with a row without conditions"


def _examples(column: GridColumn, rows: Sequence[Row]) -> list[Value]:
    """A value for every kind of answer the conditions can give: each edge and a number between each two."""
    asked = [condition for row in rows for condition in row.when if condition.column == column.column]
    if column.kind == "flag":
        return [True, False]
    if column.kind == "category":
        return list(column.values)
    edges = sorted({edge for condition in asked for edge in condition.edges})
    if not edges:
        return [0.0]
    between = [(low + high) / 2 for low, high in pairwise(edges)]
    return sorted([edges[0] - 1, *edges, *between, edges[-1] + 1])


def _plain(value: Value) -> str:
    return (
        f"{value:g}"
        if isinstance(value, float)
        else str(value).lower()
        if value in (True, False)
        else str(value)
    )


def first_row(rows: Sequence[Row], values: Mapping[str, Any]) -> ir.IntegerValue:
    """The number of the first row that holds, null when none does or an unknown value could decide.

    A row that may hold, were something known, ends the search: what comes after it is not sure.
    """
    branches: list[tuple[Any, Any]] = []
    for at, row in enumerate(rows):
        held = ibis.literal(True) if not row.when else row.holds(values)
        unknown = (held & ibis.literal(True)).isnull()  # bare, Spark cannot parse `x IN (…) IS NULL`
        branches += [(held, ibis.literal(at, "int64")), (unknown, ibis.null("int64"))]
    return first_of(branches, ibis.null("int64"))
