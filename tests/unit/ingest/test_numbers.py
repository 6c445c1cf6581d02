"""Numbers as people write them are read; what could mean two things is refused."""

import pyarrow as pa
import pytest

from liuke.ingest.canonical import TABLES
from liuke.ingest.columns import Columns
from liuke.ingest.declared import FieldRule
from liuke.ingest.fields import convert
from liuke.ingest.readers import RowBatch
from liuke.ingest.values.numbers import read_fen, read_number, read_whole


def told(read, text, **how):
    found = read(pa.array([text], pa.string()), **how)
    return found.values[0].as_py(), found.reason[0].as_py()


@pytest.mark.parametrize(
    "text, fen",
    [
        ("12", 1200),
        ("1,234.50", 123450),
        ("￥12", 1200),
        ("¥1,234.50", 123450),
        ("12元", 1200),
        ("(5)", -500),
        ("-￥5", -500),
        ("１２．５", 1250),
        ("1e3", 100000),
        (".5", 50),
        ("0.30000000000000004", 30),  # a binary float's noise
        ("0.615", 62),  # half to even
        ("0.605", 60),
        ("-0.615", -62),
    ],
)
def test_money_in_yuan(text, fen):
    assert told(read_fen, text) == (fen, None)


@pytest.mark.parametrize(
    "text, reason",
    [
        ("1.234,50", "bad_number"),  # the point and the comma the other way round
        ("12,34", "bad_number"),
        ("twelve", "bad_number"),
        ("5%", "bad_number"),
        ("(-5)", "bad_number"),
        ("--5", "bad_number"),
        ("NaN", "not_finite"),
        ("-Infinity", "not_finite"),
        ("1e309", "too_big"),
        ("1000000000000000", "too_big"),
        ("9" * 80, "too_big"),
    ],
)
def test_money_that_is_refused(text, reason):
    assert told(read_fen, text) == (None, reason)


@pytest.mark.parametrize(
    "unit, fen", [("yuan", 1250), ("jiao", 125), ("fen", 12), ("li", 1), ("wan", 12_500_000)]
)
def test_twelve_and_a_half_of_each_unit(unit, fen):
    assert told(read_fen, "12.5", unit=unit) == (fen, None)


def test_a_missing_amount_stays_missing():
    assert told(read_fen, None) == (None, None)


def test_the_largest_amount_still_fits():
    assert told(read_fen, "999999999999999.99") == (99999999999999999, None)


@pytest.mark.parametrize("text, whole", [("12", 12), ("12.0", 12), ("-3", -3), ("1e2", 100)])
def test_whole_numbers(text, whole):
    assert told(read_whole, text) == (whole, None)


def test_a_fraction_is_no_whole_number():
    assert told(read_whole, "12.5") == (None, "not_whole")


@pytest.mark.parametrize("text", ["1e309", "-1e309", "nan", "INF"])
def test_numbers_are_finite(text):
    assert told(read_number, text) == (None, "not_finite")


@pytest.mark.parametrize("rule, number", [({}, 90.0), ({"over": 60}, 1.5), ({"times": 2}, 180.0)])
def test_numbers_in_another_unit(rule, number):
    column = TABLES["events"].column("quantity")
    columns = Columns(RowBatch(pa.array([1]), {"x": pa.array(["90"])}), null_tokens=())
    found = convert(FieldRule(column="x", **rule), column, columns)

    assert found.values.to_pylist() == [number]


def test_one_bad_number_does_not_spoil_its_neighbours():
    found = read_number(pa.array(["1", "x", None, "2.5"]))

    assert found.values.to_pylist() == [1.0, None, None, 2.5]
    assert found.reason.to_pylist() == [None, "bad_number", None, None]
