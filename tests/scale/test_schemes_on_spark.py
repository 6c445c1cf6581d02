"""Spark and DuckDB give the same tiers, reasons and what is missing, from the same declaration."""

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from liuke.store import Engine
from liuke.tier import built_in_schemes, load
from tests.contract.test_schemes import TODAY, customers

pytestmark = pytest.mark.scale
__all__ = ["customers"]  # a fixture


@pytest.fixture(scope="module")
def file(customers, tmp_path_factory):
    path = tmp_path_factory.mktemp("spark") / "customers.parquet"
    pq.write_table(pa.Table.from_pandas(customers, preserve_index=False), path, coerce_timestamps="us")
    return path


@pytest.mark.parametrize("name", sorted(built_in_schemes()))
def test_both_engines_agree(name, file, spark):
    engine = Engine()
    judge = load(name)

    on_spark = judge.express(spark.read_parquet(str(file)), as_of=TODAY).order_by("customer_id").to_pandas()
    on_duckdb = engine.to_arrow(
        judge.express(engine.read_parquet(file), as_of=TODAY).order_by("customer_id")
    ).to_pandas()
    engine.close()

    pd.testing.assert_frame_equal(on_spark, on_duckdb, check_dtype=False, rtol=1e-12)
