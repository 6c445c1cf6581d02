"""Who moved between tiers from one cycle to another."""

from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from liuke.kernel.errors import LiukeError, suggestion
from liuke.pipeline.schemes import open_book
from liuke.pipeline.workspace import Workspace
from liuke.tier import MOVES, Migration, SchemeBook, common_ranks, migration
from liuke.tier.speech import first_of


def tier_moves(
    workspace: Workspace, *, since: date, until: date, scheme: str | None
) -> dict[str, dict[str, Any]]:
    """For each scheme in both cycles: counts of moves, the matrix of tiers before and after, and each unit's.

    Raises LiukeError when there was no cycle as of one of the days, or no such scheme in both.
    """
    found = {}
    for name, moved in migrations(workspace, since=since, until=until, scheme=scheme).items():
        units = _by_unit(workspace, moved, since=since, until=until)
        found[name] = {"moves": dict(moved.moves), "matrix": moved.matrix.to_pylist(), "units": units}
    return found


def migrations(workspace: Workspace, *, since: date, until: date, scheme: str | None) -> dict[str, Migration]:
    """For each scheme in both cycles: who moved. Two versions are compared in the later one's order."""
    before, after = (tiers_by_scheme(workspace, day) for day in (since, until))
    both = sorted(set(before) & set(after))
    if scheme is not None and scheme not in both:
        raise LiukeError(
            f"The scheme {scheme!r}{suggestion(scheme, both)} was not in force on both days; "
            f"in force on both: {', '.join(both) or 'none'}."
        )
    book = open_book(workspace)
    engine = workspace.engine
    return {
        name: migration(*_in_one_order(workspace, book, name, before[name], after[name]), engine=engine)
        for name in (both if scheme is None else [scheme])
    }


def tiers_by_scheme(workspace: Workspace, day: date) -> dict[str, ir.Table]:
    """Scheme -> its tiers as of a day. Raises LiukeError when there was no cycle as of the day."""
    days = workspace.as_of_days("tiers")
    if day not in days:
        known = ", ".join(each.isoformat() for each in days) or "none yet"
        raise LiukeError(f"There was no cycle as of {day}; tiers are kept as of: {known}.")
    rows = workspace.table("tiers", as_of=day)
    names = workspace.engine.to_arrow(rows.select("scheme").distinct())["scheme"].to_pylist()
    return {name: rows.filter(rows.scheme == name) for name in names}


def _in_one_order(
    workspace: Workspace, book: SchemeBook, name: str, before: ir.Table, after: ir.Table
) -> tuple[ir.Table, ir.Table]:
    """Both with ranks that can be compared, when two versions of the scheme made them."""
    versions = [
        workspace.engine.to_arrow(rows.agg(version=rows.version.max()))["version"][0].as_py()
        for rows in (before, after)
    ]
    declared = {each.version: each for each in book.of(name)} if name in book.names else {}
    if versions[0] == versions[1] or not set(versions) <= set(declared):
        return before, after
    ranks = common_ranks(declared[versions[0]], declared[versions[1]])

    def ranked(rows: ir.Table) -> ir.Table:
        rank = first_of([(rows.tier == tier, rank) for tier, rank in ranks.items()], ibis.null("int64"))
        return rows.select("customer_id", "tier", rank=rank)

    return ranked(before), ranked(after)


def _by_unit(workspace: Workspace, moved: Migration, *, since: date, until: date) -> list[dict[str, Any]]:
    """unit_id and how many made each move: the unit of the later day, of the earlier for the lost."""
    rows = ibis.memtable(moved.customers)
    for day, name in ((until, "unit_after"), (since, "unit_before")):
        units = workspace.table("cards", as_of=day).select(by="customer_id", **{name: "unit_id"})
        rows = rows.left_join(units, rows.customer_id == units.by).drop("by")
    rows = rows.mutate(unit_id=ibis.coalesce(rows.unit_after, rows.unit_before))
    counted = rows.group_by("unit_id").agg(
        **{move: (rows.move == move).sum().cast("int64") for move in MOVES}
    )
    found: list[dict[str, Any]] = workspace.engine.to_arrow(counted.order_by("unit_id")).to_pylist()
    return found
