"""The engine answers rightly where DuckDB by itself would not."""

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from liuke.kernel.errors import LiukeError
from liuke.store import Engine
from liuke.tier.measure import read_number


@pytest.fixture
def engine():
    engine = Engine()
    yield engine
    engine.close()


def test_numbers_that_are_none_are_found_in_parquet_of_others(tmp_path, engine):
    path = tmp_path / "numbers.parquet"
    pq.write_table(pa.table({"number": [float(number) for number in range(99)] + [float("nan")]}), path)

    table = engine.read_parquet(path)
    guarded = ibis.ifelse(table.number.isnan(), ibis.null("float64"), table.number)

    assert engine.to_arrow(table.agg(null=guarded.isnull().sum())).to_pylist() == [{"null": 1}]


@pytest.mark.parametrize("held", [b"no Parquet at all, though long enough", None])
def test_a_file_damaged_or_gone_is_named_with_the_way_out(tmp_path, engine, held):
    path = tmp_path / "rows.parquet"
    if held is not None:
        path.write_bytes(held)

    with pytest.raises(LiukeError, match=r"rows\.parquet(.|\n)*Restore the workspace's var/warehouse"):
        engine.read_parquet(path)


def test_a_measure_is_null_where_a_file_read_by_others_says_nan(tmp_path, engine):
    path = tmp_path / "numbers.parquet"
    numbers = [*map(float, range(97)), float("nan"), float("inf"), float("-inf")]
    pq.write_table(pa.table({"number": numbers}), path)
    table = engine.connection.read_parquet(str(path))  # as somebody does who knows nothing of can_have_nan

    measure = read_number(table, "number", money=False, wanted_by="a test")

    assert engine.to_arrow(table.agg(null=measure.isnull().sum(), top=measure.max())).to_pylist() == [
        {"null": 3, "top": 96.0}
    ]
