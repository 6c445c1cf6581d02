"""Numbers and sentences made by the engine, so that millions of rows are explained in one pass."""

from collections.abc import Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

MONEY = 2  # decimals of yuan


def say_number(number: ir.NumericValue, *, decimals: int) -> ir.StringValue:
    """A number for people: thousands grouped, two decimals of money or none, others as far as they go.

    12345.5 becomes "12,345.50" with two decimals and "12,345.5" with six. Good up to 10^12.
    """
    scaled = (number.abs() * 10**decimals).round(0).cast("int64")
    digits = (scaled + 10**decimals).cast("string")  # as many as there are decimals, and one before them
    rest = digits.right(decimals)
    if decimals != MONEY:
        rest = rest.re_replace("0+$", "")
    tail = ibis.ifelse(digits.right(decimals) == "0" * decimals, "", ibis.literal(".") + rest)
    whole = (scaled / 10**decimals).floor().cast("int64").cast("string")
    return ibis.ifelse((number < 0) & (scaled > 0), "-", "") + _grouped(whole) + tail


def sentence(*parts: ir.StringValue | str) -> ir.StringValue:
    """The parts one after another."""
    joined: Any = ibis.literal("")
    for part in parts:
        joined = joined + part
    return joined


def first_of(branches: Sequence[tuple[ir.BooleanValue, Any]], otherwise: Any) -> Any:
    """The result of the first condition that holds."""
    return ibis.cases(*branches, else_=otherwise) if branches else ibis.literal(otherwise)


def _grouped(digits: ir.StringValue) -> ir.StringValue:
    """Thousands set off by commas, from the right."""
    return digits.reverse().re_replace(r"(\d{3})", r"\1,").reverse().re_replace("^,", "")
