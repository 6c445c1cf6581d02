"""Which rows meet a declaration's conditions."""

import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from liuke.view.conditions import Condition
from liuke.view.fast.asks import Where
from liuke.view.fast.codes import DAY_US, Codes, code_scalar

_BOUNDS: Mapping[str, Callable[[Any, Any], Any]] = {
    "at_least": operator.ge,
    "above": operator.gt,
    "at_most": operator.le,
    "below": operator.lt,
}


def rows_meeting(where: Where, column: Callable[[str], Codes]) -> np.ndarray | None:
    """One flag for each row; None when there is no condition."""
    met: np.ndarray | None = None
    for name, condition in where:
        one = _met(condition, column(name))
        met = one if met is None else met & one
    return met


def _met(condition: Condition, column: Codes) -> np.ndarray:
    if column.kind == "text":
        return _met_by_words(condition, column)
    values = column.values * DAY_US if column.kind == "day" else column.values
    found = _judge(condition, values, lambda value: code_scalar(value, column.kind))
    return _with_missing(condition, found, column.valid)


def _met_by_words(condition: Condition, column: Codes) -> np.ndarray:
    """Words are judged once each, as the database compares them: byte by byte."""
    words = [
        word.encode() for word in (column.words if column.words is not None else pa.array([])).to_pylist()
    ]
    judged = _judge(condition, np.array([*words, b""], dtype=object), lambda value: str(value).encode())
    return _with_missing(condition, judged[column.values], column.valid)


def _judge(condition: Condition, values: np.ndarray, code: Callable[[Any], Any]) -> np.ndarray:
    found = np.ones(len(values), dtype=bool)
    if condition.is_in is not None:
        found &= _among(values, [code(value) for value in condition.is_in])
    if condition.not_in is not None:
        found &= ~_among(values, [code(value) for value in condition.not_in])
    for name, compare in _BOUNDS.items():
        if (edge := getattr(condition, name)) is not None:
            found &= compare(values, code(edge)).astype(bool)
    return found


def _among(values: np.ndarray, wanted: list[Any]) -> np.ndarray:
    found = np.zeros(len(values), dtype=bool)
    for value in wanted:
        found |= values == value
    return found


def _with_missing(condition: Condition, found: np.ndarray, valid: np.ndarray | None) -> np.ndarray:
    """A missing value meets `not_in` and no other condition."""
    if valid is None:
        return found
    only_not_in = condition.not_in is not None and not any(
        getattr(condition, name) is not None for name in ("is_in", *_BOUNDS)
    )
    return np.where(valid, found, only_not_in)
