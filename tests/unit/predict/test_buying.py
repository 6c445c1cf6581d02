"""Silence and value of buyers: judged on later days, valued with intervals, or a reason for each gap."""

import json
from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from liuke.predict import early_warning
from liuke.predict.churn import ChurnDefinition
from liuke.store import Engine
from tests.unit.predict.companies import MadeUp, inputs_of, rows

AS_OF = date(2026, 7, 1)
JUDGED = date(2026, 4, 1)
NOBODY = MadeUp(customers=10)  # all that matters is given beside it
RETAIL = ChurnDefinition.model_validate(
    {
        "method": "beta_geo",
        "dormant": {"silent_days": 120, "events": ["purchase"]},
        "training": {"minimum_customers": 100, "minimum_leavers": 30},
        "listing": {"explained": 400},
    }
)


def purchases(*, customers=700, days=540, seed=4):
    """Customers who buy at their own rate and give up after a purchase with their own chance."""
    random = np.random.default_rng(seed)
    who, when, fen = [], [], []
    for number in range(customers):
        rate, gives_up = random.gamma(1.2, 1 / 25), random.beta(1, 4)
        mean, day = random.gamma(4, 1500), float(random.integers(0, days - 90))
        while day < days:
            who.append(f"k{number:04d}")
            when.append(datetime(2026, 7, 1) - timedelta(days=days - int(day), hours=-12))
            fen.append(int(random.gamma(4, mean / 4)) + 1)
            if random.random() < gives_up:
                break
            day += random.exponential(1 / rate)
    return rows(
        "events",
        row_key=[str(i) for i in range(len(who))],
        customer_id=who,
        happened_at=when,
        kind=["purchase"] * len(who),
        amount_fen=fen,
        known_at=when,
    )


@pytest.fixture(scope="module")
def engine():
    return Engine(threads=1)


@pytest.fixture(scope="module")
def tables():
    events = purchases()
    names = [*sorted(set(events["customer_id"].to_pylist())), "never"]
    early = [datetime(2024, 1, 1)] * len(names)
    return {"events": events, "customers": rows("customers", customer_id=names, known_at=early)}


def run(engine, tables, definition=RETAIL):
    names = tables["customers"]["customer_id"]
    nothing = [0.0] * len(names)
    seen = {"usage": nothing, "arrears": nothing, "noise": nothing, "plan": ["x"] * len(names)}
    views = dict.fromkeys((AS_OF, JUDGED), pa.table({"customer_id": names, **seen}))
    return early_warning.run(
        inputs_of(
            MadeUp(customers=10), engine, definition=definition, as_of=AS_OF, tables=tables, views=views
        )
    )


@pytest.fixture(scope="module")
def found(engine, tables):
    return run(engine, tables)


def test_all_the_risk_is_of_falling_silent(found):
    table = found.warnings.filter(pc.field("customer_id") != "never")

    assert table["p_dormant"].equals(table["p_3m"])
    assert set(table["p_voluntary"].to_pylist()) == {0.0}
    assert table["why_empty"].null_count == len(table)


def test_the_silent_are_absent_and_who_never_bought_has_a_reason(found):
    never = found.warnings.filter(pc.field("customer_id") == "never").to_pylist()[0]
    gone = set(found.leavings["customer_id"].to_pylist())

    assert (never["p_1m"], never["why_empty"]) == (None, "no_purchase_yet")
    assert never["value_at_stake"] is None
    assert len(found.warnings) < 701
    assert gone - set(found.warnings["customer_id"].to_pylist())


def test_the_backtest_judges_only_whom_it_could_have_been_wrong_about(found):
    backtest = found.card["training"]["backtest"]

    assert backtest["judged_as_of"] == "2026-04-01"
    assert (
        0
        < backtest["horizons"]["1m"]["n"]
        < backtest["horizons"]["3m"]["n"]
        < found.card["customers_at_risk"]
    )
    measured = backtest["horizons"]["3m"]
    assert abs(measured["mean_p"] - measured["base_rate"]) < 0.12
    assert backtest["purchases"]["made"] == pytest.approx(backtest["purchases"]["expected"], rel=0.2)


def test_values_lie_within_their_intervals_and_grow_with_the_purchases(found):
    values = found.values.filter(pc.field("customer_id") != "never")
    low, clv, high = (values[name].cast(pa.float64()).to_numpy() for name in ("clv_low", "clv", "clv_high"))

    assert ((low <= high) & (clv >= 0)).all()
    assert (clv <= high).mean() > 0.75  # a mean above the interval needs a rare and great win
    assert values["why_empty"].null_count == len(values)


def test_what_comes_back_lowers_value_and_no_chance(engine, tables, found):
    """Half of every purchase of every second customer is brought back within the hour."""
    events = tables["events"].to_pylist()
    back = [
        row | {"kind": "refund", "amount_fen": -(row["amount_fen"] // 2), "row_key": f"back {row['row_key']}"}
        for row in events
        if int(row["customer_id"][1:]) % 2 == 0
    ]
    refunded = tables | {"events": pa.Table.from_pylist([*events, *back], schema=tables["events"].schema)}
    less = run(engine, refunded)
    at_stake, before = (
        sum(each["value_at_stake"].drop_null().to_pylist()) for each in (less.warnings, found.warnings)
    )
    margins, margins_before = (
        sum(each.values["margin_12m"].drop_null().to_pylist()) for each in (less, found)
    )

    assert less.warnings["p_3m"].equals(found.warnings["p_3m"])
    assert 0.6 < at_stake / before < 0.9
    assert 0.6 < margins / margins_before < 0.9


def test_reasons_carry_the_silence(found):
    listed = [row for row in found.warnings.to_pylist() if row["reasons"]]

    assert listed
    for row in listed:
        assert row["p_3m"] > 0
        figures = [json.loads(reason["figures"]) for reason in row["reasons"]]
        assert any("days_silent" in told for told in figures)


def test_the_same_inputs_give_the_same_bytes(engine, tables, found):
    again = run(engine, tables)

    assert again.warnings.equals(found.warnings)
    assert again.values.equals(found.values)
    assert json.dumps(again.card, sort_keys=True) == json.dumps(found.card, sort_keys=True)


@pytest.mark.parametrize(
    "limits, why",
    [
        ({"minimum_customers": 10_000}, "too_few_customers"),
        ({"minimum_customers": 100, "minimum_leavers": 10_000}, "too_few_repeats"),
    ],
)
def test_too_little_to_learn_from_is_a_reason(engine, tables, limits, why):
    definition = RETAIL.model_copy(update={"training": RETAIL.training.model_copy(update=limits)})

    found = run(engine, tables, definition)

    assert set(found.warnings["why_empty"].to_pylist()) == {why}
    assert found.warnings["p_3m"].null_count == len(found.warnings)
    assert found.card["training"]["backtest"]["why_empty"] == why
    assert found.values["margin_12m"].null_count == 1  # what was bought is known all the same, but of "never"
