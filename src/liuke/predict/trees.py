"""Boosted trees: the families of settings that are tried, and one booster grown on one set of rows."""

from dataclasses import dataclass, field, replace
from typing import Any

import lightgbm as lgb
import numpy as np

COMMON = {
    "objective": "binary",
    "metric": "binary_logloss",
    "deterministic": True,
    "force_col_wise": True,  # of columns drawn for each tree, faster than by rows; the same trees
    "boost_from_average": True,
    "num_threads": 1,  # folds run side by side instead
    "verbose": -1,
}

PATIENCE_ROUNDS = 25
SEEN_COLUMNS = 120  # a tree looks at no more; in wide tables time goes by the columns looked at


@dataclass(frozen=True)
class Family:
    """A kind of trees, with the most rounds it may grow."""

    name: str
    rounds: int
    settings: dict[str, Any] = field(hash=False)

    def narrowed(self, columns: int) -> "Family":
        """The same for a table of so many columns: of a wide one each tree sees a part only."""
        share = min(float(self.settings.get("feature_fraction", 1.0)), SEEN_COLUMNS / max(columns, 1))
        return self if share == 1.0 else replace(self, settings={**self.settings, "feature_fraction": share})


BAGGED = {"bagging_freq": 1}
SMALL_TREES = {"num_leaves": 6, "feature_fraction": 0.5, "lambda_l2": 10.0, "bagging_fraction": 0.7, **BAGGED}
LARGE_TREES = {"num_leaves": 31, "feature_fraction": 0.8, "bagging_fraction": 0.8, **BAGGED}
# Cuts drawn at random: trees that differ more, so their mean is steadier where columns say little.
DRAWN_TREES = {"num_leaves": 16, "feature_fraction": 0.8, "lambda_l2": 5.0, "bagging_fraction": 0.8,
               "extra_trees": True, **BAGGED}  # fmt: skip
# Some tables have effects that need several columns at once; these trees always see all of them.
WHOLE_TREES = {"num_leaves": 31}

SMALL = Family("small", 400, {**SMALL_TREES, "learning_rate": 0.05})
LARGE = Family("large", 300, {**LARGE_TREES, "learning_rate": 0.08})
DRAWN = Family("drawn", 300, {**DRAWN_TREES, "learning_rate": 0.08})
WHOLE = Family("whole", 300, {**WHOLE_TREES, "learning_rate": 0.08})
# Larger steps for longer tables, where a round costs more and steadies more.
SMALL_QUICK = Family("small", 300, {**SMALL_TREES, "learning_rate": 0.12})
WHOLE_QUICK = Family("whole", 300, {**WHOLE_TREES, "learning_rate": 0.12})


@dataclass(frozen=True)
class Grown:
    """A booster and the rounds at which it did best on rows it had not seen."""

    booster: Any
    rounds: int


def bin_rows(
    codes: np.ndarray, labels: np.ndarray, weights: np.ndarray, *, max_bin: int, leaf_rows: int
) -> Any:
    """The table cut into bins once, for every fold and family to share; parts of it hold no rows anew."""
    settings = {"max_bin": max_bin, "min_data_in_leaf": leaf_rows, "min_data_in_bin": 3, "verbose": -1,
                "feature_pre_filter": False, "num_threads": 1}  # fmt: skip
    return lgb.Dataset(codes, labels, weight=weights, params=settings, free_raw_data=True).construct()


def grow(
    table: Any, *, train: np.ndarray, judge: np.ndarray, family: Family, settings: dict[str, Any]
) -> Grown:
    """Grow on the rows `train` until the rows `judge` have not gained for a while."""
    learned, judged = table.subset(train), table.subset(judge)
    booster = lgb.train(
        {**COMMON, **family.settings, **settings},
        learned,
        num_boost_round=family.rounds,
        valid_sets=[judged],
        callbacks=[lgb.early_stopping(PATIENCE_ROUNDS, verbose=False)],
    )
    return Grown(booster, max(int(booster.best_iteration), 1))


def grow_whole(table: Any, *, rounds: int, family: Family, settings: dict[str, Any]) -> Any:
    """Grow on all rows, for as many rounds as told."""
    everyone = table.subset(np.arange(table.num_data()))
    booster = lgb.train({**COMMON, **family.settings, **settings}, everyone, num_boost_round=rounds)
    return keep(booster, rounds)


def keep(booster: Any, rounds: int) -> Any:
    """The booster as it will be after a round trip through its text, without its training table."""
    return read(booster.model_to_string(num_iteration=rounds))


def read(text: str) -> Any:
    return lgb.Booster(model_str=text)
