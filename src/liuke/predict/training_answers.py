"""The known answers a classifier learns from, checked, with their weights and their customers."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import check_classification_targets

from liuke.predict.columns import TableRefused

PLAIN_KINDS = ("bool", "int", "uint", "float", "str")
MOST_ROWS = 1e15  # that weights may stand for in all; beyond, a single row is lost in rounding


@dataclass(frozen=True)
class Answers:
    """What is known of the rows in use."""

    used: np.ndarray  # which rows of the table; those of weight 0 are not
    classes: np.ndarray
    labels: np.ndarray  # 1.0 for the second class
    weights: np.ndarray
    groups: np.ndarray | None


def read_answers(y: Any, *, rows: int, sample_weight: Any, groups: Any) -> Answers:
    """Two classes, or a refusal that says what is wrong.

    y: one answer per row, of any make. sample_weight: numbers, 0 or more. groups: one value per row.
    """
    told = _plain("y", y, rows)
    missing = int(pd.isna(told).sum())
    if missing:
        raise TableRefused(f"y is missing in {missing} of {rows} rows; leave them out of fit.")
    weights = np.ones(rows) if sample_weight is None else _weights(sample_weight, rows)
    used = weights > 0
    if not used.any():
        raise TableRefused(
            "Every weight is zero, so no row counts. Give the rows to learn from a weight over 0."
        )
    classes, labels = _two_classes(told[used])
    belong = None if groups is None else pd.factorize(_plain("groups", groups, rows)[used])[0]
    return Answers(used, classes, labels.astype(float), weights[used], belong)


def _plain(name: str, values: Any, rows: int) -> np.ndarray:
    if values is None:
        raise TableRefused(f"A classifier requires {name} to be passed, but the target {name} is None.")
    if isinstance(values, pa.Array | pa.ChunkedArray):
        values = values.to_pandas()
    if type(values).__module__.startswith("polars"):
        values = values.to_numpy()
    try:
        flat = column_or_1d(np.asarray(values), warn=True)
    except ValueError as error:
        raise TableRefused(f"{name} must hold one value per row: {error}") from None
    if len(flat) != rows:
        raise TableRefused(f"{name} has {len(flat)} values for {rows} rows; each row needs one.")
    return flat


def _weights(sample_weight: Any, rows: int) -> np.ndarray:
    told = _plain("sample_weight", sample_weight, rows)
    try:
        weights = told.astype(float)
    except (TypeError, ValueError) as error:
        raise TableRefused(f"sample_weight must be numbers, one per row: {error}.") from None
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise TableRefused(
            "sample_weight must be finite and none below 0. Give a row weight 0 to leave it out."
        )
    if weights.sum() > MOST_ROWS:
        raise TableRefused(
            f"sample_weight adds up to {weights.sum():.3g} rows, over {MOST_ROWS:.0e}."
            " Give each row the number of rows it stands for."
        )
    return weights


def _two_classes(told: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if told.dtype == object:  # of Python's values or NumPy's, which tell the same
        told = np.array([v.item() if isinstance(v, np.generic) else v for v in told], dtype=object)
    kinds = sorted({type(value).__name__ for value in told}) if told.dtype == object else [told.dtype.name]
    if len(kinds) > 1 or not kinds[0].startswith(PLAIN_KINDS):
        raise TableRefused(
            f"y holds answers of the kind {' and '.join(kinds)}. Give 0 and 1, True and False, or two words."
        )
    if kinds[0] in ("bool", "int", "float"):
        told = np.array(told.tolist())
    try:
        check_classification_targets(told)
        classes, labels = np.unique(told, return_inverse=True)
    except (ValueError, TypeError) as error:
        raise TableRefused(f"y must hold two classes, such as 0 and 1: {error}") from None
    if len(classes) > 2:
        raise TableRefused(
            "Only binary classification is supported. The type of the target is multiclass:"
            f" y has {len(classes)} classes ({_first_of(classes)})."
            " Say of each row whether the customer left or not."
        )
    if len(classes) < 2:
        raise TableRefused(
            f"y has 1 class only ({classes[0]}); it needs two, those who left and those who stayed."
            " Take a longer time or more customers, so that both occur."
        )
    return classes, labels


def _first_of(classes: np.ndarray, *, most: int = 4) -> str:
    told = [repr(value) for value in classes.tolist()[:most]]
    return ", ".join([*told, "..."] if len(classes) > most else told)
