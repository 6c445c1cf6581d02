"""Trees grown on folds and additive models, weighed on what each said of rows it had not seen.

Nothing is tuned by hand for a table; the table itself chooses between plain and curved, shallow and deep:

1. The rows are dealt into folds, customers together and leavers evenly.
2. On all folds but one learn: straight logistic models, the first the one anybody would try; additive
   ones of curves; trees of few leaves, of many, and cut at random. The fold left out says when trees stop
   growing.
3. What each member said of the rows it had not seen is blended by a logistic model without negative
   weights. That is also the calibration. A member that does not help gets no weight, and as long as all
   others together have not proved themselves, the blend stays with the straight models (`calibrate`).
4. Later rows are answered by the mean of the folds' trees (in short tables averaged with trees of all
   rows, for there each row counts) and by additive models of all rows.

How much is grown follows from the number of rows (`Size`): more rows need fewer models to steady them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias

import numpy as np

from liuke.kernel.seeds import generator, seed_from
from liuke.predict import additive, calibrate, trees
from liuke.predict.curves import Curves
from liuke.predict.encode import ColumnEncoder
from liuke.predict.folds import count_units, deal_folds
from liuke.predict.side_by_side import do_side_by_side, do_together, sums_in_one_order
from liuke.predict.tree_tables import TreesNotFlat, TreeTables

Effort: TypeAlias = Literal["full", "quick"]

TABLES_ROWS = 10_000  # from here on masks of leaves pay for being made
SHORT_ROWS, MIDDLE_ROWS = 8_000, 20_000  # tables up to here are grown on more, and on five folds
ADDITIVE_ROWS = 10_000  # of leavers, and of stayers, that an additive model learns from at most


@dataclass(frozen=True)
class Bend:
    """A kind of additive model: with a curve per column or a straight line, and how small it is kept."""

    curved: bool
    ridge: float


# The first is what anybody would try: a plain logistic regression. Stiffer ones serve few or noisy rows.
BENDS = (Bend(False, 1.0), Bend(False, 8.0), Bend(True, 8.0), Bend(True, 32.0))
BENDS_QUICK = (Bend(False, 1.0), Bend(True, 8.0))


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
    bends: tuple[Bend, ...]
    max_bin: int
    leaf_rows: int
    grow_whole: bool  # whether trees of all rows join those of the folds

    @classmethod
    def of(cls, *, rows: int, rarer: int, effort: Effort = "full") -> "Size":
        """rows: of the table; rarer: customers in the smaller class."""
        if rarer < 2:
            return cls(folds=0, families=(), bends=BENDS[:1], max_bin=255, leaf_rows=1, grow_whole=False)
        leaf_rows = int(np.clip(rows // 50, 3, 20))
        if effort == "quick":
            return cls(min(3, rarer), (trees.SMALL_QUICK,), BENDS_QUICK, 63, leaf_rows, grow_whole=False)
        short = rows <= SHORT_ROWS
        return cls(
            folds=min(5 if rows <= MIDDLE_ROWS else 3, rarer),
            families=(trees.SMALL, trees.DRAWN, trees.LARGE, trees.WHOLE)
            if short
            else (trees.SMALL_QUICK, trees.WHOLE_QUICK),
            bends=BENDS,
            max_bin=255 if short else 127,
            leaf_rows=leaf_rows,
            grow_whole=short,
        )


@dataclass(frozen=True)
class Grove:
    """The boosters of one family, and the share each has in what the family says."""

    boosters: tuple[Any, ...]
    shares: tuple[float, ...]

    def log_odds(self, codes: np.ndarray) -> np.ndarray:
        tables = self._tables if len(codes) >= TABLES_ROWS else None
        if tables is None:
            return self._sum(codes, raw_score=True)
        said = [share * table.raw_scores(codes) for table, share in zip(tables, self.shares, strict=True)]
        return np.sum(said, axis=0)

    @cached_property
    def _tables(self) -> tuple[TreeTables, ...] | None:
        """The boosters as masks, which say the same to the bit; None where that cannot be done."""
        try:
            return tuple(TreeTables.read(booster) for booster in self.boosters)
        except TreesNotFlat:
            return None

    def contributions(self, codes: np.ndarray) -> np.ndarray:
        """TreeSHAP, rows by columns + 1; the last is what the trees say of no row in particular."""
        return self._sum(codes, pred_contrib=True)

    def _sum(self, codes: np.ndarray, **asked: bool) -> np.ndarray:
        said = [
            share * b.predict(codes, **asked) for b, share in zip(self.boosters, self.shares, strict=True)
        ]
        return np.sum(said, axis=0)


@dataclass(frozen=True)
class Ensemble:
    """The members and their blend."""

    groves: tuple[Grove, ...]  # per family
    additives: tuple[additive.Additive, ...]  # by the order of BENDS
    blend: calibrate.Blend

    @property
    def all_boosters(self) -> tuple[Any, ...]:
        return tuple(booster for grove in self.groves for booster in grove.boosters)

    def members(self, codes: np.ndarray, encoder: ColumnEncoder) -> np.ndarray:
        """Each member's log-odds, rows by members; the additive models last."""
        said = [grove.log_odds(codes) for grove in self.groves]
        if not self.additives:
            return np.column_stack(said)
        return np.column_stack([*said, Curves.of(self.additives, encoder).log_odds(codes)])

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
        for share, grove in zip(shares, self.groves, strict=False):
            added += share * _bounded(grove.contributions(codes))
        for share, model in zip(shares[len(self.groves) :], self.additives, strict=True):
            added += share * _bounded(model.contributions(design, owners, columns))
        return added

    def to_json(self) -> tuple[dict[str, Any], tuple[str, ...]]:
        stored = {
            "groves": [list(grove.shares) for grove in self.groves],
            "additives": [model.to_json() for model in self.additives],
            "blend": {"intercept": self.blend.intercept, "weights": list(self.blend.weights)},
        }
        return stored, tuple(booster.model_to_string() for booster in self.all_boosters)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any], texts: Sequence[str]) -> "Ensemble":
        read = iter([trees.read(text) for text in texts])
        groves = tuple(Grove(tuple(next(read) for _ in shares), tuple(shares)) for shares in stored["groves"])
        models = tuple(additive.Additive.from_json(item) for item in stored["additives"])
        blend = calibrate.Blend(stored["blend"]["intercept"], tuple(stored["blend"]["weights"]))
        return cls(groves, models, blend)


def _bounded(added: np.ndarray) -> np.ndarray:
    """Contributions shrunk alike where their sum is beyond what the blend takes from a member."""
    said = added.sum(axis=1)
    beyond = np.flatnonzero(np.abs(said) > calibrate.LIMIT)
    base = added[beyond, -1]
    taken = np.clip(said[beyond], -calibrate.LIMIT, calibrate.LIMIT)
    added[beyond, :-1] *= ((taken - base) / (said[beyond] - base))[:, None]
    return added


def fit_ensemble(lesson: Lesson, *, seed: int) -> Ensemble:
    """Grow, judge out of fold, weigh. Repeatable to the bit from the seed."""
    rarer = count_units(lesson.labels, lesson.groups)
    size = Size.of(rows=len(lesson.labels), rarer=rarer, effort=lesson.effort)
    if not size.folds:
        _, (straight,) = _learn_additives(lesson, size.bends, None, seed)
        return Ensemble((), (straight,), calibrate.Blend(0.0, (1.0,)))
    fold_of = deal_folds(lesson.labels, folds=size.folds, seed=seed, groups=lesson.groups)
    (groves, said_by_trees), (said_by_sums, models) = _learn_members(lesson, size, fold_of, seed)
    unseen = np.column_stack([said_by_trees, said_by_sums])
    sums = range(len(groves), unseen.shape[1])
    plain = [member for member, bend in zip(sums, size.bends, strict=True) if not bend.curved]
    with sums_in_one_order():
        blend = calibrate.fit_blend(unseen, lesson.labels, lesson.weights, plain=plain, sums=sums)
    return _drop_idle(Ensemble(groves, models, blend))


def _learn_members(lesson: Lesson, size: Size, fold_of: np.ndarray, seed: int) -> list[Any]:
    """Trees and additive models, neither of which asks anything of the other."""
    jobs: list[Callable[[], Any]] = [
        lambda: _grow_all(lesson, size, fold_of, seed),
        lambda: _learn_additives(lesson, size.bends, fold_of, seed),
    ]
    return do_together(lambda job: job(), jobs)


def _drop_idle(whole: Ensemble) -> Ensemble:
    """Without the members that got no weight, which would only cost time to ask."""
    count = len(whole.groves)
    kept = [i for i, weight in enumerate(whole.blend.weights) if weight > 0.0]
    if not kept:
        return whole
    return Ensemble(
        tuple(whole.groves[i] for i in kept if i < count),
        tuple(whole.additives[i - count] for i in kept if i >= count),
        calibrate.Blend(whole.blend.intercept, tuple(whole.blend.weights[i] for i in kept)),
    )


def _learn_additives(
    lesson: Lesson, bends: Sequence[Bend], fold_of: np.ndarray | None, seed: int
) -> tuple[np.ndarray, tuple[additive.Additive, ...]]:
    """What the additive models say of rows they had not seen, and the models of all rows."""
    learned, weights = _sample(lesson, seed)
    design = lesson.encoder.design(lesson.codes[learned])
    ramps = lesson.encoder.design_ramps
    models: list[additive.Additive] = []
    of_folds: list[list[additive.Additive]] = []
    for bend in bends:
        used = np.ones(len(ramps), dtype=bool) if bend.curved else ~ramps
        told = additive.Told(
            design[:, used],
            lesson.labels[learned],
            weights,
            lesson.encoder.spread(lesson.signs)[used],
        )
        folds = None if fold_of is None else fold_of[learned]
        near = models[-1].narrowed(used) if models else None
        lends = lesson.effort == "quick"
        whole, parts = additive.learn(told, ridge=bend.ridge, folds=folds, near=near, lends=lends)
        models.append(whole.spread_over(used))
        of_folds.append([part.spread_over(used) for part in parts])
    if fold_of is None:
        return np.empty((len(lesson.labels), 0)), tuple(models)
    return _ask_folds(lesson, fold_of, list(zip(*of_folds, strict=True))), tuple(models)


def _sample(lesson: Lesson, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows for the additive models, weighed so that they stand for all."""
    kept, weights = [], lesson.weights.copy()
    for label in (0.0, 1.0):
        rows = np.flatnonzero(lesson.labels == label)
        drawn = min(len(rows), ADDITIVE_ROWS)
        kept.append(generator("additive", seed, label).choice(rows, drawn, replace=False))
        weights[rows] *= len(rows) / drawn
    learned = np.sort(np.concatenate(kept))
    return learned, weights[learned]


def _ask_folds(
    lesson: Lesson, fold_of: np.ndarray, models: Sequence[Sequence[additive.Additive]]
) -> np.ndarray:
    """What the models of each fold's other rows say of the fold, rows by models."""
    said = np.empty((len(fold_of), len(models[0])))
    for fold, learned in enumerate(models):
        apart = fold_of == fold
        said[apart] = Curves.of(learned, lesson.encoder).log_odds(lesson.codes[apart])
    return said


def _grow_all(
    lesson: Lesson, size: Size, fold_of: np.ndarray, seed: int
) -> tuple[tuple[Grove, ...], np.ndarray]:
    """The families' groves, and what each family said of rows it had not seen."""
    families = [family.narrowed(lesson.codes.shape[1]) for family in size.families]
    table = trees.bin_rows(
        lesson.codes, lesson.labels, lesson.weights, max_bin=size.max_bin, leaf_rows=size.leaf_rows
    )

    def settings(*job: int) -> dict[str, Any]:
        drawn = {"seed": seed_from("trees", seed, *job) % 2**31, "min_data_in_leaf": size.leaf_rows}
        return drawn | ({"monotone_constraints": lesson.signs.tolist()} if lesson.signs.any() else {})

    def grow(job: tuple[int, int]) -> trees.Grown:
        member, fold = job
        train, judge = np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)
        family = families[member]
        return trees.grow(table, train=train, judge=judge, family=family, settings=settings(*job))

    members = range(len(size.families))
    jobs = [(member, fold) for member in members for fold in range(size.folds)]
    grown = dict(zip(jobs, do_side_by_side(grow, jobs), strict=True))
    rounds = [_typical([grown[member, fold].rounds for fold in range(size.folds)]) for member in members]

    def grow_whole(member: int) -> Any:
        # A table longer by one fold bears a little more growth than the folds did.
        count = round(rounds[member] * (1.0 + 0.5 / size.folds))
        return trees.grow_whole(table, rounds=count, family=families[member], settings=settings(member))

    wholes = do_side_by_side(grow_whole, members) if size.grow_whole else [None for _ in members]
    unseen = np.empty((len(fold_of), len(members)))
    groves = []
    for member in members:
        kept = [trees.keep(grown[member, fold].booster, rounds[member]) for fold in range(size.folds)]
        for fold, booster in enumerate(kept):
            apart = fold_of == fold
            unseen[apart, member] = Grove((booster,), (1.0,)).log_odds(lesson.codes[apart])
        groves.append(_plant(kept, wholes[member]))
    return tuple(groves), unseen


def _typical(rounds: Sequence[int]) -> int:
    return max(1, round(float(np.mean(rounds))))


def _plant(folds: Sequence[Any], whole: Any) -> Grove:
    """Half the say for the trees of all rows, where there are any."""
    count = len(folds)
    if whole is None:
        return Grove(tuple(folds), (1.0 / count,) * count)
    return Grove((*folds, whole), (*((0.5 / count,) * count), 0.5))
