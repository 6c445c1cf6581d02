"""What a scheme reads: columns of the view under the names the scheme knows, and sums of households."""

from collections.abc import Mapping

import ibis.expr.types as ir

from liuke.kernel.errors import MissingColumn
from liuke.pipeline.config import TierUse
from liuke.tier import Scheme, SchemeBook, roll_up

HOUSEHOLD = "household:"  # before a view column: its sum over the customer's household


def feed(
    view: ir.Table, use: TierUse, scheme: Scheme, book: SchemeBook, *, households: ir.Table | None
) -> ir.Table:
    """One row for each customer with the columns that the scheme and those it builds on read.

    A column that the settings do not map is the view's own of that name, in yuan or in fen.
    Raises MissingColumn for one that the view does not have.
    """
    wanted_by = f"the scheme {use.scheme!r}"
    mapped = dict(use.columns)
    for column in reads_of(scheme, book):
        in_fen = f"{column}_fen"
        mapped.setdefault(column, in_fen if in_fen in view.columns else column)
    sums = {read: name.removeprefix(HOUSEHOLD) for read, name in mapped.items() if name.startswith(HOUSEHOLD)}
    for name in (*sums.values(), *(name for read, name in mapped.items() if read not in sums)):
        if name not in view.columns:
            raise MissingColumn(name, wanted_by=wanted_by, present=view.columns)
    fed = view
    if sums:
        if households is None:
            raise MissingColumn("household_id", wanted_by=wanted_by, present=view.columns)
        fed = roll_up(view, households, sorted(set(sums.values())))
    columns = {
        _in_fen(read, name): fed[f"household_{sums[read]}" if read in sums else name]
        for read, name in mapped.items()
    }
    return fed.select("customer_id", **columns)


def reads_of(scheme: Scheme, book: SchemeBook) -> tuple[str, ...]:
    """The columns a scheme reads, and those of the schemes it refers to."""
    further = (
        column for name in scheme.references for each in book.of(name) for column in reads_of(each, book)
    )
    return tuple(dict.fromkeys((*scheme.reads, *further)))


def fed_columns(use: TierUse, scheme: Scheme, book: SchemeBook) -> Mapping[str, str]:
    """Column the scheme reads -> view column it is fed from, sums of households without their prefix."""
    mapped = {column: column for column in reads_of(scheme, book)} | dict(use.columns)
    return {read: name.removeprefix(HOUSEHOLD) for read, name in mapped.items()}


def _in_fen(read: str, column: str) -> str:
    """The name the scheme reads, marked as fen when the view's column is in fen."""
    name = column.removeprefix(HOUSEHOLD)
    return f"{read}_fen" if name.endswith("_fen") and not read.endswith("_fen") else read
