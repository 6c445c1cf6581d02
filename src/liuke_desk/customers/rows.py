"""From batches of results to columns of the database, whole columns at a time."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import models

from liuke_desk.customers.models import LeaveKind, Profile
from liuke_desk.customers.sheets import ROWS_PER_SHEET
from liuke_desk.people.selectors import UNASSIGNED

MADE_HERE = ("publication_id", "phone_end", "leave_kind", "p_ahead", "sheet_number", "sheet_place")
HORIZONS_MONTHS = (3, 2, 1)
FIELDS = tuple(field for field in Profile._meta.concrete_fields if not field.primary_key)
# What a batch of results must bring, beside the parts of sheets; lists and records as JSON text.
COLUMNS = tuple(field.attname for field in FIELDS if field.attname not in MADE_HERE)
PHONE_END_DIGITS = 4

Columns = Mapping[str, pa.Array]


def make_columns(
    batch: pa.RecordBatch, *, publication_id: int, units: Collection[str], first_sheet: int
) -> Columns:
    """The columns of profiles in the order of FIELDS.

    units: those that exist; customers of no or an unknown unit have one of their own.
    first_sheet: the number of the first of the sheets that the batch is told at length on.
    """
    found = {name: batch.column(name) for name in COLUMNS}
    found["publication_id"] = pa.repeat(pa.scalar(publication_id), len(batch))
    found["unit_id"] = _place(found["unit_id"], units)
    found["phone_end"] = pc.utf8_slice_codeunits(found["phone"], -PHONE_END_DIGITS)
    found["p_ahead"] = pc.coalesce(*(found[f"p_{months}m"] for months in HORIZONS_MONTHS))
    sheets, places = np.divmod(np.arange(len(batch)), ROWS_PER_SHEET)
    found["sheet_number"], found["sheet_place"] = pa.array(sheets + first_sheet), pa.array(places)
    found["leave_kind"] = _name_likeliest_kind(found)
    return {field.attname: _cut(field, found[field.attname]) for field in FIELDS}


def find_horizon_months(columns: Columns) -> int:
    """The longest horizon that was foretold for anybody; 0 where none was."""
    foretold = (
        months for months in HORIZONS_MONTHS if columns[f"p_{months}m"].null_count < len(columns["tier"])
    )
    return next(foretold, 0)


def foretell(row: Mapping[str, Any]) -> tuple[int, float | None]:
    """The longest horizon that was foretold, in months, and the probability of leaving within it."""
    for months in HORIZONS_MONTHS:
        if row[f"p_{months}m"] is not None:
            return months, row[f"p_{months}m"]
    return 0, None


def _place(unit_ids: pa.Array, units: Collection[str]) -> pa.Array:
    known = pc.is_in(unit_ids, value_set=pa.array(list(units), pa.string()))
    return pc.if_else(known, unit_ids, UNASSIGNED)


def _name_likeliest_kind(columns: Columns) -> pa.Array:
    """How the customer would leave if they left; empty where no kind was foretold."""
    foretold = [columns[f"p_{kind}"] for kind in LeaveKind.values]
    greatest = pc.max_element_wise(*foretold)
    is_it = [pc.fill_null(pc.equal(each, greatest), False) for each in foretold]
    cases = pc.make_struct(*is_it, field_names=LeaveKind.values)
    return pc.case_when(cases, *LeaveKind.values, "")


def _cut(field: models.Field, values: pa.Array) -> pa.Array:
    """A plan's name too long to show must not stop a cycle."""
    if not isinstance(field, models.CharField) or field.attname == "customer_id":
        return values
    return pc.utf8_slice_codeunits(values, 0, field.max_length)
