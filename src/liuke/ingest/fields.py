"""One canonical column from a source's texts, as its rule in the mapping says."""

import re
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.ingest.canonical import ARROW_TYPES, Column
from liuke.ingest.columns import Columns
from liuke.ingest.declared import FieldRule, Scalar
from liuke.ingest.values.converted import Converted, matches
from liuke.ingest.values.distinct import read_distinct
from liuke.ingest.values.flags import read_flag
from liuke.ingest.values.numbers import FEN_PER_UNIT, read_fen, read_number, read_whole
from liuke.ingest.values.text import half_width, read_identifier, read_text
from liuke.ingest.values.times import EXCEL_FORMATS, read_excel_serials
from liuke.ingest.values.typed import typed_fen, typed_flags, typed_instants, typed_numbers, typed_wholes
from liuke.ingest.values.zones import NO_ZONES, Zones, read_zoned_instants
from liuke.kernel.days import midnight

_IDENTIFIERS = frozenset({"phone", "id_number"})
_BRACES = re.compile(r"\{([^{}]*)\}")


def convert(rule: FieldRule, column: Column, columns: Columns, *, zones: Zones = NO_ZONES) -> Converted:
    """The column's typed values for each source row, and why any of them is refused.

    A column in which few texts stand often is read once for each text.
    """
    few = columns.distinct(rule.column) if rule.column is not None and rule.minus is None else None
    if few is None:
        return _convert_each(rule, column, columns, zones)
    found = _convert_each(rule, column, few[0], zones)
    return Converted(found.values.take(few[1]), _take_reasons(found.reason, few[1]))


def _take_reasons(reasons: pa.Array, places: pa.Array) -> pa.Array:
    if reasons.null_count == len(reasons):
        return pa.nulls(len(places), pa.string())
    return reasons.take(places)


def _convert_each(rule: FieldRule, column: Column, columns: Columns, zones: Zones) -> Converted:
    kept = _kept(rule, column, columns, zones)
    found = _read_text_of(rule, column, columns, zones) if kept is None else Converted.right(kept)
    found = _shifted(found, rule)
    found = _limited(found, rule, column)
    if column.choices:
        known = pc.is_in(found.values, value_set=pa.array(column.choices))
        found = found.refuse(pc.and_(pc.invert(known), pc.is_valid(found.values)), "unknown_choice")
    if (rule.required or column.required) and found.values.null_count:
        found = found.refuse(pc.and_(pc.is_null(found.values), pc.is_null(found.reason)), "missing")
    return found


def shown(rule: FieldRule, columns: Columns) -> pa.Array:
    """The source's text that the rule read, for messages."""
    return _text(rule, columns, columns.rows)


def _read_text_of(rule: FieldRule, column: Column, columns: Columns, zones: Zones) -> Converted:
    coded = _coded(_text(rule, columns, columns.rows), rule)
    found = _typed(coded, rule, column, zones)
    if rule.minus is not None:
        found = _subtract(found, _typed(Converted.right(columns[rule.minus]), rule, column, zones))
    return found


def _kept(rule: FieldRule, column: Column, columns: Columns, zones: Zones) -> pa.Array | None:
    """What the rule makes of a column that the source keeps in its own kind; None where its text decides."""
    as_text = (
        rule.strip,
        rule.pattern,
        rule.codes,
        rule.default,
        rule.minus,
        rule.months_before,
        rule.format,
    )
    if rule.column is None or any(said is not None for said in as_text):
        return None
    kept = columns.kept(rule.column)
    if kept is None:
        return None
    match column.kind:
        case "whole":
            return typed_wholes(kept)
        case "fen":
            return typed_fen(kept, unit=rule.unit or "yuan")
        case "number":
            numbers = typed_numbers(kept)
            return None if numbers is None else _scaled(Converted.right(numbers), rule).values
        case "flag":
            return typed_flags(kept)
        case "day" | "instant" if zones.source is None or zones.company is None:
            instants = typed_instants(kept)
            return None if instants is None else _as_kind(instants, column)
    return None


def text_of(value: Scalar) -> str:
    """A constant of a mapping as a source would have written it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)


def _text(rule: FieldRule, columns: Columns, count: int) -> pa.Array:
    if rule.value is not None:
        text = pa.repeat(pa.scalar(text_of(rule.value), pa.string()), count)
    elif rule.template is not None:
        text = _fill(rule.template, columns, count)
    else:
        text = columns[rule.column or ""]
    if rule.strip is not None:
        text = pc.utf8_trim(text, characters=rule.strip)
    return text


def _fill(template: str, columns: Columns, count: int) -> pa.Array:
    """The template with columns in place of their names; missing where one of them is."""
    pieces = [
        columns[piece] if number % 2 else pa.repeat(pa.scalar(piece), count)
        for number, piece in enumerate(_BRACES.split(template))
    ]
    return pc.binary_join_element_wise(*pieces, "")


def _coded(text: pa.Array, rule: FieldRule) -> Converted:
    found = Converted.right(text)
    if rule.pattern is not None:
        whole = f"^(?:{rule.pattern})$"
        wrong = pc.invert(pc.or_(matches(text, whole), matches(half_width(text), whole)))
        found = found.refuse(pc.and_(wrong, pc.is_valid(text)), "bad_pattern")
    if rule.codes is not None:
        place = pc.index_in(text, value_set=pa.array(list(rule.codes), pa.string()))
        meant = pa.array([meaning or None for meaning in rule.codes.values()], pa.string()).take(place)
        strange = pc.and_(pc.is_null(place), pc.is_valid(text))
        if rule.otherwise is None:
            found = found.with_values(meant).refuse(strange, "unknown_code")
        else:
            found = found.with_values(pc.if_else(strange, rule.otherwise or None, meant))
    if rule.default is not None:
        empty = pc.and_(pc.is_null(found.values), pc.is_null(found.reason))
        found = found.with_values(pc.if_else(empty, rule.default, found.values))
    return found


def _typed(text: Converted, rule: FieldRule, column: Column, zones: Zones) -> Converted:
    read = read_distinct(text.values, lambda values: _read(values, rule, column, zones))
    return Converted(read.values, pc.coalesce(text.reason, read.reason))


def _read(text: pa.Array, rule: FieldRule, column: Column, zones: Zones) -> Converted:
    if rule.months_before is not None:
        return read_whole(text)
    match column.kind:
        case "text" if column.name.endswith("_id") or column.name in _IDENTIFIERS:
            return read_identifier(text)
        case "text":
            return read_text(text)
        case "whole":
            return read_whole(text)
        case "fen":
            return read_fen(text, unit=rule.unit or "yuan")
        case "number":
            return _scaled(read_number(text), rule)
        case "flag":
            return read_flag(text)
        case "day" | "instant":
            return _read_time(text, rule, column, zones)


def _scaled(number: Converted, rule: FieldRule) -> Converted:
    if rule.times is not None:
        number = number.with_values(pc.multiply(number.values, rule.times))
    if rule.over is not None:
        number = number.with_values(pc.divide(number.values, rule.over))
    return number


def _read_time(text: pa.Array, rule: FieldRule, column: Column, zones: Zones) -> Converted:
    if rule.format in EXCEL_FORMATS:
        found = read_excel_serials(text, format=rule.format)
    else:
        formats = (rule.format,) if rule.format else ()
        found = read_zoned_instants(text, formats=formats, zones=zones if rule.value is None else NO_ZONES)
    return found.with_values(_as_kind(found.values, column))


def _as_kind(instants: pa.Array, column: Column) -> pa.Array:
    return pc.cast(instants, ARROW_TYPES[column.kind], safe=False)


def _subtract(found: Converted, other: Converted) -> Converted:
    """One number less another; missing when either is."""
    return Converted(pc.subtract(found.values, other.values), pc.coalesce(found.reason, other.reason))


def _shifted(found: Converted, rule: FieldRule) -> Converted:
    """Months counted back from a day, and days held inside their limits."""
    if rule.months_before is not None:
        found = _count_back(found, rule.months_before)
    for limit, choose in ((rule.at_earliest, pc.max_element_wise), (rule.at_latest, pc.min_element_wise)):
        if limit is not None:
            edge = pa.scalar(_instant(limit), pa.timestamp("us")).cast(found.values.type, safe=False)
            held = choose(found.values, edge)
            found = found.with_values(pc.if_else(pc.is_valid(found.values), held, None))
    return found


def _count_back(found: Converted, day: date) -> Converted:
    """The same day of an earlier month, or that month's last day when it is shorter."""
    found = found.refuse(pc.or_(pc.less(found.values, 0), pc.greater(found.values, 2400)), "out_of_range")
    months = pc.fill_null(found.values, 0).to_numpy(zero_copy_only=False)
    month = np.datetime64(day, "M") - months.astype("timedelta64[M]")
    last = (month + 1).astype("datetime64[D]") - 1
    days = np.minimum(month.astype("datetime64[D]") + (day.day - 1), last)
    values = pa.array(days.astype("datetime64[us]"), pa.timestamp("us"))
    return found.with_values(pc.if_else(pc.is_valid(found.values), values, None))


def _limited(found: Converted, rule: FieldRule, column: Column) -> Converted:
    scale = float(FEN_PER_UNIT[rule.unit or "yuan"]) if column.kind == "fen" else 1.0
    if rule.at_least is None and rule.at_most is None:
        return found
    values = found.values.cast(pa.float64(), safe=False)
    if rule.at_least is not None:
        found = found.refuse(pc.less(values, rule.at_least * scale), "out_of_range")
    if rule.at_most is not None:
        found = found.refuse(pc.greater(values, rule.at_most * scale), "out_of_range")
    return found


def _instant(day: date | datetime) -> datetime:
    return day if isinstance(day, datetime) else midnight(day)
