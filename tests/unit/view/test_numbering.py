"""Customers are found by their numbers as Arrow finds them, whatever their customer_id looks like."""

import random
from unittest.mock import patch

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from liuke.view.fast import number_loops
from liuke.view.fast.numbering import Numbers

LETTERS = "aK0 客\U0001f600"


@pytest.fixture
def loops_in_python():
    loops = {name: getattr(number_loops, name).loop for name in ("pack_texts", "find_numbers", "put_numbers")}
    with np.errstate(over="ignore"), patch.multiple(number_loops, **loops):
        yield


def drawn(seed: int, *, longest: int, count: int = 400) -> list[str]:
    draw = random.Random(seed)
    return ["".join(draw.choices(LETTERS, k=draw.randrange(longest + 1))) for _ in range(count)]


def found_by_arrow(numbers: Numbers, customers: pa.ChunkedArray) -> list[int]:
    return pc.fill_null(pc.index_in(customers, value_set=numbers.ids), -1).to_pylist()


@pytest.mark.parametrize("longest", [0, 1, 3, 12])
def test_each_is_found_and_no_other(longest):
    same_as_arrow(longest)


@pytest.mark.usefixtures("loops_in_python")
def test_the_loops_say_the_same_in_python():
    same_as_arrow(3)


def same_as_arrow(longest):
    ids = pa.array(sorted(set(drawn(1, longest=longest)))).slice(1)
    rows = pa.array([*drawn(2, longest=longest), None, "x" * 40, *drawn(3, longest=2)])
    customers = pa.chunked_array([rows.slice(3, 200), rows.slice(203), rows.slice(0, 0)])

    found = Numbers(ids).of(customers)

    assert found.dtype == np.int32
    assert found.tolist() == found_by_arrow(Numbers(ids), customers)
    assert longest == 0 or 0 < (found >= 0).sum() < len(found)


@pytest.mark.parametrize("length", [15, 16, 40])
def test_ids_as_long_as_two_words_and_longer(length):
    ids = pa.array([f"{number:0{length}}" for number in range(50)] + ["7"])
    customers = pa.chunked_array([pa.array([f"{3:0{length}}", f"{60:0{length}}", "7", "3", None])])

    assert Numbers(ids).of(customers).tolist() == [3, -1, 50, -1, -1]


def test_what_differs_in_a_byte_of_nought_is_another():
    ids = pa.array(["a", "a\0", "\0a", ""])
    customers = pa.chunked_array([pa.array(["\0a", "", "a\0", "a", "\0"])])

    assert Numbers(ids).of(customers).tolist() == [2, 3, 1, 0, -1]


def test_newcomers_get_the_next_numbers_in_order():
    customers = pa.chunked_array([pa.array(["c", "b", None, "a", "c", "d"])])
    known = Numbers(pa.array(["b"]))
    number = known.of(customers)

    more = known.with_new(customers, number)

    assert not known.knows(customers, number)
    assert more.ids.to_pylist() == ["b", "a", "c", "d"]
    assert more.knows(customers, more.of(customers))


def test_nobody_is_known_at_first():
    nobody = Numbers(pa.array([], pa.string()))

    assert nobody.of(pa.chunked_array([["a", "b"]])).tolist() == [-1, -1]
    assert nobody.of(pa.chunked_array([], pa.string())).tolist() == []
