"""A typed column taken as it is says the same as its text read by the same rule."""

from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.ingest.canonical import TABLES
from liuke.ingest.columns import Columns
from liuke.ingest.declared import NULL_TOKENS, FieldRule
from liuke.ingest.fields import convert
from liuke.ingest.readers import RowBatch
from liuke.ingest.readers.parquet import ParquetRows
from liuke.ingest.values.distinct import WORTH_ROWS
from liuke.ingest.values.typed import typed_fen, typed_instants, typed_numbers, typed_wholes

WHOLE = TABLES["points"].column("points")
NUMBER = TABLES["events"].column("quantity")
FEN = TABLES["events"].column("amount_fen")
DAY = TABLES["customers"].column("birth_on")
INSTANT = TABLES["events"].column("happened_at")
FLAG = TABLES["customers"].column("do_not_disturb")
ID = TABLES["customers"].column("customer_id")
KIND = TABLES["events"].column("kind")

INTS = st.integers(-(2**63), 2**63 - 1) | st.integers(-100, 100)
DECIMALS = st.decimals(places=2, min_value=Decimal("-1e11"), max_value=Decimal("1e11"))
FLOATS = st.floats() | DECIMALS.map(float) | st.sampled_from([0.575, 1.005, 0.125, -0.0, 2.0**53, 1e17])
INSTANTS = st.datetimes(datetime(1790, 1, 1), datetime(2310, 1, 1))
TYPED = {
    "wholes": (pa.int64(), INTS, [WHOLE, NUMBER, FEN, ID]),
    "short wholes": (pa.int32(), st.integers(-(2**31), 2**31 - 1), [WHOLE, NUMBER, FEN]),
    "decimals": (pa.decimal128(14, 2), DECIMALS, [FEN, NUMBER]),
    "long decimals": (
        pa.decimal128(30, 3),
        st.decimals(places=3, min_value=-(10**20), max_value=10**20),
        [FEN],
    ),
    "floats": (pa.float64(), FLOATS, [NUMBER, FEN, WHOLE]),
    "short floats": (pa.float32(), st.floats(width=32), [NUMBER, FEN]),
    "days": (pa.date32(), st.dates(date(1790, 1, 1), date(2310, 1, 1)), [DAY, INSTANT]),
    "instants": (pa.timestamp("us"), INSTANTS, [INSTANT, DAY]),
    "coarse instants": (pa.timestamp("s"), INSTANTS.map(lambda at: at.replace(microsecond=0)), [INSTANT]),
    "flags": (pa.bool_(), st.booleans(), [FLAG, NUMBER]),
    "texts": (
        pa.string(),
        st.text(max_size=12) | st.sampled_from(["NULL", " a", "1e5", "N/A", "K01"]),
        [ID, KIND],
    ),
}
RULES = [{}, {"unit": "fen"}, {"unit": "wan"}, {"unit": "li"}, {"over": 60}, {"required": True}]
LIMITED = {"at_least": 3}  # for numbers of any kind


def told(stored, column, rule, tokens):
    """What the rule makes of a column as it is kept, and of the same as text."""
    batch = RowBatch(pa.nulls(len(stored), pa.int64()), {"x": stored}, tell=_text)
    as_text = RowBatch(batch.numbers, {"x": batch.texts["x"]})
    return [
        convert(FieldRule(column="x", **rule), column, Columns(each, null_tokens=tokens))
        for each in (batch, as_text)
    ]


def _text(name, column):
    reader = object.__new__(ParquetRows)
    reader._zone = None
    return reader._text(name, column)


@pytest.mark.parametrize("kind, values, columns", TYPED.values(), ids=TYPED)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_typed_column_says_what_its_text_says(kind, values, columns, data):
    stored = pa.array(data.draw(st.lists(st.none() | values, max_size=5)), kind)
    stored = stored.slice(data.draw(st.integers(0, 1)))
    column = data.draw(st.sampled_from(columns))
    has_limits = column.kind in ("whole", "number", "fen")
    rule = data.draw(st.sampled_from([*RULES, LIMITED] if has_limits else RULES))
    tokens = data.draw(st.sampled_from([NULL_TOKENS, ("", "0"), ("true",), ()]))

    kept, text = told(stored, column, rule, tokens)

    assert kept.values.equals(text.values), (kept.values, text.values)
    assert kept.reason.equals(text.reason)


def test_what_a_company_keeps_needs_no_text():
    money = pa.array([Decimal("12.50"), None, Decimal("-0.01")], pa.decimal128(14, 2))

    assert typed_fen(money, unit="yuan").to_pylist() == [1250, None, -1]
    assert typed_fen(pa.array([0.1, 12.5]), unit="yuan").to_pylist() == [10, 1250]
    assert typed_wholes(pa.array([3, None], pa.int32())).to_pylist() == [3, None]
    assert typed_numbers(pa.array([3], pa.int32())).to_pylist() == [3.0]
    assert typed_instants(pa.array([datetime(2026, 3, 1)], pa.timestamp("ms"))) is not None


@pytest.mark.parametrize("is_coded", [True, False])
def test_few_values_are_read_once_and_missing_ones_are_refused(is_coded):
    stored = pa.array(["a", None, "b"] * WORTH_ROWS)
    batch = RowBatch(
        pa.nulls(len(stored), pa.int64()), {"x": stored.dictionary_encode() if is_coded else stored}
    )

    found = convert(FieldRule(column="x", codes={"a": "A"}), KIND, Columns(batch, null_tokens=()))

    assert found.values.to_pylist()[:3] == ["A", None, None]
    assert found.reason.to_pylist()[:3] == [None, "missing", "unknown_code"]
