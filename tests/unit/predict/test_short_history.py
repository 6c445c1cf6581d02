"""What cannot be learned yet stays empty, with the reason; what can be learned is told all the same."""

from datetime import date, datetime

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from liuke.predict import early_warning
from liuke.predict.rolling import read_populations
from liuke.store import Engine
from tests.unit.predict.companies import TELECOM, MadeUp, inputs_of


@pytest.fixture(scope="module")
def engine():
    return Engine(threads=1)


@pytest.fixture(scope="module")
def made():
    return MadeUp(customers=400, months=4)


def run(made, engine, as_of, **training):
    definition = TELECOM.model_copy(update={"training": TELECOM.training.model_copy(update=training)})
    return early_warning.run(inputs_of(made, engine, as_of=as_of, definition=definition))


def known_horizons(found):
    return [name for name in ("p_1m", "p_2m", "p_3m") if found.warnings[name].null_count == 0]


@pytest.mark.parametrize(
    "as_of, horizons",
    [
        (date(2025, 1, 1), []),
        (date(2025, 2, 1), ["p_1m"]),
        (date(2025, 3, 1), ["p_1m", "p_2m"]),
        (date(2025, 4, 1), ["p_1m", "p_2m", "p_3m"]),
    ],
)
def test_a_horizon_is_told_once_a_month_is_old_enough_to_learn_it_from(made, engine, as_of, horizons):
    found = run(made, engine, as_of, minimum_leavers=5)
    why = set(found.warnings["why_empty"].to_pylist())

    assert known_horizons(found) == horizons
    assert why == ({None} if len(horizons) == 3 else {"history_too_short"})
    assert (found.warnings["p_voluntary"].null_count == 0) == ("p_3m" in horizons)


def test_the_loss_is_that_of_the_longest_horizon_known(made, engine):
    found = run(made, engine, date(2025, 3, 1), minimum_leavers=5).warnings.slice(0, 5).to_pylist()

    for row in found:
        loss = row["p_2m"] * float(row["value_at_stake"])
        assert float(row["expected_loss"]) == pytest.approx(loss, abs=0.005)


def test_before_anything_is_judged_the_card_says_so(made, engine):
    card = run(made, engine, date(2025, 2, 1), minimum_leavers=5).card

    assert card["training"]["backtest"] == {"why_empty": "history_too_short"}
    assert "history_too_short" in {gap["code"] for gap in card["unknown"]}


@pytest.mark.parametrize(
    "limits, why",
    [
        ({"minimum_customers": 100_000}, "too_few_customers"),
        ({"minimum_leavers": 100_000}, "too_few_leavers"),
    ],
)
def test_too_little_to_learn_from_is_a_reason_and_no_number(made, engine, limits, why):
    found = run(made, engine, date(2025, 4, 1), **limits)

    assert known_horizons(found) == []
    assert set(found.warnings["why_empty"].to_pylist()) == {why}
    assert set(map(tuple, found.warnings["reasons"].to_pylist())) == {()}


@pytest.mark.parametrize(
    "recorded_from, days",
    [
        (datetime(2025, 1, 1), [date(2025, 4, 1), date(2025, 3, 1), date(2025, 2, 1)]),
        (datetime(2025, 2, 1), [date(2025, 4, 1), date(2025, 3, 1)]),
    ],
)
def test_months_before_the_first_record_teach_nothing(made, engine, recorded_from, days):
    """Nobody could be seen leaving then, so everybody would look as if they had stayed."""
    begun = {
        name: rows.filter(pc.greater_equal(rows["happened_at"], pa.scalar(recorded_from, pa.timestamp("us"))))
        for name, rows in made.tables.items()
        if name in ("statuses", "bills")
    }
    inputs = inputs_of(made, engine, as_of=date(2025, 5, 1), tables=made.tables | begun)

    assert [population.as_of for population in read_populations(inputs)] == days
