"""Rolling early warning: honest dates, ordered horizons, whole parts, repeatable, nothing from the future."""

import json
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from liuke.predict import early_warning
from liuke.predict.examples import read_population
from liuke.predict.model_set import ModelSet
from liuke.predict.result_tables import LEAVINGS, VALUES, WARNINGS
from liuke.predict.standing import reign_of
from liuke.store import Engine
from tests.unit.predict.companies import AS_OF, MadeUp, inputs_of, rows


@pytest.fixture(scope="module")
def engine():
    return Engine(threads=1)


@pytest.fixture(scope="module")
def made():
    return MadeUp()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def found(made, engine, folder):
    return early_warning.run(inputs_of(made, engine, model_folder=folder))


@pytest.fixture(scope="module")
def backtest(found):
    return found.card["training"]["backtest"]


def column(table, name):
    return table[name].to_numpy(zero_copy_only=False).astype(float)


def test_the_tables_have_the_promised_columns(found):
    assert found.warnings.schema == WARNINGS
    assert found.values.schema == VALUES
    assert found.leavings.schema == LEAVINGS


def test_those_at_risk_are_answered_once_in_order_and_those_gone_are_absent(found, made):
    listed = found.warnings["customer_id"].to_pylist()
    gone = set(found.leavings["customer_id"].to_pylist())

    assert listed == sorted(set(listed))
    assert gone
    assert set(listed) | gone == set(made.tables["customers"]["customer_id"].to_pylist())
    assert not set(listed) & gone
    assert found.values["customer_id"].to_pylist() == listed


def test_risk_grows_with_the_horizon_and_its_kinds_add_up(found):
    p1, p2, p3 = (column(found.warnings, f"p_{months}m") for months in (1, 2, 3))
    kinds = [column(found.warnings, f"p_{kind}") for kind in ("voluntary", "involuntary", "dormant")]

    assert ((p1 > 0) & (p1 <= p2) & (p2 <= p3) & (p3 < 1)).all()
    assert np.allclose(sum(kinds), p3, atol=1e-12)
    assert (kinds[2] == 0).all()  # not declared here


def test_the_known_causes_are_found(found, made):
    view = made.views[AS_OF]
    present = pc.is_in(view["customer_id"], found.warnings["customer_id"].combine_chunks())
    view = view.filter(present).sort_by("customer_id")
    low, owes = column(view, "usage") < -1.2, column(view, "arrears") > 0
    p1 = column(found.warnings, "p_1m")

    assert p1[low | owes].mean() > 5 * p1[~(low | owes)].mean()
    only_owes = owes & ~low
    voluntary, involuntary = (column(found.warnings, f"p_{kind}") for kind in ("voluntary", "involuntary"))
    assert involuntary[only_owes].mean() > voluntary[only_owes].mean()


def test_the_backtest_learned_nothing_later_than_the_judged_day(backtest):
    assert backtest["judged_as_of"] == "2025-08-01"  # the last day whose three months are over
    assert backtest["known_by"] == "2025-08-01"
    assert max(backtest["learned_as_of"]) == "2025-07-01"  # its first month was over by then
    assert backtest["horizons"]["1m"]["auc"]["value"] > 0.85
    assert backtest["horizons"]["3m"]["ece"]["value"] < 0.06


def test_the_champion_is_kept_and_says_the_same_when_read_again(found, made, engine, folder):
    now = read_population(inputs_of(made, engine), as_of=AS_OF)
    reign = reign_of(folder, as_of=AS_OF)

    champion = ModelSet.load(folder / reign.file_name)

    assert champion.predict(now.table)[1] == pytest.approx(column(found.warnings, "p_1m"), abs=1e-12)
    assert found.card["training"]["champion"]["sha256"] == reign.sha256
    assert (champion.months, champion.split.kinds) == (3, ("voluntary", "involuntary"))


def test_the_list_in_force_learned_from_every_known_outcome(found):
    training = found.card["training"]

    assert max(training["learned_as_of"]) == "2025-10-01"
    assert training["made_as_of"] == "2025-11-01"
    assert [part["leavers"] > 0 for part in training["learned"]] == [True, True, True]


def test_the_same_inputs_and_champion_give_the_same_bytes(found, made, engine, folder):
    again = early_warning.run(inputs_of(made, engine, model_folder=folder))

    assert again.warnings.equals(found.warnings)
    assert again.values.equals(found.values)
    assert json.dumps(again.card, sort_keys=True) == json.dumps(found.card, sort_keys=True)


def test_nothing_known_on_or_after_the_as_of_day_changes_anything(found, made, engine):
    more = rows(
        "statuses",
        account_id=["k0000", "k0001"],
        customer_id=["k0000", "k0001"],
        status=["closed_voluntary"] * 2,
        happened_at=[datetime(2025, 10, 15), datetime(2025, 11, 2)],
        known_at=[datetime(2025, 11, 1), datetime(2025, 10, 1)],  # told too late; announced, not happened
    )
    past = made.tables["statuses"].filter(pc.field("happened_at") < datetime(2025, 11, 1))
    other_future = made.tables | {"statuses": pa.concat_tables([past, more])}

    again = early_warning.run(inputs_of(made, engine, tables=other_future))

    assert past.num_rows < made.tables["statuses"].num_rows
    assert again.warnings.equals(found.warnings)
    assert again.leavings.equals(found.leavings)


def test_when_leaving_has_no_cause_nothing_is_found(engine):
    made = MadeUp(customers=900)
    random = np.random.default_rng(3)
    names = made.tables["customers"]["customer_id"].to_numpy(zero_copy_only=False)
    shuffled = {
        day: view.set_column(0, "customer_id", pa.array(random.permutation(names)))
        for day, view in made.views.items()
    }

    card = early_warning.run(inputs_of(made, engine, views=shuffled)).card
    measured = card["training"]["backtest"]["horizons"]

    for months in ("1m", "2m", "3m"):
        assert abs(measured[months]["auc"]["value"] - 0.5) < 0.1
