"""Every direction that a pack declares is kept: by each month's hazard and by each horizon, for everybody."""

from importlib.resources import files
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from liuke.kernel.errors import LiukeError
from liuke.predict.churn import load_churn
from liuke.predict.declared import check_monotone
from liuke.predict.examples import Example, Outcome, Population
from liuke.predict.hazards import learn_hazards
from liuke.view.features import load_features

PACKS = Path(str(files("liuke") / "packs"))
DECLARED = [
    (pack.name, name, sign)
    for pack in sorted(PACKS.iterdir())
    if (pack / "churn.toml").is_file()
    for name, sign in load_churn(pack / "churn.toml").training.monotone.items()
]
ROWS, SPREAD = 900, 7


def lie(sign: int, seed: int, name: str) -> Example:
    """Customers of whom a month of odd data says the opposite of what is declared, and one honest column."""
    draw = np.random.default_rng(seed)
    asked, other = draw.integers(0, 6, ROWS).astype(float), draw.normal(size=ROWS)
    chance = 1 / (1 + np.exp(2.0 + sign * 0.5 * (asked - 2.5) - other))
    first = (draw.random(ROWS) < chance).astype(float)
    second = np.maximum(first, draw.random(ROWS) < chance)
    table = pa.table({name: pa.array(asked, mask=draw.random(ROWS) < 0.1), "other": other})
    customers = np.array([f"k{i}" for i in range(ROWS)], dtype=object)
    return Example(Population(None, customers, table), Outcome({1: first, 2: second}, np.full(ROWS, None)))


def moved(table: pa.Table, name: str) -> list[pa.Table]:
    """The same customers with the feature at each of growing values."""
    place = table.column_names.index(name)
    return [
        table.set_column(place, name, pa.array(np.full(len(table), float(value)))) for value in range(SPREAD)
    ]


@pytest.mark.parametrize("pack, name, sign", DECLARED)
def test_no_hazard_moves_against_a_declared_direction(pack, name, sign):
    training = load_churn(PACKS / pack / "churn.toml").training
    training = training.model_copy(
        update={"monotone": {name: sign}, "minimum_customers": 1, "minimum_leavers": 1}
    )
    example = lie(sign, seed=3, name=name)
    free = training.model_copy(update={"monotone": {}})

    obeying = learn_hazards([example], (1, 2), training, seed=1)
    disobeying = learn_hazards([example], (1, 2), free, seed=1)
    tables = moved(example.population.table, name)

    for month in (0, 1):
        steps = np.diff([obeying.by_month(table)[month] for table in tables], axis=0)
        assert (sign * steps >= -1e-12).all()
    for months in (1, 2):
        steps = np.diff([obeying.predict(table)[months] for table in tables], axis=0)
        assert (sign * steps >= -1e-12).all()
    against = np.diff([disobeying.predict(table)[1] for table in tables], axis=0)
    assert (sign * against < -1e-3).any()  # without the declaration the odd data is believed


def test_every_declared_direction_is_of_a_declared_number():
    assert DECLARED
    for pack in {pack for pack, _, _ in DECLARED}:
        check_monotone(load_churn(PACKS / pack / "churn.toml"), load_features(PACKS / pack / "features"))


@pytest.mark.parametrize(
    "name, said", [("overdue_bill", "did you mean 'overdue_bills'"), ("plan", "has no direction")]
)
def test_a_direction_of_nothing_or_of_a_text_is_refused_with_the_way_out(name, said):
    definition = load_churn(PACKS / "telecom" / "churn.toml")
    training = definition.training.model_copy(update={"monotone": {name: 1}})

    with pytest.raises(LiukeError, match=said):
        check_monotone(
            definition.model_copy(update={"training": training}),
            load_features(PACKS / "telecom" / "features"),
        )
