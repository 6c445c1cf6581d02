"""The make of frame that comes in goes out."""

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from liuke.kernel.frames import from_arrow, to_arrow


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table])
def test_the_same_make_comes_back(make):
    frame = make({"a": [1, 2], "b": ["x", "y"]})

    back = from_arrow(to_arrow(frame), like=frame)

    assert type(back) is type(frame)
    assert to_arrow(back).to_pylist() == [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]


def test_a_pandas_index_is_given_back():
    frame = pd.DataFrame({"a": [1, 2]}, index=["ann", "bob"])

    assert list(from_arrow(to_arrow(frame), like=frame).index) == ["ann", "bob"]


def test_anything_else_is_refused_by_name():
    with pytest.raises(TypeError, match="not builtins.list"):
        to_arrow([1, 2])
