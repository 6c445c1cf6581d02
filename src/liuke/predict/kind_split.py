"""How those who leave do it: the probability of leaving, split among the kinds.

One yes-or-no classifier for each kind, learned from leavers alone and made to sum to one. A kind with
too few leavers to learn from gets its share of all leavers, the same for everybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from liuke.kernel.seeds import seed_from
from liuke.predict.churn import Kind
from liuke.predict.churn_classifier import ChurnClassifier
from liuke.predict.examples import Example, stack
from liuke.predict.hazards import Lesson, learn
from liuke.predict.scoring import score_side_by_side
from liuke.predict.side_by_side import do_side_by_side

LEAST_OF_A_KIND = 30  # leavers of the kind, and of all others


@dataclass(frozen=True)
class KindSplit:
    """kinds: in order; models: None where the kind has its overall share. counts: leavers of each kind."""

    kinds: tuple[Kind, ...]
    models: tuple[ChurnClassifier | None, ...]
    counts: tuple[int, ...]

    def shares(self, table: pa.Table) -> np.ndarray:
        """Rows by kinds, each row summing to 1."""
        total = max(sum(self.counts), 1)
        learned = [model for model in self.models if model is not None]
        said = iter(score_side_by_side(learned, table, lambda model, rows: model.predict_proba(rows)[:, 1]))
        raw = np.column_stack(
            [
                np.full(table.num_rows, count / total) if model is None else next(said)
                for model, count in zip(self.models, self.counts, strict=True)
            ]
        )
        return raw / raw.sum(axis=1, keepdims=True)


def learn_split(
    examples: Sequence[Example], months: int, kinds: Sequence[Kind], *, seed: int
) -> KindSplit | None:
    """The split of leavings within some months; None when nobody left."""
    lesson, kind_of_row = _leavers(examples, months)
    if lesson is None:
        return None
    leavers = lesson
    counts = tuple(int((kind_of_row == kind).sum()) for kind in kinds)

    def learn_kind(kind: Kind) -> ChurnClassifier | None:
        is_kind = kind_of_row == kind
        if min(is_kind.sum(), (~is_kind).sum()) < LEAST_OF_A_KIND:
            return None
        return learn(replace(leavers, answers=is_kind.astype(float)), seed=seed_from(kind, seed))

    models = tuple(do_side_by_side(learn_kind, kinds))
    return KindSplit(tuple(kinds), models, counts)


def _leavers(examples: Sequence[Example], months: int) -> tuple[Lesson | None, np.ndarray]:
    tables, kinds, customers = [], [], []
    for example in examples:
        rows = np.flatnonzero(example.outcome.left[months] == 1)
        tables.append(example.population.table.take(rows))
        kinds.append(example.outcome.kind[rows])
        customers.append(example.population.customers[rows])
    count = sum(map(len, kinds))
    if not count:
        return None, np.empty(0, dtype=object)
    lesson = Lesson(stack(tables), np.empty(0), np.concatenate(customers), np.ones(count))
    return lesson, np.concatenate(kinds)
