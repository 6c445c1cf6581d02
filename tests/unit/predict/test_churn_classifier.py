"""The classifier takes tables as they come, says what it knows, and refuses what cannot be learned."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from liuke.kernel.errors import MissingColumn
from liuke.predict import ChurnClassifier
from liuke.predict.ensemble import MIDDLE_ROWS, SHORT_ROWS, Size
from liuke.predict.folds import count_units, deal_folds
from liuke.predict.tells import TellWarning


def customers(size, seed=0):
    """Newer customers on plan a leave; `noise` says nothing."""
    draw = np.random.default_rng(seed)
    months = draw.integers(0, 72, size)
    plan = draw.choice(["a", "b", "c"], size)
    rows = pd.DataFrame(
        {
            "months": months,
            "plan": plan,
            "fee": [Decimal(int(value)) / 10 for value in draw.integers(100, 900, size)],
            "paperless": draw.random(size) < 0.5,
            "opened_on": [date(2026, 1, 1) - timedelta(days=int(30 * month)) for month in months],
            "noise": np.where(draw.random(size) < 0.2, np.nan, draw.normal(size=size)),
        }
    )
    return rows, (draw.random(size) < expit(1.0 - 0.06 * months + 1.2 * (plan == "a"))).astype(int)


@pytest.fixture(scope="module")
def told():
    return customers(600)


@pytest.fixture(scope="module")
def model(told):
    return ChurnClassifier(random_state=3).fit(*told)


@pytest.fixture(scope="module")
def later():
    return customers(2000, seed=1)


def test_it_ranks_and_its_probabilities_mean_what_they_say(model, later):
    said = model.predict_proba(later[0])[:, 1]

    truth = expit(1.0 - 0.06 * later[0].months + 1.2 * (later[0].plan == "a"))
    assert roc_auc_score(later[1], said) > roc_auc_score(later[1], truth) - 0.02
    assert said.mean() == pytest.approx(later[1].mean(), abs=0.05)
    assert np.abs(said - truth).mean() < 0.08


def test_two_columns_add_to_one_and_the_likelier_class_is_told(model, later):
    said = model.predict_proba(later[0])

    assert said.shape == (2000, 2)
    assert said.sum(axis=1) == pytest.approx(1.0)
    assert (model.predict(later[0]) == (said[:, 1] > 0.5)).all()


@pytest.mark.parametrize("make", [pl.DataFrame, pa.Table.from_pandas, lambda rows: rows[rows.columns[::-1]]])
def test_the_make_of_the_frame_and_the_order_of_columns_do_not_matter(model, later, make):
    few = later[0].head(50)

    assert (model.predict_proba(make(few)) == model.predict_proba(few)).all()


def test_learning_from_another_make_gives_the_same_model(model, told, later):
    other = ChurnClassifier(random_state=3).fit(pl.DataFrame(told[0]), pl.Series(told[1]))

    assert (other.predict_proba(later[0]) == model.predict_proba(later[0])).all()


def test_another_seed_is_another_model(model, told, later):
    other = ChurnClassifier(random_state=4).fit(*told)

    assert (other.predict_proba(later[0]) != model.predict_proba(later[0])).any()


def test_levels_never_seen_gaps_and_further_columns_are_answered(model, told):
    odd = told[0].head(3).assign(plan=["new", None, "a"], months=[None, 5, 5], extra="x")

    said = model.predict_proba(odd)

    assert np.isfinite(said).all()


def test_a_missing_column_is_named(model, told):
    with pytest.raises(MissingColumn, match="needs the column 'months'"):
        model.predict_proba(told[0].drop(columns="months"))


def test_no_row_gets_no_answer(model, told):
    assert model.predict_proba(told[0].head(0)).shape == (0, 2)
    assert len(model.explain(told[0].head(0))) == 0


def test_contributions_and_the_base_add_up_to_the_log_odds(model, later):
    few = later[0].head(40)

    long = model.explain(few)

    summed = long.groupby("row").contribution.sum() + model.base_log_odds_
    assert summed.to_numpy() == pytest.approx(model.decision_function(few), abs=1e-9)
    assert long.columns.tolist() == ["row", "feature", "contribution"]
    assert long.feature.tolist()[: len(model.encoder_.names)] == list(model.encoder_.names)


def test_the_column_that_decides_is_named(model, later):
    weight = model.explain(later[0]).groupby("feature").contribution.agg(lambda part: part.abs().mean())

    assert set(weight.nlargest(3).index) <= {"months", "opened_on", "plan"}
    assert weight["noise"] < weight["plan"] / 3


def test_explanations_come_in_the_make_of_the_frame(model, told):
    few = told[0].head(2)

    assert isinstance(model.explain(few), pd.DataFrame)
    assert isinstance(model.explain(pl.DataFrame(few)), pl.DataFrame)
    assert isinstance(model.explain(pa.Table.from_pandas(few)), pa.Table)


def test_outcomes_may_be_words(told):
    words = np.where(told[1] == 1, "Yes", "No")

    model = ChurnClassifier().fit(told[0], words)

    assert model.classes_.tolist() == ["No", "Yes"]
    assert set(model.predict(told[0])) <= {"No", "Yes"}


def straight(size, seed=0):
    """Leaving by a straight law of two columns out of six."""
    draw = np.random.default_rng(seed)
    rows = pd.DataFrame({f"x{i}": draw.normal(size=size) for i in range(6)})
    return rows, (draw.random(size) < expit(0.7 * rows.x0 - 0.5 * rows.x1 - 1.5)).astype(int)


def test_where_a_logistic_regression_is_right_it_is_followed():
    rows, left = straight(300)
    strangers, later = straight(4000, seed=1)
    plain = LogisticRegression().fit(rows, left).predict_proba(strangers)[:, 1]

    said = ChurnClassifier().fit(rows, left).predict_proba(strangers)[:, 1]

    assert roc_auc_score(later, said) > roc_auc_score(later, plain) - 0.005
    assert np.corrcoef(said, plain)[0, 1] > 0.97


def test_where_it_is_wrong_it_is_left_behind():
    draw = np.random.default_rng(2)
    rows = pd.DataFrame(draw.normal(size=(1500, 3)), columns=list("abc"))
    left = (draw.random(1500) < expit(2.5 * np.sign(rows.a * rows.b))).astype(int)
    plain = LogisticRegression().fit(rows[:1000], left[:1000]).predict_proba(rows[1000:])[:, 1]

    said = ChurnClassifier().fit(rows[:1000], left[:1000]).predict_proba(rows[1000:])[:, 1]

    assert roc_auc_score(left[1000:], plain) < 0.6
    assert roc_auc_score(left[1000:], said) > 0.85


def test_dates_written_as_text_are_dates():
    rows, left = customers(600)
    written = rows.assign(opened_on=[day.strftime("%d/%m/%Y") for day in rows.opened_on])

    by_text = ChurnClassifier(random_state=3).fit(written, left)

    assert (by_text.predict_proba(written) == by_text.predict_proba(rows)).all()  # asked with dates, too
    assert "opened_on" in by_text.encoder_.names


def test_a_column_that_is_the_answer_is_named(told):
    rows, left = told
    leaky = rows.assign(reason=np.where(left == 1, "price", "none"), closed=np.where(left == 1, 1.0, np.nan))

    with pytest.warns(TellWarning, match="'reason', 'closed': each alone tells everybody's answer"):
        model = ChurnClassifier().fit(leaky, left)

    assert model.tells_ == ("reason", "closed")


def test_what_nearly_is_the_answer_is_not_called_so(told, model):
    rows, left = told
    nearly = np.where(np.arange(600) == 0, 1 - left, left)

    assert model.tells_ == ()
    assert ChurnClassifier(effort="quick").fit(rows.assign(nearly=nearly), left).tells_ == ()


def test_contributions_add_up_where_a_member_says_more_than_is_taken():
    draw = np.random.default_rng(3)
    rows = pd.DataFrame({"x": draw.normal(size=500), "z": draw.normal(size=500)})
    model = ChurnClassifier().fit(rows, (draw.random(500) < expit(6.0 * rows.x)).astype(int))
    far = pd.DataFrame({"x": [-9.0, 9.0], "z": [9.0, -9.0]})

    summed = model.explain(far).groupby("row").contribution.sum() + model.base_log_odds_

    assert summed.to_numpy() == pytest.approx(model.decision_function(far), abs=1e-9)


@pytest.mark.parametrize("effort", ["full", "quick"])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_direction_asked_for_is_kept(effort, sign):
    rows, left = customers(400, seed=5)
    model = ChurnClassifier(monotone={"months": sign}, effort=effort).fit(rows[["months", "noise"]], left)
    ladder = pd.DataFrame({"months": np.arange(72), "noise": 0.3})

    steps = np.diff(model.decision_function(ladder)) * sign

    assert (steps >= -1e-12).all()
    assert (steps > 1e-6).any() == (sign == -1)  # here the truth falls


def test_without_a_direction_the_truth_is_followed_the_wrong_way_for_one(model, later):
    ladder = later[0].head(1).loc[lambda rows: rows.index.repeat(72)].assign(months=np.arange(72))

    assert (np.diff(model.decision_function(ladder)) < 0).any()


def test_a_weight_of_nought_leaves_a_row_out(told, later):
    rows, left = told
    keep = np.arange(600) < 450

    weighed = ChurnClassifier().fit(rows, left, sample_weight=keep.astype(float))
    dropped = ChurnClassifier().fit(rows[keep], left[keep])

    assert (weighed.predict_proba(later[0]) == dropped.predict_proba(later[0])).all()


def test_weights_move_the_probability():
    rows, left = customers(600, seed=2)

    heavier = ChurnClassifier().fit(rows, left, sample_weight=np.where(left == 1, 3.0, 1.0))

    assert heavier.predict_proba(rows)[:, 1].mean() > left.mean() + 0.15


def test_rows_of_one_customer_are_never_parted():
    groups = np.repeat(np.arange(60), 5)
    labels = (groups % 3 == 0).astype(float)

    fold_of = deal_folds(labels, folds=5, seed=0, groups=groups)

    assert (pd.Series(fold_of).groupby(groups).nunique() == 1).all()
    assert pd.Series(labels).groupby(fold_of).mean().to_numpy() == pytest.approx(1 / 3, abs=0.1)
    assert count_units(labels, groups) == 20


def test_customers_learned_by_heart_do_not_fool_it_when_they_are_grouped():
    """Ten rows a customer whose outcome is pure chance: a name-like number would tell it all."""
    draw = np.random.default_rng(0)
    name = np.repeat(draw.random(60), 10)
    left = np.repeat((draw.random(60) < 0.4).astype(int), 10)
    rows = pd.DataFrame({"name": name, "noise": draw.normal(size=600)})
    strangers = pd.DataFrame({"name": draw.random(500), "noise": draw.normal(size=500)})

    def spread(**told):
        said = ChurnClassifier().fit(rows, left, **told).predict_proba(strangers)[:, 1]
        return said.std()

    assert spread(groups=np.repeat(np.arange(60), 10)) < 0.5 * spread()


@pytest.mark.parametrize("size, leavers", [(40, 20), (40, 5), (40, 2), (40, 1), (12, 4), (4, 2), (2, 1)])
def test_small_tables_are_learned_from_with_modesty(size, leavers):
    draw = np.random.default_rng(size)
    rows = pd.DataFrame({"x": draw.normal(size=size), "kind": draw.choice(["a", "b"], size)})
    left = np.arange(size) < leavers

    said = ChurnClassifier().fit(rows, left).predict_proba(rows)[:, 1]

    assert np.isfinite(said).all()
    assert said.mean() == pytest.approx(leavers / size, abs=0.25)


def test_a_table_wider_than_long_is_learned_from():
    draw = np.random.default_rng(1)
    rows = draw.normal(size=(60, 400))
    left = (rows[:, 0] + draw.normal(size=60) > 0).astype(int)

    model = ChurnClassifier().fit(rows, left)

    assert np.isfinite(model.predict_proba(draw.normal(size=(5, 400)))).all()


@pytest.mark.parametrize(
    "rows, folds, families, whole",
    [
        (SHORT_ROWS, 5, 4, True),
        (SHORT_ROWS + 1, 5, 2, False),
        (MIDDLE_ROWS, 5, 2, False),
        (MIDDLE_ROWS + 1, 3, 2, False),
    ],
)
def test_longer_tables_are_grown_on_less(rows, folds, families, whole):
    size = Size.of(rows=rows, rarer=rows // 5)

    assert (size.folds, len(size.families), size.grow_whole) == (folds, families, whole)


def test_a_long_table_of_rare_leavers_is_learned_from(monkeypatch):
    monkeypatch.setattr("liuke.predict.ensemble.SHORT_ROWS", 300)
    monkeypatch.setattr("liuke.predict.ensemble.ADDITIVE_ROWS", 150)
    monkeypatch.setattr("liuke.predict.churn_classifier.BATCH_ROWS", 100)
    rows, left = customers(1500, seed=7)

    said = ChurnClassifier().fit(rows, left).predict_proba(rows)[:, 1]

    assert said.mean() == pytest.approx(left.mean(), abs=0.03)  # the sample's weights undo the sampling
    assert roc_auc_score(left, said) > 0.8


def test_logarithms_are_those_of_the_probabilities(model, later):
    np.testing.assert_allclose(np.exp(model.predict_log_proba(later[0])), model.predict_proba(later[0]))


def test_answers_in_a_column_of_objects_are_answers(told, model, later):
    rows, left = told
    learned = ChurnClassifier(random_state=3).fit(rows, pd.Series(left == 1, dtype=object))

    assert learned.classes_.tolist() == [False, True]
    np.testing.assert_array_equal(learned.predict_proba(later[0]), model.predict_proba(later[0]))


def test_what_was_not_learned_may_be_anything_later(model, later):
    rows = later[0].head(5)
    further = pd.DataFrame([[[1], {"a": 1}]] * 5, columns=["tags", "tags"], index=rows.index)

    said = model.predict_proba(pd.concat([rows, further], axis=1))

    np.testing.assert_array_equal(said, model.predict_proba(rows))
