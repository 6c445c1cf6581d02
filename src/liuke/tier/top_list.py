"""How the list of the top customers changed hands: who came in, who fell out, who overtook whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from liuke.kernel.errors import MissingColumn
from liuke.kernel.frames import Frame, to_arrow
from liuke.store import Engine
from liuke.tier.moves import MovesRefused

CHANGES = ("entered", "left", "up", "down", "stay")


@dataclass(frozen=True)
class TopListChange:
    """Changes of a top list between two assignments.

    entered, left: customer numbers, by their place in the list. counts: how many made each change.
    customers: one row for everybody in either list: customer_id, place_before, place_after (null: not
        ranked that day), change, up_by (places, negative when down, null when unranked on either day),
        overtook and overtaken_by (customer numbers); by place after, then place before.
    """

    entered: tuple[str, ...]
    left: tuple[str, ...]
    counts: Mapping[str, int]
    customers: pa.Table


def overtook(
    before: Frame | ir.Table,
    after: Frame | ir.Table,
    *,
    top: int = 100,
    rank: str = "score_rank",
    engine: Engine | None = None,
) -> TopListChange:
    """Compare the top lists of two assignments: frames or tables with customer_id and a rank.

    A list holds everybody ranked `top` or better, so a tie at its end makes it longer. One overtook another
    who stood strictly behind them before and stands strictly ahead now; to come level, or to be ranked for
    the first time, overtakes nobody. Only those of either list are compared with each other.
    """
    if top < 1:
        raise MovesRefused(f"A top list holds one customer or more, not {top}.")
    was = _ranks(before, rank, "before", engine)
    now = _ranks(after, rank, "after", engine)
    named = {customer for ranks in (was, now) for customer, place in ranks.items() if place <= top}
    last = max([*was.values(), *now.values()], default=0) + 1
    order = sorted(named, key=lambda each: (now.get(each, last), was.get(each, last), each))
    rows = [_row(customer, named, was, now, top=top) for customer in order]
    changes = [row["change"] for row in rows]
    left = [row["customer_id"] for row in rows if row["change"] == "left"]
    return TopListChange(
        entered=tuple(row["customer_id"] for row in rows if row["change"] == "entered"),
        left=tuple(sorted(left, key=lambda customer: (was[customer], customer))),
        counts={change: changes.count(change) for change in CHANGES},
        customers=pa.Table.from_pylist(rows, schema=_SCHEMA),
    )


_SCHEMA = pa.schema(
    {
        "customer_id": pa.string(),
        "place_before": pa.int64(),
        "place_after": pa.int64(),
        "change": pa.string(),
        "up_by": pa.int64(),
        "overtook": pa.list_(pa.string()),
        "overtaken_by": pa.list_(pa.string()),
    }
)


def _row(
    customer: str, named: set[str], was: Mapping[str, int], now: Mapping[str, int], *, top: int
) -> dict[str, Any]:
    before, after = was.get(customer), now.get(customer)
    in_before, in_after = before is not None and before <= top, after is not None and after <= top
    up_by = None if before is None or after is None else before - after
    if in_before and in_after:
        change = "up" if up_by and up_by > 0 else "down" if up_by else "stay"
    else:
        change = "entered" if in_after else "left"
    others: list[tuple[int, str]] = []
    by: list[tuple[int, str]] = []
    if before is not None and after is not None:
        for other in named & was.keys() & now.keys():
            if before > was[other] and after < now[other]:
                others.append((was[other], other))
            elif before < was[other] and after > now[other]:
                by.append((now[other], other))
    return {
        "customer_id": customer,
        "place_before": before,
        "place_after": after,
        "change": change,
        "up_by": up_by,
        "overtook": [name for _, name in sorted(others)],
        "overtaken_by": [name for _, name in sorted(by)],
    }


def _ranks(assigned: Frame | ir.Table, rank: str, which: str, engine: Engine | None) -> dict[str, int]:
    rows = _rows(assigned, engine)
    for column in ("customer_id", rank):
        if column not in rows.column_names:
            raise MissingColumn(column, wanted_by=f"the top list {which}", present=rows.column_names)
    ids = [str(each) for each in rows["customer_id"].to_pylist()]
    places = [_whole(place) for place in rows[rank].to_pylist()]
    if len(set(ids)) < len(ids):
        twice = min(each for each in set(ids) if ids.count(each) > 1)
        raise MovesRefused(f"customer {twice} stands in the assignment {which} more than once")
    return {each: place for each, place in zip(ids, places, strict=True) if place is not None}


def _rows(assigned: Frame | ir.Table, engine: Engine | None) -> pa.Table:
    if not isinstance(assigned, ir.Table):
        return to_arrow(assigned)
    own = engine or Engine()
    try:
        return own.to_arrow(assigned)
    finally:
        if engine is None:
            own.close()


def _whole(place: Any) -> int | None:
    """A pandas frame has made floats of ranks where some are missing."""
    return None if place is None or place != place else int(place)
