"""The risk of falling silent: none where silence cannot be complete in time, exact days for the others."""

from datetime import date

import numpy as np
import pytest

from liuke.predict.beta_geo import BetaGeo
from liuke.predict.buying import BuyingModel
from liuke.predict.churn import ChurnDefinition
from liuke.predict.examples import Population
from liuke.predict.purchase_histories import read_histories
from liuke.predict.silences import chances, explain_silences, measure_silences
from liuke.store import Engine
from tests.tables import company

AS_OF = date(2026, 7, 1)
RETAIL = ChurnDefinition.model_validate(
    {"method": "beta_geo", "dormant": {"silent_days": 180, "events": ["purchase"]}}
)
PURCHASES = """
    customer_id | happened_at      | kind     | amount_fen
    ann         | 2026-06-30 10:00 | purchase |      10000
    bob         | 2025-12-01       | purchase |      10000
    bob         | 2026-02-01       | purchase |      20000
    bob         | 2026-02-01 18:00 | purchase |      10000
    cai         | 2026-01-31 23:59 | purchase |      10000
    dai         | 2026-02-01 00:00 | purchase |      10000
    eve         | 2026-01-02 00:00 | purchase |      10000
    fay         | 2026-03-01       | refund   |     -10000
"""
EVERYBODY = np.array(["ann", "bob", "cai", "dai", "eve", "gus"], dtype=object)


@pytest.fixture(scope="module")
def engine():
    return Engine(threads=1)


@pytest.fixture(scope="module")
def histories(engine):
    return read_histories(company(events=PURCHASES), engine, ("purchase",), as_of=AS_OF)


@pytest.fixture(scope="module")
def learned():
    random = np.random.default_rng(2)
    frequency = random.poisson(3, 400)
    age = random.uniform(20, 70, 400)
    return BetaGeo().fit(frequency, np.where(frequency > 0, age * random.uniform(0, 1, 400), 0), age)


@pytest.fixture(scope="module")
def silences(histories, learned):
    model = BuyingModel(learned, None, histories, None)
    return measure_silences(model, Population(AS_OF, EVERYBODY, None), RETAIL)


def test_a_history_counts_days_with_purchases(histories):
    bob = histories.of(np.array(["bob"], dtype=object))

    assert bob.repeats.tolist() == [1]  # two purchases of one day are one
    assert bob.recency_days.tolist() == [62]
    assert bob.age_days.tolist() == [211]  # to 30 June, the last day seen
    assert bob.mean_fen.tolist() == [30000]
    assert bob.spent_12m_fen.tolist() == [40000]
    assert "fay" not in histories.customers.tolist()  # a refund is no purchase


def test_days_left_run_from_the_last_purchase_to_the_minute(silences):
    assert silences.days_left[[1, 3, 4]].tolist() == [30.75, 30, 0]
    assert np.isnan(silences.days_left[5])  # gus never bought


@pytest.mark.parametrize(
    "customer, months_with_risk",
    [
        ("ann", []),  # bought yesterday: 180 days are beyond every horizon
        ("cai", [1, 2, 3]),  # complete on 30 July 23:59
        ("dai", [1, 2, 3]),  # on 31 July at midnight: within [1 July, 1 August)
        ("bob", [1, 2, 3]),  # on 31 July at six
        ("eve", [1, 2, 3]),  # on 1 July at midnight: certain
    ],
)
def test_who_can_be_silent_within_which_horizon(silences, customer, months_with_risk):
    p = chances(silences, RETAIL, as_of=AS_OF)
    row = EVERYBODY.tolist().index(customer)

    assert [months for months in (1, 2, 3) if p[months][row] > 0] == months_with_risk


@pytest.mark.parametrize(
    "bought_on, months_with_risk", [("2026-02-01 23:59", [1, 2, 3]), ("2026-02-02", [2, 3])]
)
def test_the_end_of_a_horizon_is_not_in_it(engine, learned, bought_on, months_with_risk):
    events = f"customer_id | happened_at | kind\nann | {bought_on} | purchase"
    ann = np.array(["ann"], dtype=object)
    histories = read_histories(company(events=events), engine, ("purchase",), as_of=AS_OF)
    silences = measure_silences(
        BuyingModel(learned, None, histories, None), Population(AS_OF, ann, None), RETAIL
    )

    p = chances(silences, RETAIL, as_of=AS_OF)

    assert [months for months in (1, 2, 3) if p[months][0] > 0] == months_with_risk


def test_silence_complete_on_the_first_instant_is_certain(silences):
    p = chances(silences, RETAIL, as_of=AS_OF)

    assert p[1][EVERYBODY.tolist().index("eve")] == pytest.approx(1.0)


def test_the_risk_is_that_of_no_purchase_until_then(silences, learned):
    bob = EVERYBODY.tolist().index("bob")
    expected = learned.probability_silent(30.75 / 7, 1, 62 / 7, 211 / 7)

    assert chances(silences, RETAIL, as_of=AS_OF)[1][bob] == pytest.approx(float(expected))


def test_who_never_bought_has_no_number(silences):
    p = chances(silences, RETAIL, as_of=AS_OF)

    assert all(np.isnan(p[months][5]) for months in (1, 2, 3))


def test_taking_the_silence_away_takes_the_risk_away(engine, histories, learned, silences):
    bob = EVERYBODY.tolist().index("bob")
    added = explain_silences(silences, chances(silences, RETAIL, as_of=AS_OF)[3])
    just_bought = company(events=PURCHASES + "    bob | 2026-06-30 | purchase | 10000\n")
    again = read_histories(just_bought, engine, ("purchase",), as_of=AS_OF)
    later = measure_silences(
        BuyingModel(learned, None, again, None), Population(AS_OF, EVERYBODY, None), RETAIL
    )

    assert added[bob, 0] > 0
    assert chances(later, RETAIL, as_of=AS_OF)[3][bob] == 0
    assert (added[0] == 0).all()  # ann has no risk to explain


def test_a_gap_leaves_out_silences_that_end_in_it(silences):
    gap = RETAIL.model_copy(update={"gap_days": 1})

    p = chances(silences, gap, as_of=AS_OF)

    assert p[1][EVERYBODY.tolist().index("eve")] == 0  # complete on 1 July, the window opens on the 2nd
    assert p[1][EVERYBODY.tolist().index("dai")] > 0
