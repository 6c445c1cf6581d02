"""When customers bought, one row per purchase, checked before it is believed."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from liuke.predict.histories import HistoryRefused, read_numbers, refuse_missing


@dataclass(frozen=True)
class PurchaseTimes:
    """Purchases by customer and time, each customer's first at 0; customers by their label.

    whose: of each purchase, the place of its customer; starts: the row of each customer's first purchase.
    """

    whose: np.ndarray
    time: np.ndarray
    starts: np.ndarray
    age: np.ndarray

    @classmethod
    def gather(cls, whose: np.ndarray, time: np.ndarray, age: np.ndarray) -> "PurchaseTimes":
        """Of customers numbered from 0, each with a purchase at 0; rows in any order."""
        order = np.lexsort((time, whose))
        whose, time = whose[order], time[order]
        return cls(whose, time, np.searchsorted(whose, np.arange(len(age))), age)

    @cached_property
    def repeats(self) -> np.ndarray:
        counts: np.ndarray = np.bincount(self.whose, minlength=len(self.age)) - 1.0
        return counts

    @cached_property
    def place(self) -> np.ndarray:
        """0 for a first purchase, 1 for the first repeat, and so on."""
        return np.arange(len(self.whose)) - self.starts[self.whose]

    def total(self, values: np.ndarray) -> np.ndarray:
        """By customer, of values by purchase."""
        found: np.ndarray = np.add.reduceat(values, self.starts)
        return found

    def greatest(self, values: np.ndarray) -> np.ndarray:
        found: np.ndarray = np.maximum.reduceat(values, self.starts)
        return found


@dataclass(frozen=True)
class Asked:
    """Customers as they were asked for. known: places in what was asked, in the order of `times`.

    traits: of the known, a row each; asked: how many there were, with those of whom something is missing.
    """

    times: PurchaseTimes
    traits: np.ndarray
    known: np.ndarray
    asked: int

    def spread(self, values: np.ndarray) -> np.ndarray:
        """In the order asked for; NaN where something is missing."""
        found = np.full(self.asked, np.nan)
        found[self.known] = values
        return found


def read_purchases(customer: Any, time: Any, customers: Any, age: Any, covariates: Any = None) -> Asked:
    """customer, time: one row per purchase; customers, age, covariates: one per customer.

    Customers of whom an age, a time, a covariate or every purchase is missing are left out of `known`.
    """
    whose_label, label = _read_labels("customer", customer), _read_labels("customers", customers)
    at, old = np.atleast_1d(read_numbers("time", time)), np.atleast_1d(read_numbers("age", age))
    table = _read_table(covariates, len(label))
    _refuse_lengths({"customer": whose_label, "time": at})
    _refuse_lengths({"customers": label, "age": old})
    try:
        order = np.argsort(label, kind="stable")
        whose = _place(whose_label, label[order])
    except TypeError:
        raise HistoryRefused(
            "customer and customers cannot be put in one order; give all labels as text, or all as numbers."
        ) from None
    old, table = old[order], table[order]
    _refuse_times(whose, at, old, label[order])
    count = np.bincount(whose, minlength=len(label))
    lost = np.bincount(whose, np.isnan(at), len(label)) > 0
    known = (count > 0) & ~lost & ~np.isnan(old) & ~np.isnan(table).any(axis=1)
    kept = known[whose]
    times = PurchaseTimes.gather((np.cumsum(known) - 1)[whose[kept]], at[kept], old[known])
    return Asked(times, table[known], order[known], len(label))


def refuse_unlearnable(told: Asked, time: Any, age: Any, covariates: Any) -> None:
    """Nothing may be missing where parameters are learned, and something must have happened."""
    if not told.asked:
        raise HistoryRefused("There is no customer to learn from; give at least one who bought again.")
    refuse_missing(time=read_numbers("time", time), age=read_numbers("age", age))
    if covariates is not None:
        refuse_missing(covariates=_read_table(covariates, told.asked))
    if len(told.known) < told.asked:
        raise HistoryRefused(
            f"{told.asked - len(told.known)} of {told.asked} customers have no purchase; each has a first"
            " one, at time 0. Give it, or leave them out of customers."
        )
    if not told.times.repeats.any():
        raise HistoryRefused(
            "No customer has bought again (one purchase each), so nothing can be said of rates. Look at a"
            " longer time."
        )
    if not told.times.age.any():
        raise HistoryRefused(
            "No time has passed since anybody's first purchase (age is 0 in every row), so nothing can be"
            " said of rates. Look at a longer time, or measure it in a smaller unit."
        )
    constant = np.flatnonzero(np.ptp(told.traits, axis=0) == 0)
    if len(constant):
        raise HistoryRefused(
            f"Covariate {constant[0]} (counted from 0) is the same for every customer, so nothing can be"
            " learned from it. Leave it out."
        )


def _read_labels(name: str, values: Any) -> np.ndarray:
    if isinstance(values, pa.Array | pa.ChunkedArray):
        values = values.to_pylist()
    labels = np.atleast_1d(np.asarray(values))
    missing = int(pd.isna(labels).sum())
    if missing:
        raise HistoryRefused(f"{name} is missing in {missing} of {len(labels)} rows; name every customer.")
    if labels.ndim > 1:
        raise HistoryRefused(f"{name} must have one dimension, a label per row; it has {labels.ndim}.")
    return labels


def _read_table(covariates: Any, rows: int) -> np.ndarray:
    if covariates is None:
        return np.empty((rows, 0))
    try:
        table = np.asarray(covariates, dtype=float)
    except (TypeError, ValueError) as error:
        raise HistoryRefused(f"covariates must be numbers; they cannot be read as such ({error}).") from None
    if table.ndim != 2 or len(table) != rows:
        raise HistoryRefused(
            f"covariates are {rows} customers by columns of numbers; their shape is {table.shape}."
        )
    if np.isinf(table).any():
        raise HistoryRefused(
            "covariates must be finite; give a missing one as NaN or leave the customer out."
        )
    return table


def _refuse_lengths(named: dict[str, np.ndarray]) -> None:
    if len({len(values) for values in named.values()}) > 1:
        told = ", ".join(f"{name} {len(values)}" for name, values in named.items())
        raise HistoryRefused(f"{' and '.join(named)} must have one length; rows: {told}.")


def _place(wanted: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Where each wanted label stands among the sorted ones."""
    twice = np.flatnonzero(labels[1:] == labels[:-1])
    if len(twice):
        raise HistoryRefused(f"customers lists {labels[twice[0]]!s} twice; list each customer once.")
    if not len(labels):
        if len(wanted):
            raise HistoryRefused("customers is empty while purchases are told; list each customer once.")
        return np.empty(0, dtype=int)
    found = np.minimum(np.searchsorted(labels, wanted), len(labels) - 1)
    strange = np.flatnonzero(labels[found] != wanted)
    if len(strange):
        raise HistoryRefused(
            f"{wanted[strange[0]]!s} has purchases and is not in customers ({len(strange)} such rows). Add"
            " the customer, or leave the rows out."
        )
    return found


def _refuse_times(whose: np.ndarray, time: np.ndarray, age: np.ndarray, labels: np.ndarray) -> None:
    _refuse(np.flatnonzero((age < 0) | np.isinf(age)), labels, age, "age", "is finite and 0 or more")
    rows = np.flatnonzero((time < 0) | np.isinf(time))
    _refuse(rows, labels[whose], time, "time", "is counted from the customer's first purchase: 0 or more")
    rows = np.flatnonzero(time > age[whose])
    _refuse(
        rows, labels[whose], time, "time", "lies between 0 (the first purchase) and age, in the unit of age"
    )
    first = np.full(len(age), np.inf)
    np.minimum.at(first, whose, np.where(np.isnan(time), -np.inf, time))
    rows = np.flatnonzero(np.isfinite(first) & (first > 0))
    _refuse(rows, labels, first, "the first time of a customer", "is 0: times are counted from that purchase")


def _refuse(rows: np.ndarray, labels: np.ndarray, values: np.ndarray, name: str, rule: str) -> None:
    if len(rows):
        row = rows[0]
        raise HistoryRefused(
            f"{name} {rule}; customer {labels[row]!s} has {float(values[row])!r} ({len(rows)} such rows)."
            " Correct these rows or leave them out."
        )
