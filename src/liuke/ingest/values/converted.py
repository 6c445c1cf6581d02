"""A converted column: its values, and for each value that was refused the reason why."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True)
class Converted:
    """values: missing where the source had nothing or the value was refused.
    reason: text, missing where the value is right.
    """

    values: pa.Array
    reason: pa.Array

    @classmethod
    def right(cls, values: pa.Array) -> "Converted":
        return cls(values, pa.nulls(len(values), pa.string()))

    def refuse(self, mask: pa.Array, reason: str) -> "Converted":
        """Refuse the values under a mask, unless they are refused for an earlier reason."""
        if not pc.any(mask).as_py():
            return self
        mask = pc.fill_null(mask, False)
        values = pc.if_else(mask, pa.scalar(None, self.values.type), self.values)
        new = pc.if_else(pc.and_(mask, pc.is_null(self.reason)), reason, self.reason)
        return Converted(values, new)

    def with_values(self, values: pa.Array) -> "Converted":
        return Converted(values, self.reason)


def as_array(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def matches(text: pa.Array, pattern: str) -> pa.Array:
    """Where text is there and has the pattern."""
    return pc.fill_null(pc.match_substring_regex(text, pattern), False)
