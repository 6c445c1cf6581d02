"""What people decided by hand about households: the latest word on each pair counts."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from liuke.tier.household_links import BY_HAND, Links, Numbers, make_links, nodes_of

PREFIX = "household-"
_COLUMNS = ("customer_id", "other_id", "household_id", "action", "known_at")
JOIN, SEPARATE = "join", "separate"


@dataclass(frozen=True)
class Decisions:
    """joins: links made by hand; apart: pairs that may not share a household (the smaller node first);
    alone: customers taken out of every household; homes: names of households that people made up, which are
    nodes after those of the customers.
    """

    joins: Links
    apart: frozenset[tuple[int, int]]
    alone: frozenset[int]
    homes: tuple[str, ...]


def read_decisions(edits: pa.Table | None, known: pa.Array) -> Decisions:
    """The edits that are in force.

    A join names another customer or a household; a separation names one of them too, or nobody, which takes
    the customer out of every household. A household is named by its number, which is that of its smallest
    customer, or by a name of one's own. Of two edits of the same pair the later counts, and of those of one
    instant the separation. A customer or a household that is not there changes nothing.
    """
    rows = _rows(edits)
    own = nodes_of(pa.array([row["customer_id"] for row in rows], pa.string()), known)
    other = nodes_of(pa.array([_named(row) for row in rows], pa.string()), known)
    joined_homes = sorted(
        {
            str(row["household_id"])
            for row, node in zip(rows, other, strict=True)
            if node < 0 and row["household_id"] and not row["other_id"] and row["action"] == JOIN
        }
    )
    homes = {name: len(known) + at for at, name in enumerate(joined_homes)}
    latest: dict[tuple[int, int], tuple[int, str]] = {}
    for order, (row, mine, theirs) in enumerate(zip(rows, own.tolist(), other.tolist(), strict=True)):
        if mine < 0:
            continue
        if not row["other_id"] and not row["household_id"]:
            theirs = mine
        elif theirs < 0 and not row["other_id"]:
            theirs = homes.get(str(row["household_id"]), -1)
        if theirs >= 0 and row["action"] in (JOIN, SEPARATE):
            latest.setdefault((min(mine, theirs), max(mine, theirs)), (order, row["action"]))
    return _decide(latest, tuple(joined_homes))


def _decide(latest: dict[tuple[int, int], tuple[int, str]], homes: tuple[str, ...]) -> Decisions:
    alone = {
        low: order for (low, high), (order, action) in latest.items() if low == high and action == SEPARATE
    }
    joins = [
        (low, high, order)
        for (low, high), (order, action) in latest.items()
        if action == JOIN
        and low != high
        and order < min(alone.get(low, order + 1), alone.get(high, order + 1))
    ]
    first, second, orders = (_numbers([join[part] for join in joins]) for part in range(3))
    apart = {pair for pair, (_, action) in latest.items() if action == SEPARATE and pair[0] != pair[1]}
    return Decisions(make_links(first, second, BY_HAND, orders), frozenset(apart), frozenset(alone), homes)


def _rows(edits: pa.Table | None) -> list[dict[str, object]]:
    """The latest first, so that the first word on a pair is the one that counts."""
    if edits is None or not len(edits):
        return []
    given = [name for name in _COLUMNS if name in edits.column_names]
    rows = [dict.fromkeys(_COLUMNS) | row for row in edits.select(given).to_pylist()]
    rows.sort(key=lambda row: str(row["action"]), reverse=True)  # at one instant separations come first
    dated = [row for row in rows if row["known_at"] is not None]
    undated = [row for row in rows if row["known_at"] is None]
    return sorted(dated, key=lambda row: row["known_at"], reverse=True) + undated


def _named(row: dict[str, object]) -> str | None:
    """The customer an edit names, by number or by the number of the household."""
    if row["other_id"]:
        return str(row["other_id"])
    home = row["household_id"]
    return str(home).removeprefix(PREFIX) if home and str(home).startswith(PREFIX) else None


def _numbers(values: list[int]) -> Numbers:
    return np.array(values, dtype=np.int64)
