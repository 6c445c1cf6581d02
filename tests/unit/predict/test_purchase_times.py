"""Purchases told one by one are checked by name before anything is learned from them."""

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from liuke.predict import CoolingPurchases
from liuke.predict.histories import HistoryRefused
from liuke.predict.purchase_times import read_purchases

TOLD = {
    "customer": ["ann", "ann", "bob", "cid", "cid", "cid"],
    "time": [0, 4, 0, 0, 5, 9],
    "customers": ["ann", "bob", "cid"],
    "age": [10, 8, 9],
    "covariates": [[1.0], [2.0], [4.0]],
}


def alone(time, *, age):
    one = {"customer": ["ann"] * len(time), "time": time, "customers": ["ann"] * len(age), "age": age}
    return one | {"covariates": None}


@pytest.mark.parametrize(
    "change, says",
    [
        ({"time": [0, 11, 0, 0, 5, 9]}, "time lies between 0 .* and age.*customer ann has 11.0"),
        ({"time": [0, -1, 0, 0, 5, 9]}, "0 or more; customer ann has -1.0"),
        ({"time": [0, 4, 3, 0, 5, 9]}, "first time of a customer is 0.*customer bob has 3.0"),
        ({"time": [0, np.nan, 0, 0, 5, 9]}, "time is missing in 1 of 6"),
        ({"time": [0, 4, 0, 0, 5]}, "must have one length; rows: customer 6, time 5"),
        ({"time": ["soon"] * 6}, "time must be numbers"),
        ({"age": [10, None, 9]}, "age is missing in 1 of 3"),
        ({"age": [10, -8, 9]}, "age is finite and 0 or more; customer bob has -8.0"),
        ({"age": [10, np.inf, 9]}, "age is finite"),
        ({"age": [10, 8]}, "rows: customers 3, age 2"),
        ({"customers": ["ann", "ann", "cid"]}, "lists ann twice"),
        ({"customers": np.array(["ann", 7, "cid"], dtype=object)}, "cannot be put in one order"),
        ({"customer": [], "time": [], "customers": [], "age": []}, "0 customers by columns"),
        ({"customers": [], "age": [], "covariates": None}, "customers is empty while purchases are told"),
        ({"customers": [["ann"], ["bob"], ["cid"]]}, "customers must have one dimension"),
        ({"customers": ["ann", "bab", "cid"]}, "bob has purchases and is not in customers"),
        ({"customers": ["ann", None, "cid"]}, "customers is missing in 1 of 3"),
        ({"customer": ["ann", "ann", "cid", "cid", "cid", "cid"]}, "1 of 3 customers have no purchase"),
        ({"covariates": [[1.0], [1.0], [1.0]]}, "Covariate 0 .* the same for every customer"),
        ({"covariates": [[1.0], [np.nan], [1.0]]}, "covariates is missing in 1 of 3"),
        ({"covariates": [[1.0], [np.inf], [1.0]]}, "must be finite"),
        ({"covariates": [1.0, 2.0, 4.0]}, "3 customers by columns"),
        ({"covariates": [["few"], ["many"], ["some"]]}, "covariates must be numbers"),
        (alone([], age=[]), "no customer to learn from"),
        (alone([0], age=[9]), "No customer has bought again"),
        (alone([0, 0], age=[0]), "No time has passed"),
    ],
)
def test_what_cannot_be_learned_from_is_refused_by_name(change, says):
    with pytest.raises(HistoryRefused, match=says):
        CoolingPurchases(crowds=1).fit(**TOLD | change)


def test_the_last_moment_still_counts_and_rows_come_in_any_order():
    shuffled = [5, 2, 1, 0, 4, 3]
    rows = {name: [TOLD[name][row] for row in shuffled] for name in ("customer", "time")}

    found = read_purchases(**TOLD | rows)

    assert found.times.repeats.tolist() == [1, 0, 2]
    assert found.times.time.tolist() == [0, 4, 0, 0, 5, 9]  # cid's last at the very age


@pytest.mark.parametrize("column", [pa.array, pl.Series, np.array], ids=["arrow", "polars", "numpy"])
def test_columns_of_any_frame_are_read(column):
    told = {name: column(values) for name, values in TOLD.items() if name != "covariates"}

    assert read_purchases(**told).times.time.tolist() == [0, 4, 0, 0, 5, 9]


def test_who_cannot_be_told_of_is_left_out_and_keeps_a_place():
    found = read_purchases(
        ["dee", "ann", "dee", "eve", "bob"],
        [0, 0, np.nan, 0, 0],
        ["eve", "dee", "cid", "bob", "ann"],
        [5, 9, 9, np.nan, 7],
    )

    ages = [5, np.nan, np.nan, np.nan, 7]
    assert found.spread(found.times.age).tolist() == pytest.approx(ages, nan_ok=True)
