"""Expressions that turn values of the warehouse into JSON text as the desk stores it."""

from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.datatypes as dt

_INSTANT = "%Y-%m-%dT%H:%M:%S"


def as_json(value: ibis.Value) -> ibis.Value:
    """The value as JSON text; instants at every depth as ISO text, whole seconds."""
    return _plain(value).cast("json").cast("string")


def by_columns(records: ibis.Value) -> ibis.Value:
    """A list of records as JSON {"columns": {name: values}}, each name written once; null for null.

    Half as long, which is what storing a million cards costs by. The desk reads records again.
    """
    names = records.type().value_type.names
    columns = ibis.struct({name: _column(records, name) for name in names})
    folded = ibis.struct({"columns": columns}).cast("json")
    return ibis.ifelse(records.notnull(), folded, ibis.null("json"))


def _column(records: ibis.Value, name: str) -> ibis.Value:
    return records.map(lambda record: record[name])


def join_json(texts: Sequence[ibis.Value]) -> ibis.Value:
    """The JSON text of a list of JSON texts, those that are null left out."""
    if not texts:
        return ibis.literal("[]")
    known = ibis.array(texts).filter(lambda text: text.notnull())
    return ibis.literal("[") + known.join(",") + ibis.literal("]")


def choose_json(code: ibis.Value, answers: Mapping[str, str]) -> ibis.Value:
    """The JSON text that stands for a code, as JSON; null for a code that is none of them."""
    if not answers:
        return ibis.null("json")
    return ibis.cases(*((code == name, text) for name, text in answers.items())).cast("json")


def _plain(value: ibis.Value) -> ibis.Value:
    """Timestamps as ISO text; what holds none is left as it is, for the engine writes it the same."""
    kind = value.type()
    if not _has_instant(kind):
        return value
    if kind.is_timestamp():
        return value.strftime(_INSTANT)
    if kind.is_array():
        return value.map(_plain)
    return ibis.struct({name: _plain(value[name]) for name in kind.names})


def _has_instant(kind: dt.DataType) -> bool:
    if kind.is_array():
        return _has_instant(kind.value_type)
    if kind.is_struct():
        return any(_has_instant(each) for each in kind.types)
    return kind.is_timestamp()
