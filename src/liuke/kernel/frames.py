"""Frames of several makes in, the same make out; Arrow in between."""

from typing import Any, TypeAlias

import pyarrow as pa

Frame: TypeAlias = Any  # a pandas DataFrame, a Polars DataFrame or an Arrow table


def to_arrow(frame: Frame) -> pa.Table:
    """An Arrow table of a pandas, Polars or Arrow frame; a pandas index is left behind."""
    if isinstance(frame, pa.Table):
        return frame
    kind = type(frame).__module__.partition(".")[0]
    if kind == "pandas":
        return pa.Table.from_pandas(frame, preserve_index=False)
    if kind == "polars":
        return frame.to_arrow()
    raise TypeError(
        f"A pandas, Polars or Arrow frame is needed, not {type(frame).__module__}.{type(frame).__name__}"
    )


def from_arrow(table: pa.Table, *, like: Frame) -> Frame:
    """The table as the make of frame that `like` is; a pandas frame gets like's index back."""
    if isinstance(like, pa.Table):
        return table
    if type(like).__module__.partition(".")[0] == "polars":
        import polars as pl

        return pl.from_arrow(table)
    made = table.to_pandas()
    if len(made) == len(like):
        made.index = like.index
    return made
