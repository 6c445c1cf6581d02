"""What anybody would try first: a plain logistic regression, and LightGBM as it comes."""

from typing import Any

import lightgbm as lgb
import numpy as np
import pandas as pd
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

NUMERIC_SHARE = 0.95


def parse_numbers(rows: pd.DataFrame) -> pd.DataFrame:
    """Columns of numbers written as text as numbers, which our own classifier sees by itself."""
    parsed = rows.copy()
    for name in parsed.select_dtypes(exclude="number"):
        numbers = pd.to_numeric(parsed[name], errors="coerce")
        if numbers.notna().mean() >= NUMERIC_SHARE:
            parsed[name] = numbers
    return parsed


class PlainLogistic:
    """One column per level, numbers scaled, C = 1."""

    def fit(self, rows: pd.DataFrame, answers: np.ndarray) -> "PlainLogistic":
        numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
        columns = make_column_transformer(
            (numbers, make_column_selector(dtype_include="number")),
            (OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_exclude="number")),
        )
        self._model = make_pipeline(columns, LogisticRegression(max_iter=2000))
        self._model.fit(rows, answers)
        return self

    def predict_proba(self, rows: pd.DataFrame) -> np.ndarray:
        return np.asarray(self._model.predict_proba(rows))


class UntunedLightGBM:
    """LGBMClassifier() with text as categories."""

    def fit(self, rows: pd.DataFrame, answers: np.ndarray) -> "UntunedLightGBM":
        text = rows.select_dtypes(exclude="number")
        self._levels = {name: sorted(text[name].dropna().unique()) for name in text}
        self._model: Any = lgb.LGBMClassifier(random_state=0, verbose=-1, n_jobs=2)
        self._model.fit(self._categories(rows), answers)
        return self

    def predict_proba(self, rows: pd.DataFrame) -> np.ndarray:
        return np.asarray(self._model.predict_proba(self._categories(rows)))

    def _categories(self, rows: pd.DataFrame) -> pd.DataFrame:
        kinds = {name: pd.CategoricalDtype(levels) for name, levels in self._levels.items()}
        return rows.astype(kinds)
