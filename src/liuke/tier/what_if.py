"""What would change if a scheme were another: asked before anything is saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from liuke.kernel.errors import MissingColumn
from liuke.store import Engine
from liuke.tier.entitlements import EntitlementTable
from liuke.tier.moves import MOVES, common_ranks, migration
from liuke.tier.scheme import Scheme
from liuke.tier.speech import first_of


@dataclass(frozen=True)
class WhatIf:
    """The same customers under two schemes.

    moves: how many would go up, down or stay.
    sizes: for each tier of either scheme, best first: tier, rank_before, rank_after, customers_before,
        customers_after, value_fen_before, value_fen_after, cost_fen_before, cost_fen_after. The value is
        null where no value column was given, the cost (of one year) where no entitlement table was.
    matrix: tiers before and after with customers, as `migration` gives it.
    units: unit_id, customers, up, down, stay, value_fen_at_stake, cost_fen_change, managed_before,
        managed_after; the last unit is null where customers have none.
    managers: manager_id and the customers with a manager of their own before and after.
    customers: customer_id, unit_id, manager_id, before, after, move, value_fen, for those who would move.
    value_fen_at_stake: the value of those who would go down; null without a value column.
    """

    before: str
    after: str
    as_of: date
    moves: Mapping[str, int]
    sizes: pa.Table
    matrix: pa.Table
    units: pa.Table
    managers: pa.Table
    customers: pa.Table
    value_fen_at_stake: int | None
    cost_fen_before: int | None
    cost_fen_after: int | None


def what_if(
    before: Scheme,
    after: Scheme,
    table: ir.Table,
    *,
    as_of: date,
    value_fen: str | None = None,
    entitlements: EntitlementTable | None = None,
    engine: Engine | None = None,
) -> WhatIf:
    """Judge every customer by both schemes, without what holds tiers, and tell what would change.

    table: one row for each customer: customer_id, the columns both schemes read, and unit_id and manager_id
        where known; value_fen names the column of what a customer brings in a year, in fen (missing
        counts as nothing known and is left out of sums).
    entitlements: what tiers are entitled to; without it costs and managers' load stay empty.
    """
    own = engine or Engine()
    try:
        return _compare(before, after, table, as_of, value_fen, entitlements, own)
    finally:
        if engine is None:
            own.close()


def _compare(
    before: Scheme,
    after: Scheme,
    table: ir.Table,
    as_of: date,
    value_fen: str | None,
    entitlements: EntitlementTable | None,
    engine: Engine,
) -> WhatIf:
    ranks = common_ranks(before, after)
    judged = [engine.to_arrow(_tiers_by(scheme, table, ranks, as_of=as_of)) for scheme in (before, after)]
    moved = migration(judged[0], judged[1], engine=engine)
    both = _facts(moved.customers, table, value_fen).mutate(
        cost_before=_cost(ibis._.before, entitlements),
        cost_after=_cost(ibis._.after, entitlements),
        managed_before=_is_managed(ibis._.before, entitlements),
        managed_after=_is_managed(ibis._.after, entitlements),
    )
    rows = ibis.memtable(engine.to_arrow(both))
    sizes = _sizes(rows, before, after, engine)
    down = engine.to_arrow(rows.filter(rows.move == "down").agg(stake=rows.value_fen.sum()))
    stake = down["stake"][0].as_py()
    return WhatIf(
        before=before.label,
        after=after.label,
        as_of=as_of,
        moves={move: moved.moves[move] for move in MOVES if move in ("up", "down", "stay")},
        sizes=sizes,
        matrix=moved.matrix,
        units=engine.to_arrow(_by_unit(rows)),
        managers=engine.to_arrow(_by_manager(rows)),
        customers=engine.to_arrow(_movers(rows)),
        value_fen_at_stake=None if value_fen is None else int(stake or 0),
        cost_fen_before=_total(sizes, "cost_fen_before"),
        cost_fen_after=_total(sizes, "cost_fen_after"),
    )


def _tiers_by(scheme: Scheme, table: ir.Table, ranks: Mapping[str, int], *, as_of: date) -> ir.Table:
    judged = scheme.express(table, as_of=as_of)
    rank = first_of([(judged.tier == tier, rank) for tier, rank in ranks.items()], ibis.null("int64"))
    return judged.select("customer_id", "tier", rank=rank)


def _facts(customers: pa.Table, table: ir.Table, value_fen: str | None) -> ir.Table:
    """The moves with each customer's unit, manager and value."""
    if value_fen is not None and value_fen not in table.columns:
        raise MissingColumn(value_fen, wanted_by="the what-if", present=table.columns)
    known = table.select(
        by=table.customer_id,
        unit_id=table.unit_id.cast("string") if "unit_id" in table.columns else ibis.null("string"),
        manager_id=table.manager_id.cast("string") if "manager_id" in table.columns else ibis.null("string"),
        value_fen=ibis.null("int64") if value_fen is None else table[value_fen].cast("int64"),
    )
    moved = ibis.memtable(customers)
    return moved.left_join(known, moved.customer_id == known.by).drop("by")


def _cost(tier: ir.StringValue, entitlements: EntitlementTable | None) -> ir.IntegerValue:
    if entitlements is None:
        return ibis.null("int64")
    tiers = {tier for each in entitlements.entitlements for tier in each.uses_a_year}
    costs = [(tier == name, round(entitlements.cost_fen(name))) for name in sorted(tiers)]
    return first_of(costs, 0).cast("int64")


def _is_managed(tier: ir.StringValue, entitlements: EntitlementTable | None) -> ir.BooleanValue:
    if entitlements is None:
        return ibis.null("boolean")
    return (
        tier.isin(sorted(entitlements.managed_tiers)) if entitlements.managed_tiers else ibis.literal(False)
    )


def _sizes(rows: ir.Table, before: Scheme, after: Scheme, engine: Engine) -> pa.Table:
    ranks = [{level.name: level.rank for level in scheme.levels} for scheme in (before, after)]
    found: dict[str, dict[str, int | None]] = {}
    for side in ("before", "after"):
        grouped = rows.group_by(tier=rows[side]).agg(
            customers=rows.count(), value_fen=rows.value_fen.sum(), cost_fen=rows[f"cost_{side}"].sum()
        )
        for row in engine.to_arrow(grouped).to_pylist():
            tier = found.setdefault(row.pop("tier"), {})
            tier |= {f"{name}_{side}": figure for name, figure in row.items()}
    has_cost = any(row.get("cost_fen_before") is not None for row in found.values())
    lines = [
        {
            "tier": tier,
            "rank_before": ranks[0].get(tier),
            "rank_after": ranks[1].get(tier),
            **{f"customers_{side}": row.get(f"customers_{side}") or 0 for side in ("before", "after")},
            **{f"value_fen_{side}": row.get(f"value_fen_{side}") for side in ("before", "after")},
            **{
                f"cost_fen_{side}": (row.get(f"cost_fen_{side}") or 0) if has_cost else None
                for side in ("before", "after")
            },
        }
        for tier, row in ((tier, found.get(tier, {})) for tier in {**ranks[0], **ranks[1]})
        if tier in found or tier in ranks[1]
    ]
    lines.sort(key=lambda row: (row["rank_after"] or row["rank_before"], row["tier"]))
    whole = [name for name in _SIZES if name != "tier"]
    schema = pa.schema([("tier", pa.string()), *((name, pa.int64()) for name in whole)])
    return pa.Table.from_pylist(lines, schema=schema)


_SIZES = (
    "tier",
    "rank_before",
    "rank_after",
    "customers_before",
    "customers_after",
    "value_fen_before",
    "value_fen_after",
    "cost_fen_before",
    "cost_fen_after",
)


def _by_unit(rows: ir.Table) -> ir.Table:
    found = rows.group_by("unit_id").agg(
        customers=rows.count(),
        **{move: (rows.move == move).sum().cast("int64") for move in ("up", "down", "stay")},
        value_fen_at_stake=rows.value_fen.sum(where=rows.move == "down"),
        cost_fen_change=(rows.cost_after - rows.cost_before).sum(),
        managed_before=rows.managed_before.sum(),
        managed_after=rows.managed_after.sum(),
    )
    return found.order_by("unit_id")


def _by_manager(rows: ir.Table) -> ir.Table:
    found = rows.group_by("manager_id").agg(
        customers=rows.count(), before=rows.managed_before.sum(), after=rows.managed_after.sum()
    )
    return found.order_by("manager_id")


def _movers(rows: ir.Table) -> ir.Table:
    moved = rows.filter(rows.move != "stay")
    shown = ("customer_id", "unit_id", "manager_id", "before", "after", "move", "value_fen")
    return moved.select(*shown).order_by("customer_id")


def _total(sizes: pa.Table, column: str) -> int | None:
    known = [figure for figure in sizes[column].to_pylist() if figure is not None]
    return sum(known) if known else None
