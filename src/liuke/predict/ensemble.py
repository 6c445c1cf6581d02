"""Trees grown on folds and two additive models, weighed on what each said of rows it had not seen.

Nothing is tuned by hand for a table; the table itself chooses between plain and curved, shallow and deep:

1. The rows are dealt into folds, customers together and leavers evenly.
2. On all folds but one learn: a straight logistic model; an additive one of curves; trees of few leaves;
   trees of many. The fold left out says when trees stop growing.
3. What each member said of the rows it had not seen is blended by a logistic model without negative
   weights. That is also the calibration. A member that does not help gets no weight.
4. Later rows are answered by the mean of the folds' trees and by additive models of all rows.

How much is grown follows from the number of rows (`Size`): more rows need fewer models to steady them.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar

import numpy as np

from liuke.kernel.seeds import generator, seed_from
from liuke.predict import additive, calibrate, trees
from liuke.predict.encode import ColumnEncoder
from liuke.predict.folds import count_units, deal_folds

A = TypeVar("A")
B = TypeVar("B")
Effort: TypeAlias = Literal["full", "quick"]

ADDITIVE_ROWS = 10_000  # rows an additive model learns from at most; curves need no more
RIDGES = {"straight": 1.0, "curved": 8.0}


@dataclass(frozen=True)
class Lesson:
    """What there is to learn from."""

    codes: np.ndarray
    encoder: ColumnEncoder
    labels: np.ndarray
    weights: np.ndarray
    groups: np.ndarray | None
    signs: np.ndarray  # per plan: +1, -1 where the answer must rise or fall with it, else 0
    effort: Effort = "full"


@dataclass(frozen=True)
class Size:
    """How much is grown for a table of some size."""

    folds: int
    families: tuple[trees.Family, ...]
    max_bin: int
    leaf_rows: int

    @classmethod
    def of(cls, *, rows: int, rarer: int, effort: Effort = "full") -> "Size":
        """rows: of the table; rarer: customers in the smaller class."""
        if rarer < 2:
            return cls(folds=0, families=(), max_bin=255, leaf_rows=1)
        if effort == "quick":
            leaf_rows = int(np.clip(rows // 50, 3, 20))
            return cls(folds=min(3, rarer), families=(trees.SMALL_QUICK,), max_bin=63, leaf_rows=leaf_rows)
        if rows <= 8_000:
            families, folds = (trees.SMALL, trees.LARGE), 5
        else:
            families, folds = (trees.SMALL_QUICK, trees.LARGE_QUICK), 3
        return cls(
            folds=min(folds, rarer),
            families=families,
            max_bin=255 if rows <= 8_000 else 63,
            leaf_rows=int(np.clip(rows // 50, 3, 20)),
        )


@dataclass(frozen=True)
class Ensemble:
    """The members and their blend."""

    boosters: tuple[tuple[Any, ...], ...]  # per family, one booster per fold
    additives: tuple[additive.Additive, ...]  # by the order of RIDGES
    blend: calibrate.Blend

    @property
    def all_boosters(self) -> tuple[Any, ...]:
        return tuple(booster for family in self.boosters for booster in family)

    def members(self, codes: np.ndarray, encoder: ColumnEncoder) -> np.ndarray:
        """Each member's log-odds, rows by members; the additive models last."""
        said = [
            np.mean([b.predict(codes, raw_score=True) for b in family], axis=0) for family in self.boosters
        ]
        design = encoder.design(codes)
        return np.column_stack([*said, *(model.log_odds(design) for model in self.additives)])

    def log_odds(self, codes: np.ndarray, encoder: ColumnEncoder) -> np.ndarray:
        return self.blend.log_odds(self.members(codes, encoder))

    def contributions(self, codes: np.ndarray, encoder: ColumnEncoder, owners: np.ndarray) -> np.ndarray:
        """Rows by columns; with `base` a row's sum is its log-odds."""
        return self._parts(codes, encoder, owners)[:, :-1]

    def base(self, encoder: ColumnEncoder) -> float:
        """The log-odds before any column is looked at; the same for every row."""
        return float(self._parts(encoder.canary(1), encoder, encoder.design_owners)[0, -1])

    def _parts(self, codes: np.ndarray, encoder: ColumnEncoder, owners: np.ndarray) -> np.ndarray:
        columns, shares = codes.shape[1], list(self.blend.weights)
        design = encoder.design(codes)
        added = np.zeros((len(codes), columns + 1))
        added[:, -1] = self.blend.intercept
        for share, family in zip(shares, self.boosters, strict=False):
            for booster in family if share else ():
                added += share / len(family) * booster.predict(codes, pred_contrib=True)
        for share, model in zip(shares[len(self.boosters) :], self.additives, strict=True):
            added += share * model.contributions(design, owners, columns)
        return added

    def to_json(self) -> tuple[dict[str, Any], tuple[str, ...]]:
        stored = {
            "families": [len(family) for family in self.boosters],
            "additives": [model.to_json() for model in self.additives],
            "blend": {"intercept": self.blend.intercept, "weights": list(self.blend.weights)},
        }
        return stored, tuple(booster.model_to_string() for booster in self.all_boosters)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any], texts: Sequence[str]) -> "Ensemble":
        read = iter([trees.read(text) for text in texts])
        families = tuple(tuple(next(read) for _ in range(count)) for count in stored["families"])
        models = tuple(additive.Additive.from_json(item) for item in stored["additives"])
        blend = calibrate.Blend(stored["blend"]["intercept"], tuple(stored["blend"]["weights"]))
        return cls(families, models, blend)


def fit_ensemble(lesson: Lesson, *, seed: int) -> Ensemble:
    """Grow, judge out of fold, weigh. Repeatable to the bit from the seed."""
    rarer = count_units(lesson.labels, lesson.groups)
    size = Size.of(rows=len(lesson.labels), rarer=rarer, effort=lesson.effort)
    if not size.folds:
        _, curved = _learn_additives(lesson, None, seed)
        return Ensemble((), (curved[0],), calibrate.Blend(0.0, (1.0,)))
    fold_of = deal_folds(lesson.labels, folds=size.folds, seed=seed, groups=lesson.groups)
    boosters, said_by_trees = _grow_all(lesson, size, fold_of, seed)
    said_by_sums, models = _learn_additives(lesson, fold_of, seed)
    unseen = np.column_stack([said_by_trees, said_by_sums])
    blend = calibrate.fit_blend(unseen, lesson.labels, lesson.weights)
    return _drop_idle(Ensemble(boosters, models, blend))


def _drop_idle(whole: Ensemble) -> Ensemble:
    """Without the members that got no weight, which would only cost time to ask."""
    count = len(whole.boosters)
    kept = [i for i, weight in enumerate(whole.blend.weights) if weight > 0.0]
    if not kept:
        return whole
    return Ensemble(
        tuple(whole.boosters[i] for i in kept if i < count),
        tuple(whole.additives[i - count] for i in kept if i >= count),
        calibrate.Blend(whole.blend.intercept, tuple(whole.blend.weights[i] for i in kept)),
    )


def _learn_additives(
    lesson: Lesson, fold_of: np.ndarray | None, seed: int
) -> tuple[np.ndarray, tuple[additive.Additive, ...]]:
    """What the additive models say of rows they had not seen, and the models of all rows."""
    rows = len(lesson.labels)
    learned = np.arange(rows)
    if rows > ADDITIVE_ROWS:
        learned = np.sort(generator("additive", seed).choice(rows, ADDITIVE_ROWS, replace=False))
        learned = learned if len(np.unique(lesson.labels[learned])) == 2 else np.arange(rows)
    design = lesson.encoder.design(lesson.codes[learned])
    ramps = lesson.encoder.design_ramps
    said, models = [], []
    for name, ridge in RIDGES.items():
        used = np.ones(len(ramps), dtype=bool) if name == "curved" else ~ramps
        told = additive.Told(
            design[:, used],
            lesson.labels[learned],
            lesson.weights[learned],
            lesson.encoder.spread(lesson.signs)[used],
        )
        folds = None if fold_of is None else fold_of[learned]
        whole, parts = additive.learn(told, ridge=ridge, folds=folds)
        models.append(whole.spread_over(used))
        if fold_of is not None:
            said.append(_ask_folds(lesson, fold_of, [part.spread_over(used) for part in parts]))
    return (np.column_stack(said) if said else np.empty((rows, 0))), tuple(models)


def _ask_folds(lesson: Lesson, fold_of: np.ndarray, models: Sequence[additive.Additive]) -> np.ndarray:
    said = np.empty(len(fold_of))
    for fold, model in enumerate(models):
        apart = np.flatnonzero(fold_of == fold)
        for start in range(0, len(apart), ADDITIVE_ROWS):
            some = apart[start : start + ADDITIVE_ROWS]
            said[some] = model.log_odds(lesson.encoder.design(lesson.codes[some]))
    return said


def _grow_all(
    lesson: Lesson, size: Size, fold_of: np.ndarray, seed: int
) -> tuple[tuple[tuple[Any, ...], ...], np.ndarray]:
    """Per family a booster for each fold, and what each family said of rows it had not seen."""
    table = trees.bin_rows(
        lesson.codes, lesson.labels, lesson.weights, max_bin=size.max_bin, leaf_rows=size.leaf_rows
    )
    jobs = [(member, fold) for member in reversed(range(len(size.families))) for fold in range(size.folds)]

    def grow(job: tuple[int, int]) -> trees.Grown:
        member, fold = job
        settings: dict[str, Any] = {
            "seed": seed_from("trees", seed, job) % 2**31,
            "min_data_in_leaf": size.leaf_rows,
        }
        if lesson.signs.any():
            settings["monotone_constraints"] = lesson.signs.tolist()
        apart = fold_of == fold
        train, judge = np.flatnonzero(~apart), np.flatnonzero(apart)
        return trees.grow(table, train=train, judge=judge, family=size.families[member], settings=settings)

    grown = dict(zip(jobs, _side_by_side(grow, jobs), strict=True))
    unseen = np.empty((len(fold_of), len(size.families)))
    families = []
    for member in range(len(size.families)):
        folds = [grown[member, fold] for fold in range(size.folds)]
        rounds = max(1, round(float(np.mean([one.rounds for one in folds]))))
        kept = tuple(trees.keep(one.booster, rounds) for one in folds)
        for fold, booster in enumerate(kept):
            apart = fold_of == fold
            unseen[apart, member] = booster.predict(lesson.codes[apart], raw_score=True)
        families.append(kept)
    return tuple(families), unseen


def _side_by_side(do: Callable[[A], B], jobs: Sequence[A]) -> list[B]:
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return list(pool.map(do, jobs))
