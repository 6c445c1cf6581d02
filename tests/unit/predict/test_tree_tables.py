"""Trees as tables say what LightGBM says, to the bit, for any value a row may hold."""

import lightgbm as lgb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.predict.churn_classifier import ChurnClassifier
from liuke.predict.ensemble import TABLES_ROWS
from liuke.predict.tree_tables import MOST_PLACES, TreesNotFlat, TreeTables

COLUMNS = 6
ODD = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-36, -1e-36, 1e308, -1e308, 5e-324]


def rows(count, *, seed, gaps=(0, 1)):
    """Columns of different kinds: with gaps, of few values, constant, of great spread."""
    random = np.random.default_rng(seed)
    table = random.normal(size=(count, COLUMNS))
    for column in gaps:
        table[random.random(count) < 0.2, column] = np.nan
    table[:, 2] = random.integers(-1, 3, count)
    table[:, 3] = 7.0
    table[:, 4] = np.exp(5 * table[:, 4])
    return table


def booster(*, seed=1, rounds=12, count=800, sets=(), **asked):
    table = rows(count, seed=seed)
    left = np.nan_to_num(table[:, 0]) + table[:, 2] - np.isnan(table[:, 1]) > 0.3
    left ^= np.random.default_rng(seed).random(count) < 0.1  # or few leaves would tell all there is to tell
    told = {"objective": "binary", "verbose": -1, "num_threads": 1, "seed": seed, "min_data_in_leaf": 5}
    grown = lgb.train(
        told | asked, lgb.Dataset(table, left.astype(int), categorical_feature=list(sets)), rounds
    )
    return lgb.Booster(model_str=grown.model_to_string())


@pytest.fixture(scope="module")
def plain():
    return booster()


@pytest.fixture(scope="module")
def tables(plain):
    return TreeTables.read(plain)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from(ODD) | st.floats(width=64), min_size=COLUMNS, max_size=COLUMNS), max_size=40
    )
)
def test_any_row_gets_the_same_score(plain, tables, asked):
    table = np.array(asked, dtype=float).reshape(-1, COLUMNS)

    said = tables.raw_scores(table)

    assert np.array_equal(said, plain.predict(table, raw_score=True) if len(table) else [])


@pytest.mark.parametrize("count", [1, 15, 16, 17, 255, 256, 257, 3000])
def test_as_many_rows_as_there_are_get_a_score(plain, count):
    table = rows(count, seed=9)

    assert np.array_equal(TreeTables.read(plain).raw_scores(table), plain.predict(table, raw_score=True))


@pytest.mark.parametrize(
    "asked",
    [
        {"num_leaves": 2},
        {"num_leaves": 8, "rounds": 600},
        {"num_leaves": 9},
        {"num_leaves": 32, "rounds": 150},
        {"num_leaves": 64, "min_data_in_leaf": 1, "rounds": 70},
        {"max_bin": 1000, "min_data_in_bin": 1, "num_leaves": 64, "min_data_in_leaf": 1},
        {"use_missing": False},
        {"monotone_constraints": [1, 0, 1, 0, -1, 0]},
        {"boost_from_average": False, "bagging_freq": 1, "bagging_fraction": 0.5, "feature_fraction": 0.5},
        {"min_data_in_leaf": 100_000},  # nothing can be split: trees of one leaf
    ],
    ids=[
        "stumps",
        "eight-leaves",
        "nine-leaves",
        "more-trees-than-a-group",
        "64-leaves",
        "many-edges",
        "gaps-as-zero",
        "monotone",
        "bagged",
        "one-leaf",
    ],
)
def test_trees_of_every_make_that_is_grown_here(asked):
    grown = booster(seed=3, **({"count": 4000} | asked))
    table = rows(500, seed=4, gaps=range(COLUMNS))

    assert np.array_equal(TreeTables.read(grown).raw_scores(table), grown.predict(table, raw_score=True))


def test_a_column_whose_missing_values_go_both_ways_stands_twice():
    grown = booster(seed=5, rounds=60, count=3000)
    tables = TreeTables.read(grown)

    assert any(len(group.source) > len(np.unique(group.source)) for group in tables.groups)
    table = rows(1000, seed=6)
    assert np.array_equal(tables.raw_scores(table), grown.predict(table, raw_score=True))


def test_trees_that_look_at_many_columns_are_taken_in_small_groups():
    table = np.random.default_rng(11).normal(size=(400, 900))
    left = (table[:, ::30] > 0.5).sum(axis=1) > 9
    told = {
        "objective": "binary",
        "verbose": -1,
        "num_threads": 1,
        "feature_fraction": 0.05,
        "num_leaves": 20,
    }
    grown = lgb.train(told | {"min_data_in_leaf": 3}, lgb.Dataset(table, left.astype(int)), 60)

    tables = TreeTables.read(grown)

    assert len(tables.groups) > 1
    assert max(len(group.source) for group in tables.groups) <= MOST_PLACES
    assert np.array_equal(tables.raw_scores(table), grown.predict(table, raw_score=True))


def test_trees_of_more_leaves_than_a_mask_has_bits_are_refused():
    with pytest.raises(TreesNotFlat, match="65 leaves"):
        TreeTables.read(booster(seed=2, rounds=1, count=4000, num_leaves=65, min_data_in_leaf=1))


@pytest.mark.parametrize("asked", [{"zero_as_missing": True}, {"linear_tree": True}], ids=["zero", "linear"])
def test_trees_of_another_make_are_refused(asked):
    with pytest.raises(TreesNotFlat):
        TreeTables.read(booster(seed=2, **asked))


def test_sets_of_categories_are_refused():
    with pytest.raises(TreesNotFlat):
        TreeTables.read(booster(seed=2, sets=[2], max_cat_to_onehot=1, min_data_per_group=1))


def test_a_classifier_says_the_same_of_many_rows_as_of_few():
    """Many are scored from tables, few by LightGBM."""
    table = rows(600, seed=8)
    model = ChurnClassifier(effort="quick").fit(table, np.nan_to_num(table[:, 0]) + table[:, 2] > 0.3)
    grove = model.ensemble_.groves[0]
    codes = np.tile(next(iter(model._codes(rows(500, seed=9)))), (TABLES_ROWS // 500, 1))

    assert np.array_equal(
        grove.log_odds(codes), np.concatenate([grove.log_odds(codes[:500])] * (TABLES_ROWS // 500))
    )
    assert grove.log_odds(codes[:500]).std() > 0
