"""Reading each distinct value once says the same of every row as reading every row."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.ingest.originals import _quoted
from liuke.ingest.values.distinct import WORTH_ROWS, distinct, map_distinct, read_distinct
from liuke.ingest.values.flags import read_flag
from liuke.ingest.values.numbers import read_number
from liuke.ingest.values.text import clean
from liuke.ingest.values.times import plain_instants, read_instants

VALUES = st.sampled_from(
    [None, "", " 1", "yes", "NO", "2026-03-31", "2026-02-29", "1e9", 'a"b\\', "\x01", "１２"]
)


def longer(values):
    """Few values, often enough to be read by value."""
    return pa.array((values * WORTH_ROWS)[: 2 * WORTH_ROWS], pa.string())


@settings(max_examples=30, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=8))
@pytest.mark.parametrize("read", [read_instants, read_flag, read_number])
def test_values_and_refusals_are_those_of_every_row(read, values):
    text = longer(values)

    by_value, by_row = read_distinct(text, read), read(text)

    assert by_value.values.equals(by_row.values)
    assert by_value.reason.equals(by_row.reason)


@settings(max_examples=30, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=8))
@pytest.mark.parametrize("change", [clean, _quoted])
def test_changed_texts_are_those_of_every_row(change, values):
    assert map_distinct(longer(values), change).equals(change(longer(values)))


def test_each_distinct_value_is_read_once():
    seen = []
    map_distinct(longer(["a", None, "b"]), lambda text: (seen.append(len(text)), text)[1])

    assert seen == [3]


def test_a_column_of_ever_new_values_is_read_row_by_row():
    seen = []
    text = pa.array([str(i) for i in range(2 * WORTH_ROWS)])
    map_distinct(text, lambda values: (seen.append(len(values)), values)[1])

    assert seen == [len(text)]


@pytest.mark.parametrize(
    "text, is_plain",
    [
        ("2026-03-31", True),
        ("2026-03-31 23:59:59", True),
        ("2026-03-31T23:59:59", True),
        ("2026-02-29", False),  # no such day
        ("2026-03-31 24:00:00", False),
        ("2026-03-31 23:59", False),
        ("2026-03-31T00:00+08", False),  # as long as a plain one, but with an offset
        ("1799-12-31", False),
        ("1800-01-01", True),
        ("2299-12-31", True),
        ("2300-01-01", False),
    ],
)
def test_only_the_plain_form_is_read_without_a_pattern(text, is_plain):
    column = pa.array([text, None], pa.string())
    found = plain_instants(column)

    assert (found is not None) == is_plain
    if is_plain:
        slow = read_instants(pa.array([text, None, "2026/1/1"], pa.string()))  # one other form: by pattern
        assert found.equals(slow.values.slice(0, 2))


def test_a_dictionary_that_fills_its_narrow_index_still_tells_of_the_missing():
    words = [f"w{number:03d}" for number in range(128)]
    narrow = pa.DictionaryArray.from_arrays(pa.array([0, None, 127], pa.int8()), pa.array(words))

    values, indices = distinct(narrow)

    assert values.take(indices).to_pylist() == ["w000", None, "w127"]
