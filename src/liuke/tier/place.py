"""The place of each value among all values, counted in whole numbers: no order of rows decides."""

import ibis
import ibis.expr.types as ir


def with_places(table: ir.Table, column: str, *, prefix: str) -> ir.Table:
    """The table with `<prefix>_below`, `_above`, `_same` and `_total`, null where the value is unknown.

    They say how many rows have a smaller, a greater and the same value, and any known value at all.
    """
    placed = places(table, column).rename({f"{prefix}_{name}": name for name in (*_COUNTS, "value")})
    joined = table.left_join(placed, table[column] == placed[f"{prefix}_value"])
    return joined.drop(f"{prefix}_value")


def places(table: ir.Table, column: str) -> ir.Table:
    """One row for each known value: value, below, above, same, total."""
    known = table.filter(table[column].notnull())
    sizes = known.group_by(value=known[column]).agg(same=known.count())
    upwards = ibis.window(order_by=sizes.value, preceding=None, following=0)
    reached = sizes.same.sum().over(upwards)
    total = sizes.same.sum().over()
    return sizes.mutate(
        same=sizes.same.cast("int64"),
        below=(reached - sizes.same).cast("int64"),
        above=(total - reached).cast("int64"),
        total=total.cast("int64"),
    )


_COUNTS = ("below", "above", "same", "total")
