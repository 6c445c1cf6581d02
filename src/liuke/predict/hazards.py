"""Leaving month by month: the hazard of each month ahead among those who stayed until then.

p within h months = 1 - product of (1 - hazard of month m), m = 1..h. So p never falls with the horizon.
A discrete-time hazard model (Singer & Willett 1993), one classifier for each month.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.special import expit

from liuke.kernel.seeds import generator, seed_from
from liuke.predict.churn import Training
from liuke.predict.churn_classifier import ChurnClassifier
from liuke.predict.examples import Example, stack
from liuke.predict.recalibration import NONE, Correction
from liuke.predict.scoring import score_side_by_side
from liuke.predict.side_by_side import do_side_by_side

ENOUGH_STAYERS = 4  # for each leaver: more add little (Ury, Biometrics 31, 1975)
SEEDS = 2**31  # scikit-learn's seeds have 31 bits


@dataclass(frozen=True)
class Lesson:
    """Rows to learn one yes-or-no question from; weights undo that only some of the "no" were kept."""

    table: pa.Table
    answers: np.ndarray
    customers: np.ndarray
    weights: np.ndarray

    @property
    def leavers(self) -> int:
        return int(self.answers.sum())


@dataclass(frozen=True)
class LearnedModel:
    """A classifier, and how much it learned from, for the card."""

    model: ChurnClassifier
    seen: dict[str, int]


Learned: TypeAlias = LearnedModel | str


@dataclass(frozen=True)
class Hazards:
    """A classifier for each month ahead that could be learned, the first month first."""

    models: tuple[ChurnClassifier, ...]
    learned: tuple[dict[str, int], ...]  # rows, customers and leavers of each, for the card
    why_empty: str | None  # why there is none for the next month, if the horizon is longer
    corrections: tuple[Correction, ...] = ()  # of each month; none where nothing is known to be off

    def predict(self, table: pa.Table) -> dict[int, np.ndarray]:
        """The probability of leaving within 1, 2, ... months, for each month that has a model."""
        return within(self.by_month(table))

    def explain(self, table: pa.Table, names: Sequence[str]) -> np.ndarray:
        """What each feature adds to the log-odds of leaving within the longest horizon, to first order.

        The months' contributions are weighed by their hazards: dp/d(log-odds of month m) = (1 - p) hazard_m.
        names: the features, in the order of the columns returned; one that no model uses adds 0.
        """
        hazards = np.column_stack(self.by_month(table))
        shares = hazards / hazards.sum(axis=1, keepdims=True)
        slopes = [correction.slope for correction in self._corrections()]
        added = [
            slope * contributions(model, table, names)
            for slope, model in zip(slopes, self.models, strict=True)
        ]
        return sum(share[:, None] * part for share, part in zip(shares.T, added, strict=True))

    def by_month(self, table: pa.Table) -> list[np.ndarray]:
        """The hazard of each month, corrected where it was found to be off."""
        said = score_side_by_side(self.models, table, ChurnClassifier.decision_function)
        return [
            expit(correction.apply(odds)) for correction, odds in zip(self._corrections(), said, strict=True)
        ]

    def _corrections(self) -> tuple[Correction, ...]:
        return self.corrections or (NONE,) * len(self.models)


def within(hazards: Sequence[np.ndarray]) -> dict[int, np.ndarray]:
    """The probability of leaving within 1, 2, ... months, from the hazard of each month."""
    staying, found = np.ones(len(hazards[0]) if hazards else 0), {}
    for months, hazard in enumerate(hazards, start=1):
        staying = staying * (1.0 - hazard)
        found[months] = 1.0 - staying
    return found


def learn_hazards(
    examples: Sequence[Example], horizons: Sequence[int], training: Training, *, seed: int
) -> Hazards:
    """Hazards of as many months ahead as the examples' known outcomes allow."""

    def learn_month(months: int) -> Learned:
        lesson = hazard_lesson(examples, months, training, seed=seed)
        return learn_unless_refused(
            lesson, training, seed=seed_from("hazard", months, seed), monotone=training.monotone
        )

    kept, why_empty = take_until_refused(do_side_by_side(learn_month, horizons))
    return Hazards(tuple(each.model for each in kept), tuple(each.seen for each in kept), why_empty)


def hazard_lesson(
    examples: Sequence[Example], until: int, training: Training, *, seed: int, after: int | None = None
) -> Lesson | None:
    """Who left within (after, until] months, of those who stayed through `after`; a month unless told.

    All leavers and as many stayers as the training allows, taken from each day before days are put under
    each other, so that memory holds what is learned from and no more.
    """
    begin = until - 1 if after is None else after
    rows = [_asked(example.outcome.left, begin, until) for example in examples]
    answers = [example.outcome.left[until][own] for example, own in zip(examples, rows, strict=True)]
    if not sum(map(len, answers)):
        return None
    seed = seed_from("thin", until, seed)
    together = np.concatenate(answers)
    kept, weights = thin(together, stayers_a_leaver(int(together.sum()), training), seed=seed)
    edges = np.searchsorted(kept, np.cumsum([0, *map(len, answers)]))
    tables, customers, place = [], [], 0
    for example, own, first, last in zip(examples, rows, edges[:-1], edges[1:], strict=True):
        taken = own[kept[first:last] - place]
        place += len(own)
        if len(taken):
            tables.append(example.population.table.take(taken))
            customers.append(example.population.customers[taken])
    return Lesson(stack(tables), together[kept], np.concatenate(customers), weights)


def _asked(left: Mapping[int, np.ndarray], begin: int, until: int) -> np.ndarray:
    """Rows of those who stayed through `begin` months and of whom `until` is known."""
    stayed = left[begin] == 0 if begin else np.ones(len(left[until]), bool)
    return np.flatnonzero(stayed & ~np.isnan(left[until]))


def stayers_a_leaver(leavers: int, training: Training) -> int:
    """How many stayers are kept for each leaver: fewer where there are very many, for rows cost time.

    >>> [stayers_a_leaver(leavers, Training()) for leavers in (1_000, 20_000, 90_000)]
    [10, 5, 4]
    """
    fit = training.maximum_rows // max(leavers, 1) - 1
    return min(training.stayers_per_leaver, max(fit, ENOUGH_STAYERS))


def thin(answers: np.ndarray, stayers_per_leaver: int, *, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows of all leavers and of at most so many stayers for each, drawn at random, and their weights."""
    leavers, stayers = np.flatnonzero(answers == 1), np.flatnonzero(answers == 0)
    kept = min(len(stayers), max(stayers_per_leaver * len(leavers), 1))
    drawn = np.sort(generator("stayers", seed).choice(stayers, kept, replace=False))
    rows = np.sort(np.concatenate([leavers, drawn]))
    return rows, np.where(answers[rows] == 1, 1.0, len(stayers) / max(kept, 1))


def refusal(lesson: Lesson | None, training: Training) -> str | None:
    """The named reason not to learn from a lesson, or None."""
    if lesson is None:
        return "history_too_short"
    if round(lesson.weights.sum()) < training.minimum_customers:
        return "too_few_customers"
    if lesson.leavers < training.minimum_leavers:
        return "too_few_leavers"
    if lesson.leavers == len(lesson.answers):
        return "nobody_stayed"
    return None if tells_anything(lesson.table) else "features_constant"


def tells_anything(table: pa.Table) -> bool:
    """Whether any column differs from row to row; a table of one value or of gaps teaches nothing."""
    return any(pc.count_distinct(column, mode="all").as_py() > 1 for column in table.columns)


def learn(lesson: Lesson, *, seed: int, monotone: Mapping[str, int] | None = None) -> ChurnClassifier:
    model = ChurnClassifier(random_state=seed % SEEDS, monotone=monotone or None, effort="quick")
    return model.fit(lesson.table, lesson.answers, sample_weight=lesson.weights, groups=lesson.customers)


def learn_unless_refused(
    lesson: Lesson | None, training: Training, *, seed: int, monotone: Mapping[str, int] | None = None
) -> Learned:
    """A model and what it learned from, or the named reason why there is none."""
    why_empty = refusal(lesson, training)
    if lesson is None or why_empty:
        return why_empty or "history_too_short"
    return LearnedModel(learn(lesson, seed=seed, monotone=monotone), count_lesson(lesson))


def take_until_refused(learned: Sequence[Learned]) -> tuple[list[LearnedModel], str | None]:
    """The models before the first that was refused, and why that one was."""
    kept: list[LearnedModel] = []
    for each in learned:
        if isinstance(each, str):
            return kept, each
        kept.append(each)
    return kept, None


def contributions(model: ChurnClassifier, table: pa.Table, names: Sequence[str]) -> np.ndarray:
    """What each feature adds to the model's log-odds, rows by names."""
    long = model.explain(table)
    used = len(long) // table.num_rows if table.num_rows else 0
    added = np.zeros((table.num_rows, len(names)))
    if used:
        place = {name: column for column, name in enumerate(names)}
        columns = [place[name] for name in long["feature"].slice(0, used).to_pylist()]
        added[:, columns] = long["contribution"].to_numpy().reshape(table.num_rows, used)
    return added


def count_lesson(lesson: Lesson) -> dict[str, int]:
    """How much there was to learn from, for the card."""
    return {
        "rows": round(lesson.weights.sum()),
        "rows_kept": len(lesson.answers),
        "customers": len(np.unique(lesson.customers)),
        "leavers": lesson.leavers,
    }
