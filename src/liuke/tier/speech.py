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
    unit = 10**decimals
    scaled = (number.abs() * unit).round(0).cast("int64")
    whole, rest = scaled // unit, scaled % unit
    digits = (rest + unit).cast("string").right(decimals)  # with the noughts that begin it
    if decimals != MONEY:
        digits = digits.re_replace("0+$", "")
    tail = ibis.ifelse(rest == 0, "", ibis.literal(".") + digits)
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


def _grouped(whole: ir.IntegerValue) -> ir.StringValue:
    """Thousands set off by commas. By branches: patterns cost half as much again."""
    text = whole.cast("string")
    branches = []
    for groups in range(4):  # up to 10^12
        parts = [text.substr(0, text.length() - 3 * groups)]
        parts += [text.right(3 * group).left(3) for group in range(groups, 0, -1)]
        said: Any = parts[0]
        for part in parts[1:]:
            said = said + "," + part
        branches.append((whole < 1000 ** (groups + 1), said))
    return first_of(branches, text)
