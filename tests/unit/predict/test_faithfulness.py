"""Reasons are faithful: without the named cause the models would have said less."""

import json

import numpy as np
import pyarrow as pa
import pytest

from liuke.predict.examples import read_population
from liuke.predict.hazards import learn_hazards
from liuke.predict.reason_choice import Speaker
from liuke.predict.reasons import ReasonsBook
from liuke.predict.rolling import examples_known, read_populations
from liuke.store import Engine
from tests.unit.predict.companies import AS_OF, FEATURES, MadeUp, inputs_of

NAMES = [item.name for item in FEATURES]


@pytest.fixture(scope="module")
def inputs():
    return inputs_of(MadeUp(), Engine(threads=1))


@pytest.fixture(scope="module")
def hazards(inputs):
    known = examples_known(inputs, read_populations(inputs), known_by=AS_OF)
    return learn_hazards(known, (1, 2, 3), inputs.definition.training, seed=1)


@pytest.fixture(scope="module")
def riskiest(inputs, hazards):
    """The sixty customers at the greatest risk."""
    table = read_population(inputs, as_of=AS_OF).table
    return table.take(np.argsort(-hazards.predict(table)[3])[:60])


@pytest.fixture(scope="module")
def reasons(hazards, riskiest):
    return Speaker(ReasonsBook(), FEATURES, "CNY").speak(hazards.explain(riskiest, NAMES), riskiest)


def neutralised(table, name):
    """The table with one feature as a typical customer has it."""
    typical = {"usage": 0.0, "arrears": 0.0, "noise": 0.0, "plan": "basic"}[name]
    place = table.column_names.index(name)
    return table.set_column(place, name, pa.array([typical] * len(table)))


def test_taking_the_first_named_cause_away_lowers_the_risk(hazards, riskiest, reasons):
    before = hazards.predict(riskiest)[3]
    without = {name: hazards.predict(neutralised(riskiest, name))[3] for name in NAMES}
    named = [next(iter(json.loads(said[0]["figures"]))) for said in reasons]

    lowered = [without[name][row] < before[row] for row, name in enumerate(named)]

    assert np.mean(lowered) >= 0.95


def test_the_first_named_cause_matters_more_than_one_that_has_no_effect(hazards, riskiest, reasons):
    before = hazards.predict(riskiest)[3]
    codes = [said[0]["code"] for said in reasons]
    without_noise = before - hazards.predict(neutralised(riskiest, "noise"))[3]
    without_usage = before - hazards.predict(neutralised(riskiest, "usage"))[3]

    assert set(codes) <= {"feature:usage", "feature:arrears"}  # the two causes that were planted
    blamed = np.array([code == "feature:usage" for code in codes])
    assert blamed.sum() >= 10
    assert without_usage[blamed].mean() > 5 * abs(without_noise[blamed]).mean()


def test_contributions_name_only_what_the_models_use(hazards, riskiest):
    added = hazards.explain(riskiest, [*NAMES, "never_seen"])

    assert added.shape == (60, len(NAMES) + 1)
    assert (added[:, -1] == 0).all()
    assert abs(added[:, NAMES.index("noise")]).mean() < 0.2 * abs(added[:, NAMES.index("usage")]).mean()


def test_the_explained_rank_as_the_risk_does(hazards, riskiest):
    """A greater sum of contributions is a greater risk, but for the weighing of months."""
    total = hazards.explain(riskiest, NAMES).sum(axis=1)

    assert np.corrcoef(total, hazards.predict(riskiest)[3])[0, 1] > 0.5
