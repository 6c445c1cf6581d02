"""Coded events stand in one order, whatever instants they share."""

import numpy as np
import pytest

from liuke.view.fast.event_codes import _order


@pytest.mark.parametrize("apart", [1, 10**16], ids=["in one key", "too far apart for one key"])
def test_rows_are_ordered_by_customer_instant_and_knowledge(apart):
    draw = np.random.default_rng(3)
    number = draw.integers(0, 900, 5000).astype(np.int32)
    happened, known = (draw.integers(-4, 4, 5000) * apart for _ in range(2))

    order = _order(number, happened, known)

    assert order.tolist() == np.lexsort((known, happened, number)).tolist()


def test_no_rows_have_no_order():
    nothing = np.zeros(0, np.int64)
    assert _order(nothing, nothing, nothing).tolist() == []
