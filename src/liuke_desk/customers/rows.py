"""From a row of results to a profile."""

from collections.abc import Container, Mapping
from typing import Any

from liuke_desk.customers.models import LeaveKind, Profile, Publication
from liuke_desk.people.selectors import UNASSIGNED

Row = Mapping[str, Any]

# What a row of results must bring; the rest of a profile is made here.
COLUMNS = tuple(
    field.attname
    for field in Profile._meta.concrete_fields
    if field.attname not in {"id", "publication_id", "phone_end", "leave_kind", "warning_rank"}
)


def place_in_unit(row: Row, units: Container[str]) -> dict[str, Any]:
    """The row with a unit that exists; customers of no or an unknown unit have one of their own."""
    unit_id = row["unit_id"] if row["unit_id"] in units else UNASSIGNED
    return {**row, "unit_id": unit_id}


def make_profile(publication: Publication, row: Row, *, warning_rank: int | None) -> Profile:
    return Profile(
        publication=publication,
        phone_end=row["phone"][-4:],
        leave_kind=name_likeliest_kind(row),
        warning_rank=warning_rank,
        **{name: row[name] for name in COLUMNS},
    )


def name_likeliest_kind(row: Row) -> str:
    """How the customer would leave if they left; empty where no kind was foretold."""
    foretold = {kind: row[f"p_{kind}"] for kind in LeaveKind.values if row[f"p_{kind}"] is not None}
    return max(foretold, key=foretold.__getitem__) if foretold else ""
