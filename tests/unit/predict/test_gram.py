import numpy as np
import pytest
from scipy.linalg.blas import dsyrk

from liuke.predict import gram


@pytest.mark.parametrize("rows, columns", [(1, 1), (7, 3), (2_001, 77), (3, 9), (5, 0)])
def test_the_bits_are_those_of_the_call_that_keeps_other_threads_waiting(rows, columns):
    table = np.random.default_rng(rows).normal(size=(rows, columns))
    expected = dsyrk(1.0, table.T) if columns else np.zeros((0, 0))
    assert np.array_equal(gram.upper_gram(table), expected)


def test_rows_in_any_layout_are_the_same_rows():
    table = np.random.default_rng(1).normal(size=(40, 12))
    expected = gram.upper_gram(table[::2, ::3].copy())
    assert np.array_equal(gram.upper_gram(table[::2, ::3]), expected)
    assert np.array_equal(gram.upper_gram(np.asfortranarray(table[::2, ::3])), expected)


def test_a_routine_declared_otherwise_is_not_called_by_its_address(monkeypatch):
    table = np.random.default_rng(2).normal(size=(30, 4))
    expected = gram.upper_gram(table)
    monkeypatch.setattr(gram, "_SIGNATURE", "void (char *)")
    gram._routine.cache_clear()
    try:
        assert gram._routine() is None
        assert np.array_equal(gram.upper_gram(table), expected)
    finally:
        gram._routine.cache_clear()
