"""Who stands in which tier, and who moved, asked of the warehouse and answered in plain values.

Only customers who have not left count: one who left since is lost, one who came back is new. Value is
the margin of twelve months, known or not; a customer belongs to the unit of the later day, and one who is
lost to that of the earlier.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import ibis
from ibis import _

from liuke.pipeline.moves import migrations
from liuke.pipeline.workspace import Workspace
from liuke_desk.bridge.refusals import DeskRefused
from liuke_desk.bridge.warehouse import open_anew

Row = dict[str, Any]

NO_UNIT = "unassigned"
LEFT = "closed_"
ROWS_PER_BATCH = 10_000


def list_cycle_days() -> list[date]:
    """The as-of days that have tiers, earliest first."""
    with open_anew() as workspace:
        return _days(workspace)


def find_day_before(as_of: date) -> date | None:
    """The last cycle before a day."""
    return max((day for day in list_cycle_days() if day < as_of), default=None)


def sum_structure(as_of: date) -> Iterator[Row]:
    """Of each scheme, unit (its own customers only) and tier: customers, value_fen, valued (value known)."""
    with open_anew() as workspace:
        rows = _present(workspace, as_of, units=_known_units(workspace))
        yield from _iterate(workspace, _summed(rows, "scheme", "unit_id", "tier"))


def sum_moves(*, since: date, until: date) -> Iterator[Row]:
    """Sums of each scheme in both cycles, unit, and tier before and after ("" for none), with its move."""
    with open_anew() as workspace:
        moves = _moves(workspace, since=since, until=until)
        rows = _moved(workspace, since=since, until=until)
        for row in _iterate(workspace, _summed(rows, "scheme", "unit_id", "before", "after")):
            move = _name_move(moves.get(row["scheme"]), row["before"], row["after"])
            if move:
                yield row | {"move": move}


@lru_cache(maxsize=16)
def sum_moves_once(*, since: date, until: date, stamp: int) -> tuple[Row, ...]:
    """The same, asked of the warehouse once for each `stamp` (of what is published)."""
    return tuple(sum_moves(since=since, until=until))


@lru_cache(maxsize=32)
def list_moved(
    *,
    scheme: str,
    since: date,
    until: date,
    before: str,
    after: str,
    units: tuple[str, ...] | None,
    most: int,
    stamp: int,
) -> tuple[str, ...]:
    """Numbers of the customers who made one move, in some units or all, the greatest value first."""
    with open_anew() as workspace:
        rows = _moved(workspace, since=since, until=until).filter(
            _.scheme == scheme, _.before == before, _.after == after
        )
        if units is not None:
            rows = rows.filter(_.unit_id.isin(units))
        ordered = rows.order_by([ibis.desc("value_fen", nulls_first=False), "customer_id"]).limit(most)
        found = workspace.engine.to_arrow(ordered.select("customer_id"))
        return tuple(found["customer_id"].to_pylist())


@lru_cache(maxsize=16)
def compare_top(
    *, scheme: str, since: date, until: date, units: tuple[str, ...] | None, top: int, stamp: int
) -> Row:
    """How the list of the customers with the greatest measure changed hands among those of some units.

    returns: entered, left (customer numbers), counts of each change, and customers: place_before,
    place_after, change, up_by, overtook, overtaken_by, measure_before, measure_after.
    """
    from liuke.tier.top_list import overtook

    with open_anew() as workspace:
        rows = _measured(workspace, scheme, since=since, until=until)
        if units is not None:
            rows = rows.filter(_.unit_id.isin(units))
        placed = rows.mutate(
            **{
                f"place_{when}": ibis.ifelse(
                    rows[f"measure_{when}"].isnull(),
                    ibis.null("int64"),
                    ibis.rank().over(order_by=ibis.desc(f"measure_{when}", nulls_first=False)) + 1,
                )
                for when in ("before", "after")
            }
        )
        named = placed.filter((_.place_before <= top) | (_.place_after <= top))
        found = workspace.engine.to_arrow(named)
        sides = [
            found.select(["customer_id", f"place_{when}"]).rename_columns(["customer_id", "place"])
            for when in ("before", "after")
        ]
        change = overtook(*sides, top=top, rank="place", engine=workspace.engine)
    measures = {row["customer_id"]: row for row in found.to_pylist()}
    return {
        "entered": change.entered,
        "left": change.left,
        "counts": dict(change.counts),
        "customers": [
            row | {name: measures[row["customer_id"]][name] for name in ("measure_before", "measure_after")}
            for row in change.customers.to_pylist()
        ],
    }


def _days(workspace: Workspace) -> list[date]:
    return sorted({*workspace.as_of_days("tiers")} & {*workspace.as_of_days("cards")})


def _known_units(workspace: Workspace) -> list[str]:
    return workspace.engine.to_arrow(workspace.table("units").select("unit_id"))["unit_id"].to_pylist()


def _present(workspace: Workspace, day: date, *, units: Sequence[str]) -> ibis.Table:
    """One row for each scheme and customer who had not left: unit_id, tier, measure, value_fen."""
    if day not in _days(workspace):
        raise DeskRefused(f"There was no cycle as of {day}.")
    here = ~_.status.startswith(LEFT).fill_null(False)
    nowhere = ibis.literal(NO_UNIT)
    place = ibis.ifelse(_.unit_id.isin(units), _.unit_id, nowhere).fill_null(nowhere) if units else nowhere
    cards = workspace.table("cards", as_of=day).filter(here).select(by="customer_id", unit_id=place)
    worth = workspace.table("values", as_of=day).select(
        whose="customer_id", value_fen=(_.margin_12m * 100).round().cast("int64")
    )
    tiers = workspace.table("tiers", as_of=day).select("customer_id", "scheme", "tier", "measure")
    rows = tiers.inner_join(cards, tiers.customer_id == cards.by)
    return rows.left_join(worth, rows.customer_id == worth.whose).drop("by", "whose")


def _moved(workspace: Workspace, *, since: date, until: date) -> ibis.Table:
    """One row for each scheme and customer of either day; before and after are "" for none."""
    units = _known_units(workspace)
    names = ("customer_id", "scheme", "tier", "measure", "unit_id", "value_fen")
    old, new = (
        _present(workspace, day, units=units).select(**{f"{name}_{when}": name for name in names})
        for when, day in (("before", since), ("after", until))
    )
    both = old.outer_join(
        new, (old.customer_id_before == new.customer_id_after) & (old.scheme_before == new.scheme_after)
    )
    return both.select(
        before=both.tier_before.fill_null(""),
        after=both.tier_after.fill_null(""),
        measure_before=both.measure_before,
        measure_after=both.measure_after,
        **{
            name: ibis.coalesce(both[f"{name}_after"], both[f"{name}_before"])
            for name in ("customer_id", "scheme", "unit_id")
        },
        value_fen=ibis.ifelse(both.tier_after.notnull(), both.value_fen_after, both.value_fen_before),
    )


def _measured(workspace: Workspace, scheme: str, *, since: date, until: date) -> ibis.Table:
    rows = _moved(workspace, since=since, until=until).filter(_.scheme == scheme)
    return rows.select("customer_id", "unit_id", "measure_before", "measure_after")


def _moves(workspace: Workspace, *, since: date, until: date) -> dict[str, dict[tuple[str, str], str]]:
    """Scheme -> (before, after) -> up, down or stay, as the library compares the two cycles."""
    found = {}
    for name, moved in migrations(workspace, since=since, until=until, scheme=None).items():
        pairs = moved.customers.group_by(["before", "after", "move"]).aggregate([]).to_pylist()
        found[name] = {(pair["before"] or "", pair["after"] or ""): pair["move"] for pair in pairs}
    return found


def _name_move(moves: dict[tuple[str, str], str] | None, before: str, after: str) -> str | None:
    """None for a scheme that was in force on one of the days only."""
    if moves is None:
        return None
    if not before or not after:
        return "lost" if before else "new"
    return moves[before, after]


def _summed(rows: ibis.Table, *names: str) -> ibis.Table:
    sums = rows.group_by(names).aggregate(
        customers=_.count(),
        value_fen=_.value_fen.sum().fill_null(0).cast("int64"),
        valued=_.value_fen.count(),
    )
    return sums.order_by(names)


def _iterate(workspace: Workspace, rows: ibis.Table) -> Iterator[Row]:
    for batch in workspace.engine.batches(rows, rows=ROWS_PER_BATCH):
        for row in batch.to_pylist():
            yield row | {"value_fen": int(row["value_fen"])}  # DuckDB's sums are wider than 64 bits
