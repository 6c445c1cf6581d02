"""One snapshot: every customer scored by models that never saw them, one month only, no claim in time."""

from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pytest

from liuke.predict import early_warning
from liuke.predict.churn import ChurnDefinition
from liuke.store import Engine
from tests.unit.predict.companies import MadeUp, bills, inputs_of, rows

AS_OF = date(2025, 3, 1)
SNAPSHOT = ChurnDefinition.model_validate(
    {
        "method": "cross_fit",
        "horizons": [1],
        "voluntary": {"statuses": ["closed_voluntary"]},
        "training": {"folds": 3, "minimum_customers": 200, "minimum_leavers": 20},
        "listing": {"explained": 50},
    }
)
NAMES = np.array([f"k{i:04d}" for i in range(600)])


@pytest.fixture(scope="module")
def engine():
    return Engine(threads=1)


def snapshot(*, pull, told_at=datetime(2025, 4, 1)):
    """Views and tables of customers of one day; who left in the month after it was told later."""
    random = np.random.default_rng(5)
    usage = random.normal(0, 1, len(NAMES))
    left = NAMES[random.random(len(NAMES)) < 1 / (1 + np.exp(1.2 + pull * usage))]
    seen = {
        "usage": usage,
        "arrears": np.zeros(len(NAMES)),
        "noise": np.arange(len(NAMES), dtype=float),  # as good as a name: one could learn it by heart
        "plan": random.choice(["basic", "plus"], len(NAMES)),
    }
    early = [datetime(2024, 1, 1)] * len(NAMES)
    tables = {
        "customers": rows("customers", customer_id=NAMES, known_at=early),
        "statuses": rows(
            "statuses",
            account_id=left,
            customer_id=left,
            status=["closed_voluntary"] * len(left),
            happened_at=[datetime(2025, 3, 1)] * len(left),
            known_at=[told_at] * len(left),
        ),
        "bills": bills(NAMES, random.integers(50_00, 200_00, len(NAMES))),
    }
    return {AS_OF: pa.table({"customer_id": NAMES, **seen})}, tables


def run(engine, *, without_outcome=False, **changes):
    views, tables = snapshot(**changes)
    if without_outcome:
        tables["statuses"] = tables["statuses"][:0]
    return early_warning.run(
        inputs_of(MadeUp(customers=10), engine, definition=SNAPSHOT, as_of=AS_OF, tables=tables, views=views)
    )


@pytest.fixture(scope="module")
def found(engine):
    return run(engine, pull=2.0)


def test_one_month_is_told_and_the_others_say_why_not(found):
    table = found.warnings

    assert table["p_1m"].null_count == 0
    assert (
        table["p_2m"].null_count == table["p_3m"].null_count == table["p_voluntary"].null_count == len(NAMES)
    )
    assert set(table["why_empty"].to_pylist()) == {"one_snapshot"}
    assert "时点" in table["why_empty_zh"][0].as_py()
    assert "snapshot" in table["why_empty_en"][0].as_py()


def test_nobody_is_missing_though_some_left_later(found):
    assert found.warnings["customer_id"].to_pylist() == NAMES.tolist()
    assert found.leavings.num_rows == 0  # none was known by the as-of day


def test_the_loss_is_that_of_the_longest_horizon_there_is(found):
    row = found.warnings.slice(0, 1).to_pylist()[0]

    assert float(row["expected_loss"]) == pytest.approx(row["p_1m"] * float(row["value_at_stake"]), abs=0.005)


def test_the_card_claims_no_forecast_in_time(found):
    training = found.card["training"]

    assert training["claim"].startswith("No forecast in time is claimed")
    assert training["backtest"]["pooled_out_of_fold"] is True
    assert training["backtest"]["horizons"]["1m"]["auc"]["value"] > 0.8


def test_what_was_learned_by_heart_does_not_help(engine):
    card = run(engine, pull=0.0).card

    # Out of fold, chance lies below a half: what leans one way among the others leans back among these.
    assert card["training"]["backtest"]["horizons"]["1m"]["auc"]["value"] < 0.55


@pytest.mark.parametrize("told_at", [datetime(2025, 3, 2), datetime(2025, 6, 1)])
def test_the_outcome_may_have_become_known_at_any_time(engine, told_at):
    card = run(engine, pull=2.0, told_at=told_at).card

    assert card["training"]["learned"][0]["leavers"] > 50


def test_no_outcome_is_a_reason_and_no_number(engine):
    found = run(engine, pull=2.0, without_outcome=True)

    assert found.warnings["p_1m"].null_count == len(NAMES)
    assert set(found.warnings["why_empty"].to_pylist()) == {"outcome_not_known"}
    assert found.warnings["reasons"].to_pylist() == [[]] * len(NAMES)
    assert found.warnings["expected_loss"].null_count == len(NAMES)
