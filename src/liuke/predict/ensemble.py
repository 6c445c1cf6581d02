"""Trees grown on folds and an additive model, weighed on what each said of rows it had not seen."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from liuke.kernel.seeds import seed_from
from liuke.predict import additive, calibrate, trees
from liuke.predict.folds import count_units, deal_folds

A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True)
class Lesson:
    """What there is to learn from."""

    codes: np.ndarray
    design: np.ndarray
    labels: np.ndarray
    weights: np.ndarray
    groups: np.ndarray | None
    signs: np.ndarray  # per plan: +1, -1 where the answer must rise or fall with it, else 0
    design_signs: np.ndarray


@dataclass(frozen=True)
class Size:
    """How much is grown for a table of some size; more rows need fewer models to steady the answer."""

    folds: int
    families: tuple[trees.Family, ...]
    max_bin: int
    leaf_rows: int

    @classmethod
    def of(cls, *, rows: int, rarer: int) -> "Size":
        """rows: of the table; rarer: customers in the smaller class."""
        if rarer < 2:
            return cls(folds=0, families=(), max_bin=255, leaf_rows=1)
        folds = 5 if rows <= 20_000 else 3
        return cls(
            folds=min(folds, rarer),
            families=(trees.SMALL, trees.LARGE),
            max_bin=255 if rows <= 20_000 else 127,
            leaf_rows=int(np.clip(rows // 50, 3, 20)),
        )


@dataclass(frozen=True)
class Ensemble:
    """The members and their blend."""

    boosters: tuple[tuple[Any, ...], ...]  # per family, one booster per fold
    additive: additive.Additive
    blend: calibrate.Blend

    def members(self, codes: np.ndarray, design: np.ndarray) -> np.ndarray:
        """Each member's log-odds, rows by members; the additive model last."""
        said = [
            sum(booster.predict(codes, raw_score=True) for booster in family) / len(family)
            for family in self.boosters
        ]
        return np.column_stack([*said, self.additive.log_odds(design)])

    def log_odds(self, codes: np.ndarray, design: np.ndarray) -> np.ndarray:
        return self.blend.log_odds(self.members(codes, design))

    def contributions(self, codes: np.ndarray, design: np.ndarray, owners: np.ndarray) -> np.ndarray:
        """Rows by columns + 1, the last the part no column has; a row's sum is its log-odds."""
        columns = codes.shape[1]
        *shares, last = self.blend.weights
        added = last * self.additive.contributions(design, owners, columns)
        for share, family in zip(shares, self.boosters, strict=True):
            for booster in family:
                added += share / len(family) * booster.predict(codes, pred_contrib=True)
        added[:, -1] += self.blend.intercept
        return added


def fit_ensemble(lesson: Lesson, *, seed: int) -> Ensemble:
    """Grow, judge out of fold, weigh. Repeatable to the bit from the seed."""
    rarer = count_units(lesson.labels, lesson.groups)
    size = Size.of(rows=len(lesson.labels), rarer=rarer)
    problem = additive.pose(lesson.design, lesson.labels, lesson.weights, ridge=2.0)
    beta = additive.solve(problem, signs=lesson.design_signs)
    whole = additive.Additive(float(beta[-1]), beta[:-1], lesson.design.mean(axis=0))
    if not size.folds:
        return Ensemble((), whole, calibrate.Blend(0.0, (1.0,)))
    fold_of = deal_folds(lesson.labels, folds=size.folds, seed=seed, groups=lesson.groups)
    unseen = np.zeros((len(lesson.labels), len(size.families) + 1))
    unseen[:, -1] = _additive_unseen(problem, fold_of, lesson.design_signs, beta)
    boosters = _grow_all(lesson, size, fold_of, seed, unseen)
    return Ensemble(boosters, whole, calibrate.fit_blend(unseen, lesson.labels, lesson.weights))


def _additive_unseen(
    problem: additive.Problem, fold_of: np.ndarray, signs: np.ndarray, beta: np.ndarray
) -> np.ndarray:
    said = np.zeros(len(fold_of))
    for fold in np.unique(fold_of):
        apart = fold_of == fold
        fitted = additive.solve(problem.rows(~apart), signs=signs, start=beta)
        said[apart] = problem.design[apart] @ fitted
    return said


def _grow_all(
    lesson: Lesson, size: Size, fold_of: np.ndarray, seed: int, unseen: np.ndarray
) -> tuple[tuple[Any, ...], ...]:
    table = trees.bin_rows(
        lesson.codes, lesson.labels, lesson.weights, max_bin=size.max_bin, leaf_rows=size.leaf_rows
    )
    jobs = [(member, fold) for fold in range(size.folds) for member in range(len(size.families))]

    def grow(job: tuple[int, int]) -> trees.Grown:
        member, fold = job
        settings: dict[str, Any] = {
            "seed": seed_from("trees", seed, job) % 2**31,
            "min_data_in_leaf": size.leaf_rows,
        }
        if lesson.signs.any():
            settings["monotone_constraints"] = lesson.signs.tolist()
        apart = fold_of == fold
        return trees.grow(
            table,
            train=np.flatnonzero(~apart),
            judge=np.flatnonzero(apart),
            family=size.families[member],
            settings=settings,
        )

    grown = dict(zip(jobs, _side_by_side(grow, jobs), strict=True))
    families = []
    for member in range(len(size.families)):
        rounds = [grown[member, fold].rounds for fold in range(size.folds)]
        typical = max(1, round(float(np.mean(rounds))))
        family = []
        for fold in range(size.folds):
            booster = trees.reread(grown[member, fold].booster, typical)
            apart = fold_of == fold
            unseen[apart, member] = booster.predict(lesson.codes[apart], raw_score=True)
            family.append(booster)
        families.append(tuple(family))
    return tuple(families)


def _side_by_side(do: Callable[[A], B], jobs: Iterable[A]) -> list[B]:
    with ThreadPoolExecutor(max_workers=len(os.sched_getaffinity(0))) as pool:
        return list(pool.map(do, jobs))
