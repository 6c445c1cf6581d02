"""Parquet: typed columns told as text, damage told as one sentence."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from liuke.kernel.errors import DataRefused
from tests.unit.ingest.reading import read


def write(tmp_path, **columns):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def test_kinds_become_text(tmp_path):
    path = write(
        tmp_path,
        text=["00012"],
        whole=[12],
        number=[12.5],
        round=[12.0],
        money=[Decimal("1234.50")],
        flag=[True],
        day=[date(2018, 1, 5)],
        instant=[datetime(2018, 1, 5, 13, 4)],
        code=pa.array(["x"]).dictionary_encode(),
    )

    (row,) = read(path)

    assert row[:9] == (1, "00012", "12", "12.5", "12", "1234.50", "true", "2018-01-05", row[8])
    assert row[8].startswith("2018-01-05 13:04:00")
    assert row[9] == "x"


@pytest.mark.parametrize(
    "number, text",
    [(2.0**53 - 1, "9007199254740991"), (2.0**53, "9.007199254740992e+15"), (4.4e17, "4.4e+17")],
)
def test_floats_too_big_to_be_exact_show_it(tmp_path, number, text):
    assert read(write(tmp_path, id=[number])) == [(1, text)]


def test_missing_and_not_a_number_are_two_things(tmp_path):
    assert read(write(tmp_path, x=[None, float("nan")])) == [(1, None), (2, "nan")]


def test_instants_with_a_zone_come_in_the_companys(tmp_path):
    path = write(tmp_path, at=pa.array([datetime(2018, 1, 5, 13, 4, tzinfo=UTC)], pa.timestamp("us", "UTC")))

    assert read(path, company_zone="Asia/Shanghai")[0][1].startswith("2018-01-05 21:04:00")
    assert read(path)[0][1] == "2018-01-05T13:04:00.000000Z"  # to be refused unless a zone is declared


@pytest.mark.parametrize("kept", [0.3, 0.9])
def test_a_truncated_file(tmp_path, kept):
    path = write(tmp_path, id=[str(place) for place in range(1000)])
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])

    with pytest.raises(DataRefused, match="cannot be read as Parquet: it is damaged or was cut short"):
        read(path)


def test_pages_that_are_damaged(tmp_path):
    path = write(tmp_path, id=[f"{place * 7919}" for place in range(100_000)])
    content = bytearray(path.read_bytes())
    content[100 : len(content) // 2] = b"\xff" * (len(content) // 2 - 100)
    path.write_bytes(content)

    with pytest.raises(DataRefused, match="cannot be read as Parquet"):
        read(path)


def test_a_parquet_file_called_csv(tmp_path):
    path = write(tmp_path, id=["x"]).rename(tmp_path / "a.csv")

    assert read(path) == [(1, "x")]
    with pytest.raises(DataRefused, match='is parquet, but the mapping says csv; set format = "parquet"'):
        read(path, format="csv")
