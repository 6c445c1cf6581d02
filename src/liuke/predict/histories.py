"""Purchase histories in the summary that buy-till-you-die models need, checked before they are believed."""

from typing import Any

import numpy as np
import pyarrow as pa

from liuke.kernel.errors import LiukeError


class HistoryRefused(LiukeError, ValueError):
    """Purchase histories that cannot be as they are told."""


def read_numbers(name: str, values: Any) -> np.ndarray:
    """One float per customer, of a number, an array or a column of any frame; missing is NaN."""
    if isinstance(values, pa.Array | pa.ChunkedArray):
        values = values.to_numpy() if isinstance(values, pa.ChunkedArray) else values.to_numpy(False)
    if np.asarray(values).dtype.kind in "mM":
        raise HistoryRefused(
            f"{name} holds dates or spans of time, whose unit is not told. Give numbers in one unit of time,"
            " such as days."
        )
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise HistoryRefused(
            f"{name} must be numbers, one per customer; it cannot be read as such ({error})."
        ) from None
    if numbers.ndim > 1:
        raise HistoryRefused(f"{name} must have one dimension, a number per customer; it has {numbers.ndim}.")
    return numbers


def read_histories(frequency: Any, recency: Any, T: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Frequency, recency and age of one length; rows with a missing value stay, as NaN in all three."""
    named = {"frequency": frequency, "recency": recency, "T": T}
    read = [read_numbers(name, values) for name, values in named.items()]
    try:
        x, t_x, age = (np.array(part) for part in np.broadcast_arrays(*read))
    except ValueError:
        told = ", ".join(f"{name} {part.size}" for name, part in zip(named, read, strict=True))
        raise HistoryRefused(
            f"frequency, recency and T must have one row per customer; rows: {told}."
        ) from None
    unknown = np.isnan(x) | np.isnan(t_x) | np.isnan(age)
    refuse_uncounted(x)
    _refuse(age, (age < 0) | np.isinf(age), "T", "is the time since the first purchase: 0 or more")
    _refuse(
        t_x, (t_x < 0) | (t_x > age), "recency", "lies between 0 (the first purchase) and T, in the unit of T"
    )
    _refuse(
        t_x, (x == 0) & (t_x > 0), "recency", "is 0 for a customer who has not bought again (frequency 0)"
    )
    for part in (x, t_x, age):
        part[unknown] = np.nan
    return x, t_x, age


def refuse_uncounted(x: np.ndarray) -> None:
    """Frequencies are whole numbers, 0 or more, or missing."""
    wrong = (x < 0) | (x != np.floor(x)) | np.isinf(x)
    _refuse(x, wrong, "frequency", "is a count of repeat purchases: 0, 1, 2, ...")


def _refuse(values: np.ndarray, wrong: np.ndarray, name: str, rule: str) -> None:
    wrong = wrong & ~np.isnan(values)
    if wrong.any():
        row = int(np.flatnonzero(wrong.ravel())[0])
        raise HistoryRefused(
            f"{name} {rule}; row {row} has {float(values.ravel()[row])!r}"
            f" ({int(wrong.sum())} such rows). Correct these rows or leave them out."
        )


def refuse_missing(**named: np.ndarray) -> None:
    """Nothing may be missing where parameters are learned."""
    for name, values in named.items():
        missing = int(np.isnan(values).sum())
        if missing:
            raise HistoryRefused(
                f"{name} is missing in {missing} of {values.size} rows; leave these customers out of fit."
            )


def read_weights(weights: Any, rows: int) -> np.ndarray:
    """How many customers each row stands for; 1 when not told."""
    if weights is None:
        return np.ones(rows)
    read = read_numbers("weights", weights)
    if read.shape != (rows,):
        raise HistoryRefused(f"weights must have one number per row; {read.size} for {rows} rows.")
    if not np.isfinite(read).all() or (read < 0).any() or not read.any():
        raise HistoryRefused(
            "weights count customers: finite, none negative, not all 0. Correct them or leave the rows out."
        )
    return read
