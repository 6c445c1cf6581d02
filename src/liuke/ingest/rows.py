"""One batch of source rows as rows of a canonical table, and what is refused of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from liuke.ingest.canonical import TABLES, CanonicalTable
from liuke.ingest.contracts import broken_contracts
from liuke.ingest.declared import Condition, FieldRule, Into
from liuke.ingest.fields import Texts, convert, shown
from liuke.ingest.values.converted import Converted
from liuke.ingest.values.numbers import read_number
from liuke.ingest.values.zones import Zones

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

    def feed(self, texts: Texts, row_numbers: pa.Array) -> Fed:
        """texts: cleaned columns. row_numbers: the load's own number of each source row."""
        refusals: list[pa.Table] = []
        keep = pa.array([True] * len(row_numbers))
        for condition in self.into.when:
            passed = _passes(condition, texts)
            refusals.append(self._refused(passed, condition.column, row_numbers, texts[condition.column]))
            keep = pc.and_(keep, pc.fill_null(passed.values, False))
        kept = {name: pc.filter(text, keep) for name, text in texts.items()}
        made = [*self._make(kept, pc.filter(row_numbers, keep))]
        rows = pa.concat_tables([fed.rows for fed in made])
        return Fed(rows, pa.concat_tables([*refusals, *(fed.refusals for fed in made)]))

    def _make(self, texts: Texts, row_numbers: pa.Array) -> Iterator[Fed]:
        unpivot = self.into.unpivot
        if unpivot is None:
            yield self._convert(self.into.fields, texts, row_numbers, part=0)
            return
        for part, (name, rule) in enumerate(unpivot.columns.items()):
            value_rule = self.into.unpivoted(rule)
            value = convert(
                value_rule,
                self.table.column(unpivot.value_into),
                texts,
                count=len(row_numbers),
                zones=self.zones,
            )
            told = pc.or_(
                pc.is_valid(value.values), pc.not_equal(pc.coalesce(value.reason, "missing"), "missing")
            )
            rules = {
                **self.into.fields,
                unpivot.name_into: FieldRule(value=name),
                unpivot.value_into: value_rule,
            }
            some = {column: pc.filter(text, told) for column, text in texts.items()}
            yield self._convert(rules, some, pc.filter(row_numbers, told), part=part)

    def _convert(self, rules: dict[str, FieldRule], texts: Texts, row_numbers: pa.Array, *, part: int) -> Fed:
        count = len(row_numbers)
        schema = staged_schema(self.table)
        values: dict[str, pa.Array] = {
            "_row": row_numbers,
            "_place": pa.repeat(pa.scalar(self.place * 1000 + part, pa.int32()), count),
        }
        refusals = []
        for name, rule in rules.items():
            found = convert(rule, self.table.column(name), texts, count=count, zones=self.zones)
            values[name] = found.values
            refusals.append(self._refused(found, name, row_numbers, shown(rule, texts, count), rule))
        if self.into.known_at is not None:
            known_at, found = self._known_at(values, texts, count)
            values["known_at"] = known_at
            refusals.append(self._refused(found, "known_at", row_numbers, shown_known_at(self, texts, count)))
        columns = [
            values[field.name].cast(field.type) if field.name in values else pa.nulls(count, field.type)
            for field in schema
        ]
        rows = pa.Table.from_arrays(columns, schema=schema)
        refusals += self._broken(rows, rules, texts)
        return Fed(rows, pa.concat_tables(refusals))

    def _known_at(self, values: dict[str, pa.Array], texts: Texts, count: int) -> tuple[pa.Array, Converted]:
        rule = self.into.known_at
        assert rule is not None
        if rule.origin == "load":
            loaded = pa.repeat(pa.scalar(self.loaded_at, pa.timestamp("us")), count)
            return loaded, Converted.right(loaded)
        if rule.origin == "happened":  # what is wrong with happened_at is told there
            return values["happened_at"], Converted.right(values["happened_at"])
        found = convert(rule, self.table.column("known_at"), texts, count=count, zones=self.zones)
        return found.values, found

    def _broken(self, rows: pa.Table, rules: dict[str, FieldRule], texts: Texts) -> Iterator[pa.Table]:
        """Contracts on whole rows; instants that the mapping declares may lie ahead of the load."""
        declared = {name for name, rule in rules.items() if rule.value is not None}
        if self.into.known_at is not None and self.into.known_at.value is not None:
            declared.add("known_at")
        for broken in broken_contracts(
            rows, self.table, loaded_at=self.loaded_at, exempt=frozenset(declared)
        ):
            found = Converted.right(rows[broken.field].combine_chunks()).refuse(
                broken.mask.combine_chunks() if isinstance(broken.mask, pa.ChunkedArray) else broken.mask,
                broken.reason,
            )
            text = rows[broken.field].combine_chunks().cast(pa.string())
            yield self._refused(
                found, broken.field, rows["_row"].combine_chunks(), text, rules.get(broken.field)
            )

    def _refused(
        self,
        found: Converted,
        field: str,
        row_numbers: pa.Array,
        text: pa.Array,
        rule: FieldRule | None = None,
    ) -> pa.Table:
        """The refused values of one column as rows of REFUSALS."""
        wrong = pc.is_valid(found.reason)
        count = pc.sum(wrong).as_py() or 0
        column = ", ".join(rule.columns) if rule is not None else field
        columns = [
            pc.filter(row_numbers, wrong),
            pa.repeat(pa.scalar(self.into.table), count),
            pa.repeat(pa.scalar(field), count),
            pa.repeat(pa.scalar(column), count),
            pc.filter(text, wrong),
            pc.filter(found.reason, wrong),
        ]
        return pa.Table.from_arrays(columns, schema=REFUSALS)


def shown_known_at(feeding: Feeding, texts: Texts, count: int) -> pa.Array:
    """The text that known_at was read from; missing when no column gives it."""
    rule = feeding.into.known_at
    if rule is None or rule.origin != "field":
        return pa.nulls(count, pa.string())
    return shown(rule, texts, count)


def _passes(condition: Condition, texts: Texts) -> Converted:
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
