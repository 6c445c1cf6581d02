"""Money in whole fen, for sums and comparisons that must be exact."""

import ibis
import ibis.expr.types as ir

from liuke.tier.measure import read_number

WHOLE = "decimal(38, 0)"


def read_fen(table: ir.Table, column: str, *, wanted_by: str) -> ir.DecimalValue:
    """A column of money (yuan, or fen under `<column>_fen`) in whole fen, null where it is unknown.

    A fraction of a fen is rounded to the nearest. Whole fen beyond 2^53 are taken as they are.
    """
    fen = f"{column}_fen"
    if fen in table.columns and table[fen].type().is_integer():
        return table[fen].cast(WHOLE)
    yuan = read_number(table, column, money=True, wanted_by=wanted_by)
    return (yuan * 100).round(0).cast(WHOLE)


def nought() -> ir.DecimalScalar:
    return ibis.literal(0).cast(WHOLE)
