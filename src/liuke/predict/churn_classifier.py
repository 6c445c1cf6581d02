"""Who will leave: a calibrated probability from a table of any mix of columns."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin

from liuke.kernel.frames import Frame, from_arrow
from liuke.predict.columns import TableRefused, read_columns
from liuke.predict.encode import ColumnEncoder
from liuke.predict.ensemble import Ensemble, Lesson, fit_ensemble


class ChurnClassifier(ClassifierMixin, BaseEstimator):
    """Trees and an additive logistic model, weighed and calibrated on rows they had not seen.

    X: one row per customer (or per customer and day), as a pandas, Polars or Arrow frame or an array.
    Columns may be numbers, text, booleans, dates or Decimals, each with gaps; they are known by name, so
    their order is free, further columns are ignored, and a level never seen counts as "other".
    y: two classes; the later in sorted order (1, True, "Yes") is the one whose probability comes second.
    """

    def __init__(self, random_state: int = 0, monotone: Mapping[str, int] | None = None):
        self.random_state = random_state
        self.monotone = monotone

    def fit(self, X: Frame, y: Any, sample_weight: Any = None, groups: Any = None) -> "ChurnClassifier":
        """Learn from rows with known answers.

        sample_weight: how many rows a row stands for. groups: rows with the same value (one customer on
        several days) are never split between learning and judging.
        """
        columns = read_columns(X)
        answers = np.asarray(y)
        self.classes_, labels = np.unique(answers, return_inverse=True)
        if len(self.classes_) != 2:
            raise TableRefused(f"y has {len(self.classes_)} classes; a churn model needs 2.")
        weights = np.ones(len(labels)) if sample_weight is None else np.asarray(sample_weight, dtype=float)
        self.encoder_ = ColumnEncoder.learn(columns)
        codes = self.encoder_.codes(columns)
        signs = np.array([(self.monotone or {}).get(plan.name, 0) for plan in self.encoder_.plans])
        design_signs = np.repeat(signs, [len(plan.design_names) for plan in self.encoder_.plans])
        lesson = Lesson(
            codes,
            self.encoder_.design(codes),
            labels.astype(float),
            weights,
            None if groups is None else np.asarray(groups),
            signs,
            design_signs,
        )
        self.ensemble_: Ensemble = fit_ensemble(lesson, seed=self.random_state)
        first = codes[:1]
        added = self.ensemble_.contributions(first, self.encoder_.design(first), self.encoder_.design_owners)
        self.base_log_odds_ = float(added[0, -1])
        self.n_features_in_ = len(columns)
        return self

    def decision_function(self, X: Frame) -> np.ndarray:
        """The calibrated log-odds of the second class, one per row."""
        codes = self.encoder_.codes(read_columns(X))
        return self.ensemble_.log_odds(codes, self.encoder_.design(codes))

    def predict_proba(self, X: Frame) -> np.ndarray:
        """Rows by two: the probability of staying and of leaving."""
        leaving = expit(self.decision_function(X))
        return np.column_stack([1.0 - leaving, leaving])

    def predict(self, X: Frame) -> np.ndarray:
        """The likelier class of every row."""
        return self.classes_[(self.decision_function(X) > 0).astype(int)]

    def explain(self, X: Frame) -> Frame:
        """What each column adds to each row's log-odds of leaving, beside an average customer.

        returns: long frame of the make of X (pandas for an array): row (0-based position), feature,
        contribution. A row's contributions and `base_log_odds_` add up to its `decision_function`.
        """
        codes = self.encoder_.codes(read_columns(X))
        added = self.ensemble_.contributions(codes, self.encoder_.design(codes), self.encoder_.design_owners)
        names = self.encoder_.names
        table = pa.table(
            {
                "row": np.repeat(np.arange(len(codes)), len(names)),
                "feature": pa.array(list(names) * len(codes), pa.string()),
                "contribution": added[:, :-1].ravel(),
            }
        )
        like = (
            X if type(X).__module__.partition(".")[0] in ("pandas", "polars", "pyarrow") else pd.DataFrame()
        )
        return from_arrow(table, like=like)
