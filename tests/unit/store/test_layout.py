"""However the columns of a file are written, both readers give back what was put in."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from liuke.store import Engine
from liuke.store.layout import choose_layout
from liuke.store.piecemeal import Piecemeal

ROWS = 6000  # more than are looked at
FAR = 2**63 - 1


@pytest.fixture(scope="module")
def engine():
    engine = Engine()
    yield engine
    engine.close()


def make_rows(*, missing):
    """Columns of few values and of many, some missing; whole numbers as far apart as they can be."""

    def column(value, kind):
        return pa.array([None if missing(row) else value(row) for row in range(ROWS)], kind)

    return pa.table(
        {
            "row": pa.array(range(ROWS), pa.int64()),
            "far": column(lambda row: (FAR - row) * (-1) ** row, pa.int64()),
            "whole": column(lambda row: row * 7919 % 2**31 - 2**30, pa.int32()),
            "few": column(lambda row: row % 3, pa.int64()),
            "at": column(lambda row: datetime(1969, 1, 1) + timedelta(hours=row), pa.timestamp("us")),
            "on": column(lambda row: date(1965, 1, 1) + timedelta(days=row), pa.date32()),
            "part": column(lambda row: row / 7, pa.float64()),
            "yuan": column(lambda row: Decimal(row) / 100, pa.decimal128(18, 2)),
            "text": column(lambda row: f"c{row}", pa.string()),
            "word": column(lambda row: ("a", "b", "")[row % 3], pa.string()),
            "flag": column(lambda row: row % 2 == 0, pa.bool_()),
        }
    )


@pytest.mark.parametrize(
    "missing",
    [
        pytest.param(lambda row: False, id="nothing missing"),
        pytest.param(lambda row: row % 5 == 0, id="some missing"),
        pytest.param(lambda row: row >= 2000, id="pieces with nothing"),
        pytest.param(lambda row: row < 5000, id="nothing to look at"),
    ],
)
def test_what_is_written_is_read_again(tmp_path, engine, missing):
    rows, path = make_rows(missing=missing), tmp_path / "rows.parquet"

    with Piecemeal(path, rows.schema) as written:
        for start in range(0, ROWS, 1000):
            written.add(rows.slice(start, 1000))

    assert pq.read_table(path).equals(rows)
    assert engine.to_arrow(engine.read([path], rows.schema).order_by("row")).cast(rows.schema).equals(rows)


def test_few_values_have_a_dictionary_and_many_whole_ones_their_differences():
    layout = choose_layout(make_rows(missing=lambda row: False))

    assert layout["use_dictionary"] == ["few", "word", "flag"]
    assert set(layout["column_encoding"]) == {"row", "far", "whole", "at", "on"}


def test_rows_with_lists_are_left_to_the_writer(tmp_path):
    rows, path = pa.table({"reasons": [["a"], [], None]}), tmp_path / "rows.parquet"

    with Piecemeal(path, rows.schema) as written:
        written.add(rows)

    assert pq.read_table(path).equals(rows)
    assert "use_dictionary" not in choose_layout(rows)


def test_a_file_without_rows_is_a_file(tmp_path):
    path = tmp_path / "rows.parquet"

    with Piecemeal(path, pa.schema([("at", pa.timestamp("us"))])):
        pass

    assert pq.read_table(path).num_rows == 0


def test_a_failed_piece_leaves_no_file(tmp_path):
    path = tmp_path / "rows.parquet"

    with pytest.raises(OSError, match="full"), Piecemeal(path, pa.schema([("at", pa.int64())])):
        raise OSError("the disk is full")

    assert not path.exists()
