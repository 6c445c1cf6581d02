"""Mappings are checked whole, against the canonical tables, before a row is read."""

import re
from collections.abc import Iterator
from typing import Any
from zoneinfo import available_timezones

import pyarrow as pa

from liuke.ingest.canonical import TABLES, CanonicalTable, Column
from liuke.ingest.columns import Columns
from liuke.ingest.declared import FieldRule, Into, Mapping
from liuke.ingest.fields import convert
from liuke.ingest.readers import RowBatch
from liuke.ingest.values.times import EXCEL_FORMATS, unknown_directives
from liuke.kernel.errors import ConfigRefused, Mistake, suggestion
from liuke.kernel.toml import TomlFile, read_model

MADE_HERE = frozenset({"row_key"})  # columns that the load makes; no mapping fills them


def read_mapping(file: TomlFile) -> Mapping:
    """The mapping of a file; ConfigRefused with every mistake of form and of meaning."""
    mistakes = list(_mistakes_in_names(file))
    try:
        mapping = Mapping.of(file, read_model(Mapping, file))
    except ConfigRefused as refused:
        raise ConfigRefused([*mistakes, *refused.mistakes]) from None
    if not mistakes:
        mistakes += _mistakes_in_meaning(mapping)
    if mistakes:
        raise ConfigRefused(mistakes)
    return mapping


def _mistakes_in_names(file: TomlFile) -> Iterator[Mistake]:
    """Names of tables and columns; looks at the bare file, so that it works on a broken one too."""
    blocks = file.data.get("into", [])
    for number, into in enumerate(blocks if isinstance(blocks, list) else []):
        if not isinstance(into, dict) or not isinstance(into.get("table"), str):
            continue
        place = ("into", number)
        table = TABLES.get(into["table"])
        if table is None:
            near = suggestion(into["table"], TABLES)
            known = ", ".join(sorted(TABLES))
            yield file.mistake(
                (*place, "table"), f"there is no table {into['table']!r}{near}; the tables: {known}"
            )
        else:
            yield from _mistakes_in_columns(file, place, into, table)


def _mistakes_in_columns(
    file: TomlFile, place: tuple[str | int, ...], into: dict[str, Any], table: CanonicalTable
) -> Iterator[Mistake]:
    filled = _filled(into)
    open_columns = [column.name for column in table if column.name not in {*MADE_HERE, "known_at"}]
    for where, name in filled:
        if name in open_columns:
            continue
        if name == "known_at":
            message = "known_at stands beside `table`, not among the fields"
        elif name in MADE_HERE:
            message = f"{name} is made by the load; take it out"
        else:
            message = (
                f"{table.name} has no column {name!r}{suggestion(name, open_columns)}; "
                f"it has: {', '.join(open_columns)}"
            )
        yield file.mistake((*place, *where), message)
    names = [name for _, name in filled]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        yield file.mistake((*place, "unpivot"), f"{table.name}.{name} is filled twice")
    for name in table.required:
        if name not in {*MADE_HERE, "known_at", *names}:
            yield file.mistake(place, f"{table.name} needs {name!r}, which no field fills")
    yield from _mistakes_in_known_at(file, place, into, table)


def _filled(into: dict[str, Any]) -> list[tuple[tuple[str, ...], str]]:
    """Canonical columns that a block fills, with the place of each."""
    fields, unpivot = into.get("fields"), into.get("unpivot")
    found: list[tuple[tuple[str, ...], str]] = []
    found += [(("fields", name), name) for name in fields] if isinstance(fields, dict) else []
    for key in ("name_into", "value_into"):
        if isinstance(unpivot, dict) and isinstance(unpivot.get(key), str):
            found.append((("unpivot", key), unpivot[key]))
    return found


def _mistakes_in_known_at(
    file: TomlFile, place: tuple[str | int, ...], into: dict[str, Any], table: CanonicalTable
) -> Iterator[Mistake]:
    names = [column.name for column in table]
    if "known_at" not in names and "known_at" in into:
        yield file.mistake((*place, "known_at"), f"{table.name} is not about time; take known_at out")
    if "known_at" in names and "known_at" not in into:
        yield file.mistake(
            place,
            f'{table.name} needs known_at: a column, {{ value = "2026-01-31" }}, '
            '"same as happened" or "load"',
        )
    if into.get("known_at") == "same as happened" and "happened_at" not in names:
        yield file.mistake(
            (*place, "known_at"), f"{table.name} has no happened_at that known_at could be the same as"
        )


def _mistakes_in_meaning(mapping: Mapping) -> Iterator[Mistake]:
    source = mapping.source
    for name in ("zone", "company_zone"):
        zone = getattr(source, name)
        if zone is not None and zone not in available_timezones():
            near = suggestion(zone, available_timezones())
            yield mapping.mistake(("source", name), f"there is no time zone {zone!r}{near}")
    if source.zone is not None and source.company_zone is None:
        yield mapping.mistake(("source", "zone"), "company_zone is needed too: instants are kept in it")
    plain = len(source.delimiter) == 1 and source.delimiter.isascii()
    if not plain and source.delimiter not in ("auto", "tab", "whitespace"):
        yield mapping.mistake(
            ("source", "delimiter"),
            f'delimiter is one ASCII character, "tab", "whitespace" or "auto"; found {source.delimiter!r}',
        )
    for number, into in enumerate(mapping.into):
        for place, name, rule in into.rules():
            column = TABLES[into.table].column(name)
            for message in _mistakes_in_rule(rule, column):
                yield mapping.mistake(("into", number, *place), f"{into.table}.{name}: {message}")
        if into.unpivot is not None:
            yield from _mistakes_in_unpivoted_names(mapping, number, into)


def _mistakes_in_unpivoted_names(mapping: Mapping, number: int, into: Into) -> Iterator[Mistake]:
    assert into.unpivot is not None
    column = TABLES[into.table].column(into.unpivot.name_into)
    if column.kind != "text":
        yield mapping.mistake(
            ("into", number, "unpivot", "name_into"),
            f"{into.table}.{column.name} is of kind {column.kind} and takes no name",
        )


def _mistakes_in_rule(rule: FieldRule, column: Column) -> Iterator[str]:
    yield from _misplaced_options(rule, column)
    if rule.pattern is not None:
        try:
            pa.compute.match_substring_regex(pa.array([""]), rule.pattern)
        except pa.ArrowInvalid as error:
            yield f"pattern is not a regular expression: {error}"
    if rule.format is not None and rule.format not in EXCEL_FORMATS:
        if unknown := unknown_directives(rule.format):
            yield f"format does not know {', '.join(unknown)}; it knows %Y %y %m %d %H %M %S %f"
        elif not re.search(r"%[Yy]", rule.format):
            yield "format needs a year, %Y or %y"
    if column.choices:
        yield from _bad_choices(rule, column)
    if rule.value is not None and _is_refused(rule, column):
        yield f"{rule.value!r} is not a value of kind {column.kind}"


def _misplaced_options(rule: FieldRule, column: Column) -> Iterator[str]:
    allowed = {
        "format": ("day", "instant"),
        "months_before": ("day", "instant"),
        "at_earliest": ("day", "instant"),
        "at_latest": ("day", "instant"),
        "unit": ("fen",),
        "times": ("number",),
        "over": ("number",),
        "minus": ("fen", "number", "whole"),
        "at_least": ("fen", "number", "whole"),
        "at_most": ("fen", "number", "whole"),
    }
    for option, kinds in allowed.items():
        if getattr(rule, option) is not None and column.kind not in kinds:
            yield f"{option} is for columns of kind {' or '.join(kinds)}, and this one is {column.kind}"


def _bad_choices(rule: FieldRule, column: Column) -> Iterator[str]:
    given = [rule.otherwise, rule.default, *(rule.codes or {}).values()]
    for choice in dict.fromkeys(given):
        if choice and choice not in column.choices:
            near = suggestion(choice, column.choices)
            yield f"{choice!r} is not one of its choices{near}: {', '.join(column.choices)}"


_NO_COLUMNS = RowBatch(pa.array([1], pa.int64()), {})  # one row, for a rule that reads no column


def _is_refused(rule: FieldRule, column: Column) -> bool:
    found = convert(rule, column, Columns(_NO_COLUMNS, null_tokens=()))
    return bool(found.reason[0].as_py())
