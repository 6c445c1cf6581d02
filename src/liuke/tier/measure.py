"""The number that a scheme judges, read from whatever the frame has of it.

Money is in yuan (`value`: decimal, whole or floating) or in whole fen (`value_fen`, which is taken when
both are there). A number that is not finite is unknown.
"""

from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.types as ir
from pydantic import BaseModel, ConfigDict

from liuke.kernel.errors import LiukeError, MissingColumn
from liuke.kernel.words import Words


class MeasureRefused(LiukeError):
    """A column that holds something else than the scheme can judge."""


class Measure(BaseModel):
    """What is measured and how it is called.

    column: where the number stands; money: whether it may stand in fen under `<column>_fen` instead.
    weights: column -> weight; when given the measure is their weighted sum, unknown when one of them is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    words: Words
    money: bool = False
    weights: Mapping[str, float] | None = None

    @property
    def decimals(self) -> int:
        """Digits after the point that are told to people."""
        return 2 if self.money else 6

    def read(self, table: ir.Table, *, wanted_by: str) -> ir.FloatingValue:
        """The measure of each row as a floating number, null where it is unknown."""
        if self.weights is None:
            return read_number(table, self.column, money=self.money, wanted_by=wanted_by)
        parts = [
            read_number(table, column, money=self.money, wanted_by=wanted_by) * weight
            for column, weight in self.weights.items()
        ]
        return sum(parts[1:], start=parts[0])


def read_number(table: ir.Table, column: str, *, money: bool, wanted_by: str) -> Any:
    """A column as floating numbers; fen become yuan, what is not finite becomes null."""
    if money and f"{column}_fen" in table.columns:
        return _finite(table, f"{column}_fen", wanted_by=wanted_by) / 100
    if column not in table.columns:
        raise MissingColumn(column, wanted_by=wanted_by, present=table.columns)
    return _finite(table, column, wanted_by=wanted_by)


def _finite(table: ir.Table, column: str, *, wanted_by: str) -> Any:
    value = table[column]
    if value.type().is_null():
        return ibis.null("float64")
    if not value.type().is_numeric():
        raise MeasureRefused(
            f"{wanted_by} judges the numbers of {column!r}, which holds {value.type()}; make it a number"
        )
    number = value.cast("float64")
    # Not by isnan: DuckDB believes of Parquet files that they hold none, and leaves the question out.
    return ibis.ifelse(number - number == 0, number, ibis.null("float64"))
