"""Where leaving has nothing to do with what is seen, early warning finds nothing: no answer leaks in.

The same customers leave at the same times in both companies; in one the leavings are dealt anew.
"""

from datetime import date

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from liuke.predict.churn import Training
from liuke.predict.examples import Example, read_leavings, read_outcome, read_population
from liuke.predict.hazards import hazard_lesson, learn
from liuke.store import Engine
from tests.unit.predict.companies import MadeUp, inputs_of

LEARNED, JUDGED, KNOWN_BY = date(2025, 3, 1), date(2025, 6, 1), date(2025, 9, 1)
MONTHS = 3
TOLERANCE = 0.02


@pytest.fixture(scope="module")
def made():
    return MadeUp(customers=24_000, seed=11, months=9)


@pytest.fixture(scope="module")
def engine():
    return Engine(threads=1)


def deal_anew(made: MadeUp) -> dict:
    """The tables with every customer's leaving given to somebody drawn at random."""
    names = made.tables["customers"]["customer_id"].to_pylist()
    drawn = dict(zip(names, np.random.default_rng(5).permutation(names).tolist(), strict=True))
    statuses = made.tables["statuses"]
    for column in ("account_id", "customer_id"):
        place = statuses.column_names.index(column)
        moved = [drawn[name] for name in statuses[column].to_pylist()]
        statuses = statuses.set_column(place, statuses.schema.field(column), [moved])
    return {**made.tables, "statuses": statuses}


def judge(inputs) -> tuple[float, int]:
    """AUC of who left within three months of the later day, and how many did."""
    learned = example(inputs, LEARNED, known_by=JUDGED)
    judged = example(inputs, JUDGED, known_by=KNOWN_BY)
    whole = Example(learned.population, learned.outcome)
    whole.outcome.left[MONTHS - 1] = np.zeros(len(whole.population))  # one question for all three months
    model = learn(hazard_lesson([whole], MONTHS, Training(), seed=1), seed=1)
    left = judged.outcome.left[MONTHS]
    p = model.predict_proba(judged.population.table)[:, 1]
    return roc_auc_score(left, p), int(left.sum())


def example(inputs, day, *, known_by) -> Example:
    population = read_population(inputs, as_of=day)
    leavings = read_leavings(inputs, known_by=known_by)
    return Example(population, read_outcome(inputs, population, leavings, known_by=known_by))


def test_leavings_dealt_at_random_cannot_be_foretold(made, engine):
    auc, leavers = judge(inputs_of(made, engine, tables=deal_anew(made)))

    assert leavers > 2000  # fewer, and chance alone would carry the AUC out of the range
    assert abs(auc - 0.5) < TOLERANCE


def test_the_same_leavings_where_they_belong_can_be(made, engine):
    auc, leavers = judge(inputs_of(made, engine))

    assert leavers > 2000
    assert auc > 0.6
