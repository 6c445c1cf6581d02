"""Who moved between tiers from one cycle to another."""

from datetime import date
from typing import Any

from liuke.kernel.errors import LiukeError, suggestion
from liuke.pipeline.workspace import Workspace


def tier_moves(
    workspace: Workspace, *, since: date, until: date, scheme: str | None
) -> dict[str, dict[str, Any]]:
    """For each scheme in both cycles: counts of moves and the matrix of tiers before and after.

    Raises LiukeError when there was no cycle as of one of the days, or no such scheme in both.
    """
    from liuke.tier import migration

    before, after = (_tiers(workspace, day) for day in (since, until))
    both = sorted(set(before) & set(after))
    if scheme is not None and scheme not in both:
        raise LiukeError(
            f"The scheme {scheme!r}{suggestion(scheme, both)} was not in force on both days; "
            f"in force on both: {', '.join(both) or 'none'}."
        )
    found = {}
    for name in both if scheme is None else [scheme]:
        moved = migration(before[name], after[name], engine=workspace.engine)
        found[name] = {"moves": dict(moved.moves), "matrix": moved.matrix.to_pylist()}
    return found


def _tiers(workspace: Workspace, day: date) -> dict[str, Any]:
    """Scheme -> its tiers as of a day."""
    days = workspace.as_of_days("tiers")
    if day not in days:
        known = ", ".join(each.isoformat() for each in days) or "none yet"
        raise LiukeError(f"There was no cycle as of {day}; tiers are kept as of: {known}.")
    rows = workspace.table("tiers", as_of=day)
    names = workspace.engine.to_arrow(rows.select("scheme").distinct())["scheme"].to_pylist()
    return {name: rows.filter(rows.scheme == name) for name in names}
