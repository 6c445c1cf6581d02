"""Arrow columns and numpy arrays of them say the same, and no pandas is imported on the way."""

import subprocess
import sys
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pytest

from liuke.view.fast.arrays import array_of, in_one_piece, is_known, rows_at, values_of


@pytest.mark.parametrize(
    "column, values",
    [
        (pa.array([1, None, 3], pa.int32()), [1, 0, 3]),
        (pa.array([0.5, None]), [0.5, 0.0]),
        (pa.array([True, None, False, True]), [True, False, False, True]),
        (pa.array([date(1970, 1, 3), None]), [2, 0]),
        (pa.array([datetime(1970, 1, 1, 0, 0, 1)], pa.timestamp("us")), [1_000_000]),
        (pa.array([250, 1], pa.uint8()), [250, 1]),
        (pa.chunked_array([[1, 2], [3]]), [1, 2, 3]),
        (pa.chunked_array([], pa.int64()), []),
    ],
)
def test_values_as_whole_numbers_and_the_missing_as_nothing(column, values):
    assert values_of(column).tolist() == values


@pytest.mark.parametrize("column", [pa.array(range(20)), pa.array([n % 3 == 0 for n in range(20)])])
def test_a_slice_begins_where_it_begins(column):
    assert values_of(column[9:17]).tolist() == column[9:17].to_pylist()


def test_the_missing_can_stand_out():
    assert values_of(pa.array([7, None]), -1).tolist() == [7, -1]
    assert is_known(pa.array([7, None])).tolist() == [True, False]
    assert is_known(pa.array([7, 8])).tolist() == [True, True]


@pytest.mark.parametrize(
    "values, kind, told",
    [
        (np.array([4, 5, 6]), pa.int64(), [4, None, 6]),
        (np.array([1.5, 2.5, 3.5]), pa.float64(), [1.5, None, 3.5]),
        (np.array([True, True, False]), pa.bool_(), [True, None, False]),
        (np.array([0, 1, 2], np.int32), pa.date32(), [date(1970, 1, 1), None, date(1970, 1, 3)]),
    ],
)
def test_arrays_of_values(values, kind, told):
    found = array_of(values, kind, np.array([True, False, True]))

    found.validate(full=True)
    assert (found.to_pylist(), found.null_count) == (told, 1)


def test_rows_are_taken_in_any_order_and_pieces_joined():
    column = in_one_piece(pa.chunked_array([["a", "b"], ["c"]]))

    assert column.take(rows_at(np.array([2, 0]))).to_pylist() == ["c", "a"]


def test_the_evaluator_starts_without_pandas_an_engine_or_a_compiler():
    heavy = {"pandas", "ibis", "duckdb", "numba", "scipy"}
    code = f"""
import sys
from liuke.store import Engine, Warehouse
from liuke.view.fast import compute_views
from liuke.view.fast.kernels import count_rows
print(sorted({heavy} & set(sys.modules)))
"""
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout

    assert told.strip() == "[]"
