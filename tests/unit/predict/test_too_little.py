"""Too little to learn from: a sentence that names what is missing and the way out; nothing is lost."""

from dataclasses import replace
from datetime import date, datetime

import pyarrow as pa
import pytest

from liuke.predict import early_warning
from liuke.predict.champion import challenge
from liuke.predict.standing import POINTER
from liuke.predict.unlearned import NothingLearned
from liuke.store import Engine
from tests.unit.predict.companies import AS_OF, TELECOM, MadeUp, inputs_of, rows

ONE_MONTH = TELECOM.model_copy(update={"horizons": (1,)})


@pytest.fixture(scope="module")
def engine():
    return Engine(threads=1)


@pytest.fixture(scope="module")
def made():
    return MadeUp(customers=150, months=10)


def teach(**training):
    learned = {"as_of_dates": 2, "minimum_customers": 50, "minimum_leavers": 5} | training
    return ONE_MONTH.model_copy(update={"training": ONE_MONTH.training.model_copy(update=learned)})


def constant(view):
    """The same for everybody in every column."""
    count = len(view)
    return pa.table(
        {
            "customer_id": view["customer_id"],
            **{name: pa.array([1.0] * count) for name in ("usage", "arrears", "noise")},
            "plan": pa.array(["basic"] * count),
        }
    )


def empty(view):
    """Nothing known of anybody."""
    types = {"usage": pa.float64(), "arrears": pa.float64(), "noise": pa.float64(), "plan": pa.string()}
    return pa.table(
        {"customer_id": view["customer_id"]}
        | {name: pa.nulls(len(view), kind) for name, kind in types.items()}
    )


def nobody_leaves(made):
    return {"tables": made.tables | {"statuses": rows("statuses", account_id=[])}}


def everybody_leaves(made):
    names = made.tables["customers"]["customer_id"].to_pylist()
    at = [datetime(2025, 10, 5)] * len(names)
    gone = rows(
        "statuses",
        account_id=names,
        customer_id=names,
        happened_at=at,
        known_at=at,
        status=["closed_voluntary"] * len(names),
    )
    return {"tables": made.tables | {"statuses": gone}}


CASES = {
    "too_few_customers": lambda made: {"definition": teach(minimum_customers=10_000)},
    "too_few_leavers": nobody_leaves,
    "nobody_stayed": everybody_leaves,
    "history_too_short": lambda made: {"as_of": date(2025, 1, 1)},
    "constant": lambda made: {"views": {day: constant(view) for day, view in made.views.items()}},
    "all missing": lambda made: {"views": {day: empty(view) for day, view in made.views.items()}},
}
WHY = {"constant": "features_constant", "all missing": "features_constant"}


def ask(case, made, engine, folder):
    told = {"definition": teach(as_of_dates=1 if case == "nobody_stayed" else 2)} | CASES[case](made)
    return inputs_of(made, engine, model_folder=folder, **told)


@pytest.fixture(scope="module")
def folder(made, engine, tmp_path_factory):
    """A champion in force, which must be there afterwards."""
    place = tmp_path_factory.mktemp("kept")
    challenge(inputs_of(made, engine, definition=teach(), as_of=AS_OF, model_folder=place))
    return place


@pytest.mark.parametrize("case", CASES)
def test_training_refuses_with_a_reason_and_the_champion_stays(case, made, engine, folder):
    before = {place.name: place.read_bytes() for place in folder.iterdir() if place.is_file()}

    with pytest.raises(NothingLearned) as refused:
        challenge(ask(case, made, engine, folder))

    assert refused.value.code == WHY.get(case, case)
    assert before == {place.name: place.read_bytes() for place in folder.iterdir() if place.is_file()}


@pytest.mark.parametrize("case", CASES)
def test_the_list_names_the_reason_for_everybody_and_puts_nothing_in_force(case, made, engine, tmp_path):
    found = early_warning.run(ask(case, made, engine, tmp_path))

    assert found.card["training"]["why_empty"] == WHY.get(case, case)
    assert set(found.warnings["why_empty"].to_pylist()) <= {WHY.get(case, case)}
    assert found.warnings["p_1m"].null_count == found.warnings.num_rows
    assert not (tmp_path / POINTER).exists()


def test_once_there_is_enough_the_same_folder_gets_its_champion(made, engine, tmp_path):
    early_warning.run(ask("too_few_customers", made, engine, tmp_path))
    early_warning.run(replace(ask("too_few_customers", made, engine, tmp_path), definition=teach()))

    assert (tmp_path / POINTER).exists()
