"""The tree that units make: rows of the company's table, put in order from the top down."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from liuke_desk.people.selectors import UNASSIGNED

Row = Mapping[str, Any]

NO_UNIT: Row = {
    "unit_id": UNASSIGNED,
    "name_zh": "未归属机构",
    "name_en": "No unit",
    "level": "none",
    "parent_id": None,
}


def read_tree(rows: Iterable[Row]) -> dict[str, dict[str, Any]]:
    """Fields of each unit by its id, parents before children, the unit of the unassigned among them."""
    known = {row["unit_id"]: row for row in (NO_UNIT, *rows)}
    ways = {unit_id: trace_way(unit_id, known) for unit_id in known}
    return {
        unit_id: {
            "name_zh": known[unit_id]["name_zh"],
            "name_en": known[unit_id].get("name_en") or "",
            "level": known[unit_id]["level"],
            "parent_id": ways[unit_id][-2] if len(ways[unit_id]) > 1 else None,
            "path": write_path(ways[unit_id]),
            "is_current": True,
        }
        for unit_id in sorted(known, key=lambda each: (len(ways[each]), each))
    }


def trace_way(unit_id: str, rows: Mapping[str, Row]) -> tuple[str, ...]:
    """The ids from the top down to a unit; an unknown parent ends the way up, and so does a circle."""
    way = [unit_id]
    parent = rows[unit_id].get("parent_id")
    while parent in rows and parent not in way:
        way.append(parent)
        parent = rows[parent].get("parent_id")
    if parent in way:  # a circle has no top: each of its units stands alone
        return (unit_id,)
    return tuple(reversed(way))


def map_ways_up(rows: Iterable[Row]) -> dict[str, tuple[str, ...]]:
    """For each unit the ids of all units that its customers count for: itself and those above."""
    known = {row["unit_id"]: row for row in (NO_UNIT, *rows)}
    return {unit_id: trace_way(unit_id, known) for unit_id in known}


def write_path(way: Iterable[str]) -> str:
    """The way down as one text that starts alike for a unit and all below it."""
    return "/" + "".join(f"{quote(step, safe='')}/" for step in way)
