"""One batch of source rows as rows of a canonical table, and what is refused of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from liuke.ingest.candidates import PLACES_PER_BLOCK
from liuke.ingest.canonical import TABLES, CanonicalTable
from liuke.ingest.columns import Columns
from liuke.ingest.contracts import broken_contracts
from liuke.ingest.declared import Condition, FieldRule, Into
from liuke.ingest.fields import convert, shown
from liuke.ingest.values.converted import Converted, as_array
from liuke.ingest.values.numbers import read_number
from liuke.ingest.values.zones import Zones

Rules = Mapping[str, FieldRule]

REFUSALS = pa.schema(
    [
        ("_row", pa.int64()),
        ("table_name", pa.string()),
        ("field", pa.string()),
        ("column", pa.string()),
        ("value", pa.string()),
        ("reason", pa.string()),
    ]
)


def staged_schema(table: CanonicalTable) -> pa.Schema:
    """Canonical rows on their way in: the source row they come from and their place within it."""
    kept = [field for field in table.schema if field.name != "row_key"]
    return pa.schema([("_row", pa.int64()), ("_place", pa.int32()), *kept])


@dataclass(frozen=True)
class Fed:
    """What one batch feeds into one table. rows hold refused values as missing."""

    rows: pa.Table
    refusals: pa.Table


@dataclass(frozen=True)
class Feeding:
    """How one [[into]] block makes rows. place: its number in the mapping."""

    into: Into
    place: int
    loaded_at: datetime
    zones: Zones

    @property
    def table(self) -> CanonicalTable:
        return TABLES[self.into.table]

    def feed(self, columns: Columns, row_numbers: pa.Array) -> Fed:
        """row_numbers: the load's own number of each source row."""
        refusals: list[pa.Table] = []
        kept = columns
        if self.into.when:
            keep = pa.repeat(pa.scalar(True), len(row_numbers))
            for condition in self.into.when:
                passed = _passes(condition, columns)
                text = partial(columns.__getitem__, condition.column)
                refusals += self._refused(passed, condition.column, row_numbers, text)
                keep = pc.and_(keep, pc.fill_null(passed.values, False))
            kept, row_numbers = columns.where(keep), pc.filter(row_numbers, keep)
        made = [*self._make(kept, row_numbers)]
        refusals += [fed.refusals for fed in made]
        return Fed(pa.concat_tables([fed.rows for fed in made]), _joined(refusals))

    def _make(self, columns: Columns, row_numbers: pa.Array) -> Iterator[Fed]:
        rules = dict(self.into.fields)
        if self.into.known_at is not None and self.into.known_at.origin == "field":
            rules["known_at"] = self.into.known_at
        unpivot = self.into.unpivot
        if unpivot is None:
            yield self._convert(rules, columns, row_numbers, part=0)
            return
        for part, (name, rule) in enumerate(unpivot.columns.items()):
            named = {unpivot.name_into: FieldRule(value=name), unpivot.value_into: self.into.unpivoted(rule)}
            told = self._told(named[unpivot.value_into], columns)
            some = columns.where(told)
            yield self._convert({**rules, **named}, some, pc.filter(row_numbers, told), part=part)

    def _told(self, rule: FieldRule, columns: Columns) -> pa.Array:
        """Where an unpivoted column says anything, right or wrong; silence makes no row."""
        assert self.into.unpivot is not None
        column = self.table.column(self.into.unpivot.value_into)
        found = convert(rule, column, columns, zones=self.zones)
        return pc.not_equal(
            pc.coalesce(found.reason, pc.if_else(pc.is_valid(found.values), "", "missing")), "missing"
        )

    def _convert(self, rules: Rules, columns: Columns, row_numbers: pa.Array, *, part: int) -> Fed:
        count = len(row_numbers)
        place = pa.scalar(self.place * PLACES_PER_BLOCK + part, pa.int32())
        values: dict[str, pa.Array] = {"_row": row_numbers, "_place": pa.repeat(place, count)}
        refusals: list[pa.Table] = []
        for name, rule in rules.items():
            found = convert(rule, self.table.column(name), columns, zones=self.zones)
            values[name] = found.values
            refusals += self._refused(found, name, row_numbers, partial(shown, rule, columns), rule)
        if "known_at" in self.table.schema.names and "known_at" not in values:
            values["known_at"] = self._known_at(values, count)
        schema = staged_schema(self.table)
        made = [
            values[field.name].cast(field.type) if field.name in values else pa.nulls(count, field.type)
            for field in schema
        ]
        rows = pa.Table.from_arrays(made, schema=schema)
        return Fed(rows, _joined([*refusals, *self._broken(rows, rules, columns)]))

    def _known_at(self, values: dict[str, pa.Array], count: int) -> pa.Array:
        assert self.into.known_at is not None
        if self.into.known_at.origin == "happened":
            return values["happened_at"]
        return pa.repeat(pa.scalar(self.loaded_at, pa.timestamp("us")), count)

    def _broken(self, rows: pa.Table, rules: Rules, columns: Columns) -> Iterator[pa.Table]:
        """Contracts on whole rows. Instants that the mapping declares may lie ahead of the load."""
        declared = {name for name, rule in rules.items() if rule.value is not None}
        if "known_at" not in rules:  # what is wrong with happened_at is told there
            declared.add("known_at")
        for broken in broken_contracts(
            rows, self.table, loaded_at=self.loaded_at, exempt=frozenset(declared)
        ):
            if not pc.any(broken.mask).as_py():
                continue
            values = as_array(rows[broken.field])
            found = Converted.right(values).refuse(as_array(broken.mask), broken.reason)
            rule = rules.get(broken.field)
            text = partial(values.cast, pa.string()) if rule is None else partial(shown, rule, columns)
            yield from self._refused(found, broken.field, as_array(rows["_row"]), text, rule)

    def _refused(
        self,
        found: Converted,
        field: str,
        row_numbers: pa.Array,
        text: Callable[[], pa.Array],
        rule: FieldRule | None = None,
    ) -> Iterator[pa.Table]:
        """The refused values of one column as rows of REFUSALS, if there are any."""
        if found.reason.null_count == len(found.reason):
            return
        wrong = pc.is_valid(found.reason)
        column = ", ".join(rule.columns) if rule is not None else field
        rows, values = pc.filter(row_numbers, wrong), pc.filter(text(), wrong)
        yield refused_rows(rows, self.into.table, field, column, values, pc.filter(found.reason, wrong))


def _joined(refusals: Sequence[pa.Table]) -> pa.Table:
    return pa.concat_tables([REFUSALS.empty_table(), *refusals])


def refused_rows(
    rows: pa.Array, table: str, field: str, column: str, values: pa.Array, reason: str | pa.Array
) -> pa.Table:
    """Refusals, one for each row, as a table of REFUSALS."""
    said = [pa.repeat(pa.scalar(word, pa.string()), len(rows)) for word in (table, field, column)]
    if isinstance(reason, str):
        reason = pa.repeat(pa.scalar(reason), len(rows))
    return pa.Table.from_arrays([rows, *said, values.cast(pa.string()), reason], schema=REFUSALS)


def _passes(condition: Condition, texts: Columns) -> Converted:
    """Whether each row passes; a number that is none is refused, a missing value does not pass."""
    text = texts[condition.column]
    if condition.present is not None:
        return Converted.right(pc.equal(pc.is_valid(text), condition.present))
    if condition.none_of is not None:
        return Converted.right(pc.invert(pc.is_in(text, value_set=pa.array(condition.none_of, pa.string()))))
    wanted = (condition.equals,) if condition.equals is not None else condition.any_of
    if wanted is not None:
        return Converted.right(pc.is_in(text, value_set=pa.array(wanted, pa.string())))
    number = read_number(text)
    if condition.at_least is not None:
        return Converted(pc.greater_equal(number.values, condition.at_least), number.reason)
    return Converted(pc.less_equal(number.values, condition.at_most), number.reason)
