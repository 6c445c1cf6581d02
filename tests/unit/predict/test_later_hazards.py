"""Leaving beyond the horizons: what is learned, what it is worth, and that both hold of other customers."""

from datetime import date, datetime

import numpy as np
import pyarrow.compute as pc
import pytest

from liuke.kernel.days import add_months
from liuke.predict import early_warning
from liuke.predict.champion import find_champion
from liuke.predict.examples import draw_customers, read_population
from liuke.predict.later_hazards import later_days, learn_later
from liuke.predict.rolling import read_populations
from liuke.store import Engine
from tests.unit.predict.companies import TELECOM, MadeUp, bills, inputs_of

AS_OF = date(2027, 1, 1)  # two years after the first month
LIFETIME = 24


@pytest.fixture(scope="module")
def made():
    """A company that can be looked at for two years after the day."""
    made = MadeUp(customers=2500, months=2 * LIFETIME, pull=0.1)
    names = made.tables["customers"]["customer_id"].to_numpy(zero_copy_only=False)
    fen = np.random.default_rng(3).integers(50_00, 200_00, len(names))
    made.tables["bills"] = bills(names, fen, months=32)
    return made


@pytest.fixture(scope="module")
def inputs(made, tmp_path_factory):
    return inputs_of(made, Engine(threads=1), as_of=AS_OF, model_folder=tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def found(inputs):
    return early_warning.run(inputs)


def numbers(table, name):
    return table[name].cast("float64").to_numpy(zero_copy_only=False)


def months_stayed(made, customers):
    """How many of the 24 months ahead each customer stayed; the month they left in as a half."""
    statuses = made.tables["statuses"]
    ahead = statuses.filter(pc.greater_equal(statuses["happened_at"], datetime(2027, 1, 1)))
    left = dict(zip(ahead["account_id"].to_pylist(), ahead["happened_at"].to_pylist(), strict=True))
    edges = [datetime.combine(add_months(AS_OF, month), datetime.min.time()) for month in range(1, 25)]
    whole = [sum(edge <= left[name] for edge in edges) if name in left else 24 for name in customers]
    return np.array([months if months == 24 else months + 0.5 for months in whole])


def test_days_reach_back_a_stretch_and_its_repeats():
    back = [
        (AS_OF.year - day.year) * 12 + AS_OF.month - day.month for day in later_days(TELECOM, as_of=AS_OF)
    ]

    assert back == [6, 9, 12, 15, 18, 24, 27, 30]


def test_stretches_are_learned_as_far_as_outcomes_are_known(inputs):
    year = learn_later(inputs, known_by=AS_OF, seed=1)
    half = learn_later(inputs, known_by=date(2025, 11, 1), seed=1)
    none = learn_later(inputs, known_by=date(2025, 5, 1), seed=1)

    assert (year.ends[:2], half.ends, none.ends) == ((6, 12), (6,), ())
    assert (half.why_empty, none.why_empty) == ("history_too_short", "history_too_short")
    assert (half.reaches(12), half.reaches(13)) == (True, False)


def test_what_tells_of_next_month_tells_less_of_next_year(inputs, found):
    """Usage wanders: who uses little now leaves soon, or uses more again."""
    champion = find_champion(inputs).champion
    table = read_population(inputs, as_of=AS_OF).table
    hazards = champion.hazards_ahead(table, champion.hazards.by_month(table), LIFETIME)
    low = table["usage"].to_numpy() < np.quantile(table["usage"].to_numpy(), 0.1)

    ratio = hazards[low].mean(axis=0) / hazards[~low].mean(axis=0)

    assert hazards.shape == (len(table), LIFETIME)
    assert ratio[0] > 2 * ratio[11]


def test_the_year_said_is_the_year_lived_by_customers_nobody_learned_from(found):
    judged = found.card["training"]["lifetime"]["judged"]

    assert judged["judged_as_of"] == "2026-01-01"
    assert judged["n"] > 500
    assert judged["stayed_low"] - 0.02 <= judged["said_to_stay"] <= judged["stayed_high"] + 0.02


def test_lifetime_values_are_what_customers_turn_out_to_bring(made, found):
    """Two years later: the mean within a tenth, and about four in five within their ranges."""
    values = found.values.filter(pc.is_valid(found.values["clv"]))
    clv, low, high = (numbers(values, name) for name in ("clv", "clv_low", "clv_high"))
    month = numbers(values, "margin_12m") / 12
    stayed = months_stayed(made, values["customer_id"].to_pylist())
    weights = 1.1 ** (-(np.arange(LIFETIME) + 0.5) / 12)
    worth = np.append(0, np.cumsum(weights))
    brought = month * np.interp(stayed, np.arange(LIFETIME + 1), worth)

    assert len(values) == len(found.values) > 800
    assert ((low <= clv) & (clv <= high)).all()
    assert clv.mean() == pytest.approx(brought.mean(), rel=0.1)
    assert 0.72 <= np.mean((brought >= low - 0.01) & (brought <= high + 0.01)) <= 0.95


def test_a_stored_champion_says_the_same_lifetimes(inputs, found):
    """Read back from its file it tells the same list and values, byte for byte."""
    again = early_warning.run(inputs)

    assert again.values.equals(found.values)
    assert again.card["training"]["lifetime"] == found.card["training"]["lifetime"]


def test_with_too_little_history_there_is_no_lifetime_value_and_it_says_why(made):
    early = early_warning.run(inputs_of(made, Engine(threads=1), as_of=date(2025, 11, 1)))

    assert pc.all(pc.is_null(early.values["clv"])).as_py()
    assert "lifetime_beyond_horizon" in early.values["why_empty"].to_pylist()


def test_of_a_very_large_company_the_same_customers_are_learned_from_every_month(made):
    """Everybody is still told of."""
    small = TELECOM.model_copy(
        update={"training": TELECOM.training.model_copy(update={"maximum_customers": 400})}
    )
    inputs = inputs_of(made, Engine(threads=1), as_of=AS_OF, definition=small)
    present = len(read_population(inputs, as_of=AS_OF))
    learned = [set(population.customers) for population in read_populations(inputs)]

    share = 400 / present
    everybody = [read_population(inputs, as_of=add_months(AS_OF, -back)) for back in (1, 2)]
    assert all(
        abs(len(own) / len(all_) - share) < 0.06 for own, all_ in zip(learned, everybody, strict=False)
    )
    assert len(learned[0] - learned[1]) <= 0.02 * len(learned[0])
    assert len(draw_customers(everybody[0], 1.0, 1)) == len(everybody[0])
