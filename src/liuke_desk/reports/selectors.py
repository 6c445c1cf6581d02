"""Reads of published figures: always of one publication, always within the scope."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from liuke_desk.customers.models import Publication
from liuke_desk.people.models import Unit, User
from liuke_desk.reports.models import ReportCube, ReportFrame

Row = Mapping[str, Any]

SUMS = ("count", "of_opening", "valued", "value_fen", "variance", "third")
ITSELF = ""  # among the units below one: its own customers
CRUMB = 1e-6
_KEYS = ("measure", "month", "kind")


def find_frame(publication: Publication | None) -> dict[str, Any] | None:
    """What is needed to read a publication's reports; None where its cycle made none."""
    if publication is None:
        return None
    frame = ReportFrame.objects.filter(publication=publication).first()
    return frame.content if frame else None


def list_cells(
    publication: Publication,
    *,
    measures: Collection[str],
    units: Collection[str],
    dimension: str,
    months: Collection[date] = (),
) -> list[dict[str, Any]]:
    """Cells of some units, of all months unless some are named."""
    cubes = ReportCube.objects.filter(
        publication=publication, unit__in=units, dimension=dimension, measure__in=measures
    )
    wanted = {month.isoformat() for month in months}
    return [
        {**cell, "unit_id": unit_id, "measure": measure, "month": date.fromisoformat(cell["month"])}
        for unit_id, measure, cells in cubes.values_list("unit_id", "measure", "cells")
        for cell in cells
        if not wanted or cell["month"] in wanted
    ]


def choose_tops(user: User, units: Iterable[Unit]) -> list[str]:
    """The units that add up to all a person may see: their own, or all that have none above."""
    if user.unit_id is not None:
        return [user.unit_id]
    return [unit.pk for unit in units if unit.parent_id is None]


def list_parts(chosen: list[str], units: Iterable[Unit]) -> list[str]:
    """The units that a choice is made of: those below a single one, or those chosen."""
    if len(chosen) > 1:
        return chosen
    return [unit.pk for unit in units if unit.parent_id in chosen and unit.is_current]


def by_part(cells: Iterable[Row], chosen: Collection[str], parts: Collection[str]) -> list[dict[str, Any]]:
    """Cells with the part as their member; what a unit has beyond the units below it is its own.

    So the parts add up to the whole, also where customers belong to a unit that has others below it.
    """
    cells = list(cells)
    placed = [{**cell, "member": cell["unit_id"]} for cell in cells if cell["unit_id"] in parts]
    if len(chosen) > 1:
        return placed
    own: dict[tuple[Any, ...], dict[str, Any]] = {}
    for cell in cells:
        key = tuple(cell[name] for name in _KEYS)
        total = own.setdefault(key, {**dict(zip(_KEYS, key, strict=True)), **dict.fromkeys(SUMS, 0)})
        for name in SUMS:
            total[name] += cell[name] if cell["unit_id"] in chosen else -cell[name]
    return placed + [{**total, "member": ITSELF} for total in own.values() if _is_any(total)]


def _is_any(total: Row) -> bool:
    """Whether anything is left; sums of probabilities leave crumbs."""
    return abs(total["count"]) > CRUMB
