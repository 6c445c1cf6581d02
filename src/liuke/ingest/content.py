"""What a row says, as one short text: equal for equal rows, whatever file they came in."""

from collections.abc import Iterable
from functools import reduce

import ibis
from ibis.expr.types import StringValue, Value

KEY_LENGTH = 24  # hex digits, 96 bits: two of a billion rows agree by chance once in 10^11


def content_of(values: Iterable[Value]) -> StringValue:
    """The values with their lengths, so that no two different rows read the same, as a hash."""
    pieces = [_piece(value) for value in values]
    return reduce(lambda left, right: left + right, pieces, ibis.literal("")).hexdigest("sha256")


def row_key(content: StringValue, ordinal: Value) -> StringValue:
    """The key of the n-th of several equal rows of one file."""
    return (content + "#" + ordinal.cast("string")).hexdigest("sha256").substr(0, KEY_LENGTH)


def _piece(value: Value) -> StringValue:
    text = value.cast("string")
    return ibis.ifelse(value.isnull(), "-", text.length().cast("string") + ":" + text)
