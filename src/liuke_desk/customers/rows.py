"""From rows of results to rows of the database, without a model instance for each of a million."""

import json
from collections.abc import Container, Iterable, Mapping
from typing import Any

from django.db import models

from liuke_desk.customers.bulk import insert_values
from liuke_desk.customers.models import LeaveKind, Profile
from liuke_desk.people.selectors import UNASSIGNED

Row = Mapping[str, Any]

MADE_HERE = ("publication_id", "phone_end", "leave_kind", "warning_rank", "p_ahead")
HORIZONS_MONTHS = (3, 2, 1)
FIELDS = tuple(field for field in Profile._meta.concrete_fields if not field.primary_key)
# What a row of results must bring.
COLUMNS = tuple(field.attname for field in FIELDS if field.attname not in MADE_HERE)
PHONE_END_DIGITS = 4


def place_in_unit(row: Row, units: Container[str]) -> dict[str, Any]:
    """The row with a unit that exists; customers of no or an unknown unit have one of their own."""
    unit_id = row["unit_id"] if row["unit_id"] in units else UNASSIGNED
    return {**row, "unit_id": unit_id}


def insert_profiles(publication_id: int, ranked: Iterable[tuple[int | None, Row]]) -> None:
    """Write rows with their ranks."""
    names = [field.attname for field in FIELDS]
    insert_values(Profile, names, (make_values(publication_id, row, rank) for rank, row in ranked))


def make_values(publication_id: int, row: Row, rank: int | None) -> tuple[Any, ...]:
    """The columns of one profile in the order of FIELDS."""
    made = {
        **row,
        "publication_id": publication_id,
        "phone_end": row["phone"][-PHONE_END_DIGITS:],
        "leave_kind": name_likeliest_kind(row),
        "warning_rank": rank,
        "p_ahead": foretell(row)[1],
    }
    return tuple(_as_stored(field, made[field.attname]) for field in FIELDS)


def foretell(row: Row) -> tuple[int, float | None]:
    """The longest horizon that was foretold, in months, and the probability of leaving within it."""
    for months in HORIZONS_MONTHS:
        if row[f"p_{months}m"] is not None:
            return months, row[f"p_{months}m"]
    return 0, None


def name_likeliest_kind(row: Row) -> str:
    """How the customer would leave if they left; empty where no kind was foretold."""
    foretold = {kind: row[f"p_{kind}"] for kind in LeaveKind.values if row[f"p_{kind}"] is not None}
    return max(foretold, key=foretold.__getitem__) if foretold else ""


def _as_stored(field: models.Field, value: Any) -> Any:
    if isinstance(field, models.JSONField):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(field, models.CharField) and field.attname != "customer_id":
        return value[: field.max_length]  # a plan's name too long to show must not stop a cycle
    return value
