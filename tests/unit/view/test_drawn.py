"""Views of drawn customers are those of everybody, with the others left out."""

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import liuke.packs
from liuke.view.fast import compute_views
from liuke.view.features import load_features
from tests.contract.random_company import RandomCompany

DAYS = (date(2024, 2, 29), date(2024, 1, 31))
PACKS = Path(liuke.packs.__path__[0])


def is_even(customers: pa.Array) -> np.ndarray:
    return np.array([sum(map(ord, name)) % 2 == 0 for name in customers.to_pylist()], bool)


@pytest.mark.parametrize("draw", [is_even, lambda customers: np.zeros(len(customers), bool)])
def test_a_drawn_view_is_that_of_everybody_with_the_others_left_out(draw):
    features = load_features(PACKS / "telecom" / "features")
    tables = RandomCompany(features, as_of=DAYS[0], seed=5).tables
    settings = {"margin_rate": 0.5}

    everybody = compute_views(tables, features, as_of_days=DAYS, settings=settings)
    drawn = compute_views(tables, features, as_of_days=DAYS, settings=settings, draw=draw)

    for day in DAYS:
        wanted = everybody[day].filter(pa.array(draw(everybody[day]["customer_id"].combine_chunks())))
        assert drawn[day].to_pylist() == wanted.to_pylist()
        assert 0 <= len(wanted) < len(everybody[day])
