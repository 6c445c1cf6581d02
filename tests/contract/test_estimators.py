"""What every estimator promises: scikit-learn's contract where it applies, repeatability, a round trip."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from liuke.predict import (
    BetaGeo,
    ChurnClassifier,
    CoolingPurchases,
    GammaGamma,
    RepeatPurchases,
    ShiftedBetaGeometric,
)

NOT_OURS = {
    "check_sample_weight_equivalence_on_dense_data": "folds are dealt by row, so a row of weight 2 goes"
    " into one fold and two equal rows may part",
}


@parametrize_with_checks([ChurnClassifier()], expected_failed_checks=lambda estimator: NOT_OURS)
def test_scikit_learn_contract(estimator, check):
    """The others are not put here: they learn from histories or survivors, not from a table X and y."""
    check(estimator)


def learn_churn(order=slice(None)):
    draw = np.random.default_rng(8)
    rows = pd.DataFrame({"months": draw.integers(0, 72, 300), "plan": draw.choice(["a", "b", "c"], 300)})
    left = draw.random(300) < 1 / (1 + np.exp(0.06 * rows.months - 1 + (rows.plan == "a")))
    return ChurnClassifier(random_state=4).fit(rows.iloc[order], left[order])


def learn_purchases(order=slice(None)):
    x, t_x, age = np.array([[0, 0, 30], [1, 4, 30], [2, 28, 30], [9, 29, 33], [0, 0, 12], [3, 9, 31]]).T
    return BetaGeo().fit(x[order], t_x[order], age[order])


def learn_habits(order=slice(None)):
    x, t_x, age = np.array([[0, 0, 30], [1, 4, 30], [2, 28, 30], [9, 29, 33], [0, 0, 12], [3, 9, 31]]).T
    return RepeatPurchases(faith=1.0).fit(x[order], t_x[order], age[order])


def learn_cooling(order=slice(None)):
    draw = np.random.default_rng(3)
    gaps = draw.exponential(4.0, (60, 20)) * np.where(np.arange(20) < draw.geometric(0.3, (60, 1)), 1, 9)
    times = np.column_stack([np.zeros(60), gaps.cumsum(axis=1)])
    customer, number = np.nonzero(times < 40)
    people, traits = np.arange(60), draw.normal(size=(60, 1))
    told = customer[order], times[customer, number][order], people[order], np.full(60, 40.0), traits[order]
    return CoolingPurchases(crowds=1).fit(*told)


def learn_renewals(order=slice(None)):
    return ShiftedBetaGeometric().fit([[90, 70, 60, 55], [50, 41, 35], [30, 22, 20]][order])


def learn_spend(order=slice(None)):
    x, mean = np.array([[1, 9], [1, 95], [1, 20], [1, 150], [2, 12], [2, 70], [8, 30], [9, 62], [6, 18]]).T
    return GammaGamma().fit(x[order], mean[order])


def ask_churn(model):
    ask = pd.DataFrame({"months": [0, 30, 71, None], "plan": ["a", "b", "new", None]})
    return model.predict_proba(ask)[:, 1]


def ask_purchases(model):
    return model.expected_purchases(12, [0, 4, 9], [0, 20, 29], [30, 30, 33])


def ask_cooling(model):
    asked = ([0, 1, 1, 1], [0, 0, 2, 19], [0, 1], [30, 33], [[-1], [0.5]])
    return np.array([*model.expected_purchases(12, *asked), *model.purchase_range(12, *asked).high])


def ask_renewals(model):
    value = model.lifetime_value(10.0, 0.1)
    return np.array([*model.probability_alive([1, 4]), value.low, value.expected, value.high])


def ask_spend(model):
    return model.expected_average([0, 1, 20], [0, 60, 60])


ESTIMATORS = [
    (learn_churn, ask_churn),
    (learn_purchases, ask_purchases),
    (learn_habits, ask_purchases),
    (learn_cooling, ask_cooling),
    (learn_renewals, ask_renewals),
    (learn_spend, ask_spend),
]
NAMES = ["churn", "purchases", "habits", "cooling", "renewals", "spend"]
every_estimator = pytest.mark.parametrize("learn, ask", ESTIMATORS, ids=NAMES)


@every_estimator
def test_same_input_same_output(learn, ask):
    assert (ask(learn()) == ask(learn())).all()


@every_estimator
def test_a_round_trip_to_disk_changes_no_bit(learn, ask, tmp_path):
    model = learn()
    model.save(tmp_path / "model")

    found = type(model).load(tmp_path / "model")

    assert (ask(found) == ask(model)).all()
    assert found.get_params() == model.get_params()


@every_estimator
def test_same_input_same_bytes(learn, ask, tmp_path):
    for name in ("one", "two"):
        learn().save(tmp_path / name, key=b"a key of sixteen bytes")

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@every_estimator
def test_a_loaded_model_saves_the_same_bytes(learn, ask, tmp_path):
    model = learn()
    model.save(tmp_path / "one")

    type(model).load(tmp_path / "one").save(tmp_path / "two")

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@every_estimator
def test_a_copy_with_the_same_parameters_knows_nothing_yet(learn, ask):
    model = learn()

    assert clone(model).get_params() == model.get_params()
    assert not hasattr(clone(model), "params_")
    assert not hasattr(clone(model), "ensemble_")
    assert not hasattr(clone(model), "thetas_")


@pytest.mark.parametrize(
    "learn, ask", ESTIMATORS[1:], ids=NAMES[1:]
)  # the classifier deals rows into folds, so its answers depend a little on their order
def test_order_of_rows_does_not_matter(learn, ask):
    assert ask(learn(slice(None, None, -1))) == pytest.approx(ask(learn()), rel=1e-6)
