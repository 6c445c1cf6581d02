"""JSON that is read whole and never looked into by the database."""

import json
from typing import Any

from django.db import models

COLUMNS = "columns"  # of a list of records of the same names: each name once, with a list of its values


class JsonText(models.TextField):
    """JSON kept as text, which the database neither parses when a million are written nor asks of.

    Lists of records may be stored by columns, as `{"columns": {name: [value, …]}}`; they are read as
    lists of records, at the top or one level below.
    """

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        return None if value is None else unfold(json.loads(value))

    def to_python(self, value: Any) -> Any:
        return value

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False)


def unfold(value: Any) -> Any:
    """What was stored by columns as a list of records; anything else as it is."""
    if not isinstance(value, dict):
        return value
    if value.keys() == {COLUMNS}:
        return _as_records(value[COLUMNS])
    for name, each in value.items():
        if isinstance(each, dict) and each.keys() == {COLUMNS}:
            value[name] = _as_records(each[COLUMNS])
    return value


def _as_records(columns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
