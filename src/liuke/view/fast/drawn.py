"""Some customers instead of all: who learns from a sample needs no views of everybody else."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from liuke.view.fast.customers import Customers

Draw: TypeAlias = Callable[[pa.Array], np.ndarray]  # customer_id -> whether each is drawn


def keep_drawn(customers: Customers, draw: Draw | None) -> Customers:
    """Those of all customers who are drawn, in the same order; all of them without a draw."""
    if draw is None:
        return customers
    drawn = draw(customers.ids)
    place = np.cumsum(drawn) - 1
    ids = customers.ids.filter(pa.array(drawn))
    by_id = place[customers.by_id[drawn[customers.by_id]]]
    return Customers(ids, by_id, customers.known_at[drawn], customers.number[drawn], 0, len(ids))
