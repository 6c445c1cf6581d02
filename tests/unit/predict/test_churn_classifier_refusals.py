"""What cannot be learned from, or answered, is refused in a sentence."""

from datetime import date

import ibis
import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.exceptions import NotFittedError

from liuke.kernel.errors import LiukeError
from liuke.predict import ChurnClassifier
from tests.unit.predict.test_churn_classifier import customers


@pytest.fixture(scope="module")
def told():
    return customers(60)


@pytest.mark.parametrize(
    "rows, answers, says",
    [
        (pd.DataFrame({"x": [1, 2, 3]}), [1, 1, 1], r"1 class only \(1\)"),
        (pd.DataFrame({"x": [1, 2, 3]}), [0, 1, 2], r"3 classes \(0, 1, 2\)"),
        (pd.DataFrame({"x": [1, 2, 3]}), [0, 1, None], "missing in 1 of 3 rows"),
        (pd.DataFrame({"x": [1, 2, 3]}), [0, 1], "2 values for 3 rows"),
        (pd.DataFrame({"x": [5, 5, 5]}), [0, 1, 1], "x: every row has the same value"),
        (pd.DataFrame({"x": [None, None, None]}), [0, 1, 1], "x: no value is known"),
        (pd.DataFrame({"x": [[1], [2], [3]]}), [0, 1, 1], "'x' holds values of the kind list"),
        (pd.DataFrame(index=range(3)), [0, 1, 1], "X has no columns"),
        (np.zeros(3), [0, 1, 1], "X is a ndarray without rows and columns.*Reshape your data"),
        (ibis.memtable({"x": [1, 2, 3]}), [0, 1, 1], r"X is a Table of ibis.*to_pyarrow\(\)"),
        (pd.DataFrame({"x": []}), [], "X has no rows"),
        (pd.DataFrame({"x": [b"1", b"2", b"3"]}), [0, 1, 1], "'x' holds values of the kind binary"),
        (
            pd.DataFrame({"x": [1, 2, 3]}),
            np.array([0, "1", 1], dtype=object),
            "y holds answers of the kind int and str",
        ),
        (pd.DataFrame({"x": [1, 2, 3]}), [date(2026, 1, 1)] * 3, "y holds answers of the kind date"),
        (pd.DataFrame({"x": [1, 2, 3]}), [0.5, 1.5, 2.5], "must hold two classes"),
        (pd.Series([1, 2, 3]), [0, 1, 1], "X is a Series.*to_frame"),
        (pl.LazyFrame({"x": [1, 2, 3]}), [0, 1, 1], "X is a LazyFrame.*collect"),
        ({"x": [1, 2, 3]}, [0, 1, 1], "X is a dict, not a table"),
        (None, [0, 1, 1], "X is a NoneType, not a table"),
    ],
)
def test_what_cannot_be_learned_is_refused_in_a_sentence(rows, answers, says):
    with pytest.raises(LiukeError, match=says):
        ChurnClassifier().fit(rows, answers)


@pytest.mark.parametrize(
    "told, says",
    [
        ({"sample_weight": [1, 2]}, "sample_weight has 2 values for 600 rows"),
        ({"sample_weight": [-1.0] * 600}, "none below 0"),
        ({"sample_weight": [0.0] * 600}, "Every weight is zero"),
        ({"sample_weight": ["a"] * 600}, "sample_weight must be numbers"),
        ({"sample_weight": [1e300] * 600}, r"adds up to 6e\+302 rows, over 1e\+15"),
        ({"groups": [1]}, "groups has 1 values for 600 rows"),
    ],
)
def test_weights_and_groups_that_do_not_fit_are_refused(told, says):
    with pytest.raises(LiukeError, match=says):
        ChurnClassifier().fit(*customers(600), **told)


@pytest.mark.parametrize(
    "settings, says",
    [
        ({"effort": "huge"}, "effort is one of full, quick; not 'huge'"),
        ({"monotone": ["months"]}, r"monotone is \['months'\]. Give a sign by column"),
        ({"random_state": "a"}, "random_state is 'a'. Give a whole number"),
    ],
)
def test_settings_nobody_knows_are_refused(told, settings, says):
    with pytest.raises(LiukeError, match=says):
        ChurnClassifier(**settings).fit(*told)


@pytest.mark.parametrize("ask", ["predict_proba", "predict_log_proba", "explain", "decision_function"])
def test_before_learning_nothing_is_answered(told, ask):
    with pytest.raises(NotFittedError, match="Call 'fit'"):
        getattr(ChurnClassifier(), ask)(told[0])
