"""Some customers instead of all: who learns from a sample needs no views of everybody else."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from liuke.view.fast.customers import Customers

Draw: TypeAlias = Callable[[pa.Array], np.ndarray]  # customer_id -> whether each is drawn


def keep_drawn(customers: Customers, draw: Draw | None) -> Customers:
    """A run of those who are drawn, all others behind them; everybody without a draw.

    The others still count among those around the drawn: in their unit, at their dealer, in their call circle.
    """
    if draw is None:
        return customers
    drawn = draw(customers.ids)
    order, wanted = np.argsort(~drawn, kind="stable"), int(drawn.sum())
    return Customers(
        customers.ids.take(pa.array(order)),
        customers.known_at[order],
        customers.number[order],
        start=0,
        end=wanted,
        wanted=wanted,
    )
