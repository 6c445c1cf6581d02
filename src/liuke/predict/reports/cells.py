"""Figures by unit, dimension and month: sums of the rows that stand behind them."""

import ibis
from ibis import _

from liuke.predict.reports.tables import DIMENSIONS, REPORT_CELLS


def sum_cells(rows: ibis.Table) -> ibis.Table:
    """The rows of REPORT_CELLS from those of REPORT_CUSTOMERS.

    Everything in a cell adds: over members, over units that do not lie within each other, over kinds. The
    moments are those of a sum of independent chances (Poisson-binomial); of what happened they are 0.
    """
    parts = [_sum_over(rows, dimension, column) for dimension, column in DIMENSIONS.items()]
    keys = ("measure", "kind", "dimension", "month", "unit_id", "member")
    return ibis.union(*parts).select(*REPORT_CELLS.names).order_by(*keys)


def _sum_over(rows: ibis.Table, dimension: str, column: str | None) -> ibis.Table:
    placed = rows.mutate(
        dimension=ibis.literal(dimension),
        member=rows[column] if column else ibis.literal(""),
        chance=rows.weight * (1 - rows.weight),
    )
    keys = ("as_of", "month", "measure", "kind", "unit_id", "dimension", "member")
    return placed.group_by(*keys).agg(
        count=_.weight.sum(),
        of_opening=_.of_opening.cast("int64").sum(),
        valued=_.value_fen.count(),
        value_fen=(_.weight * _.value_fen).sum().fill_null(0.0).round().cast("int64"),
        variance=_.chance.sum(),
        third=(_.chance * (1 - 2 * _.weight)).sum(),
    )
