"""Small populations for tests: plain customers, changed in what a test is about."""

from datetime import date

import numpy as np

from liuke.world.months import Month
from liuke.world.newcomers import founders
from liuke.world.population import Population
from liuke.world.units import Tree, tree_for

SEED = 5
MARCH = Month(date(2026, 3, 1))
TREE: Tree = tree_for(100)


def customers(count: int, **columns: object) -> Population:
    """Customers of long standing who joined before March; the named columns have the given values."""
    pop = founders(count, TREE, seed=SEED, month=MARCH.later(-6))
    for name, value in columns.items():
        column = getattr(pop, name)
        setattr(pop, name, np.broadcast_to(np.asarray(value, column.dtype), column.shape).copy())
    return pop
