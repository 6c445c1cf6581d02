"""Who moved between two days: up, down, stayed, came new, was lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from liuke.kernel.errors import LiukeError, MissingColumn
from liuke.kernel.frames import Frame, to_arrow
from liuke.store import Engine
from liuke.tier.scheme import Scheme

MOVES = ("up", "down", "stay", "new", "lost")


class MovesRefused(LiukeError):
    """Assignments that cannot be compared."""


@dataclass(frozen=True)
class Migration:
    """Moves between two assignments of one scheme.

    moves: how many went up, down, stayed at their rank, were new (only after), were lost (only before).
    matrix: one row for each pair of tiers that somebody moved between: before and after (null for the
        new and the lost), their ranks, customers; best first.
    customers: customer_id, before, after, move; by customer_id.
    """

    moves: Mapping[str, int]
    matrix: pa.Table
    customers: pa.Table


def migration(
    before: Frame | ir.Table, after: Frame | ir.Table, *, engine: Engine | None = None
) -> Migration:
    """Compare two assignments of one scheme: frames or tables with customer_id, tier and rank.

    Up is to a smaller rank. Cells that share a rank (RFM segments) stay, while the matrix tells them apart.
    From and to unrated is a move like any other: see who it is in `customers`.
    """
    own = engine or Engine()
    try:
        rows = own.to_arrow(_joined(_ready(before, "before"), _ready(after, "after")))
    finally:
        if engine is None:
            own.close()
    _refuse_doubles(rows)
    moves = rows["move"].to_pylist()
    matrix = rows.group_by(["before", "rank_before", "after", "rank_after"]).aggregate([([], "count_all")])
    return Migration(
        moves=MappingProxyType({move: moves.count(move) for move in MOVES}),
        matrix=matrix.rename_columns({"count_all": "customers"})
        .select(["before", "after", "rank_before", "rank_after", "customers"])
        .sort_by([(name, "ascending") for name in ("rank_before", "rank_after", "before", "after")]),
        customers=rows.select(["customer_id", "before", "after", "move"]),
    )


def common_ranks(before: Scheme, after: Scheme) -> dict[str, int]:
    """One order for the tiers of two schemes: that of the later one, so that a tier put in moves nobody else.

    A tier that the later one has no more stands just above the next lower one that it still has.
    """
    ranks = {level.name: 2 * level.rank for level in after.levels}
    below = max(ranks.values()) + 1
    for level in reversed(before.levels):
        below = ranks.setdefault(level.name, below - 1 if below % 2 == 0 else below)
    return ranks


def _ready(assigned: Frame | ir.Table, which: str) -> ir.Table:
    table = assigned if isinstance(assigned, ir.Table) else ibis.memtable(to_arrow(assigned))
    for column in ("customer_id", "tier", "rank"):
        if column not in table.columns:
            raise MissingColumn(column, wanted_by=f"the assignment {which}", present=table.columns)
    return table.select(
        customer_id=table.customer_id, tier=table.tier.cast("string"), rank=table["rank"].cast("int32")
    )


def _joined(before: ir.Table, after: ir.Table) -> ir.Table:
    old = before.select(customer_id=before.customer_id, before=before.tier, rank_before=before["rank"])
    new = after.select(after_id=after.customer_id, after=after.tier, rank_after=after["rank"])
    both = old.outer_join(new, old.customer_id == new.after_id)
    move = ibis.cases(
        (both.customer_id.isnull(), "new"),
        (both.after_id.isnull(), "lost"),
        (both.rank_after < both.rank_before, "up"),
        (both.rank_after > both.rank_before, "down"),
        else_="stay",
    )
    shaped = both.mutate(move=move, customer_id=ibis.coalesce(both.customer_id, both.after_id))
    return shaped.drop("after_id").order_by("customer_id")


def _refuse_doubles(rows: pa.Table) -> None:
    ids = rows["customer_id"]
    if len(ids.unique()) < len(ids):
        counts = ids.value_counts().to_pylist()
        twice = min(str(count["values"]) for count in counts if count["counts"] > 1)
        raise MovesRefused(
            f"customer {twice} stands in an assignment more than once; compare one scheme at a time, and "
            "one day with another"
        )
