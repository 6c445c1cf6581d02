"""Leaving later than the list looks: the hazards of the months beyond its longest horizon.

One classifier for each stretch of months, (3, 6], (6, 12] and (12, 24] after the as-of day, learned from
those who stayed until the stretch began, as far back as outcomes are known: a discrete-time hazard model
(Singer & Willett 1993) with stretches that grow as what is known today tells less. Within a stretch the
hazard of every month is the same, 1 - (1 - p)^(1 / months). Beyond the last stretch that could be learned
its hazard is carried on; as those likely to leave go first, that understates how long the rest stay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
from ibis import _

from liuke.kernel.days import add_months
from liuke.kernel.rates import wilson
from liuke.kernel.seeds import seed_from
from liuke.predict.churn import ChurnDefinition
from liuke.predict.churn_classifier import ChurnClassifier
from liuke.predict.examples import (
    Example,
    draw_customers,
    for_learning,
    learning_share,
    read_leavings,
    read_outcome,
    read_population,
)
from liuke.predict.hazards import Learned, hazard_lesson, learn_unless_refused, take_until_refused
from liuke.predict.scoring import score_side_by_side
from liuke.predict.side_by_side import do_side_by_side
from liuke.predict.warning_inputs import Inputs

ENDS = (6, 12, 24)  # months
YEAR_MONTHS = 12
DAYS_EACH, APART_MONTHS = 3, 3  # as-of days that a stretch is learned from
HISTORY_MONTHS = 6  # of bills before a day, so that its view is like today's


@dataclass(frozen=True)
class LaterHazards:
    """begins_after: months that the horizons cover. ends: of each stretch learned, the nearest first."""

    begins_after: int
    ends: tuple[int, ...] = ()
    models: tuple[ChurnClassifier, ...] = ()
    learned: tuple[dict[str, int], ...] = ()
    why_empty: str | None = None  # why the next stretch is not learned

    def to_json(self) -> dict[str, Any]:
        return {
            "begins_after": self.begins_after,
            "ends": list(self.ends),
            "learned": list(self.learned),
            "why_empty": self.why_empty,
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any], models: tuple[ChurnClassifier, ...]) -> "LaterHazards":
        return cls(
            told["begins_after"], tuple(told["ends"]), models, tuple(told["learned"]), told["why_empty"]
        )

    def reaches(self, months: int) -> bool:
        """Whether what was learned covers at least half of a lifetime of so many months."""
        return bool(self.ends) and 2 * self.ends[-1] >= months

    def by_month(self, table: pa.Table, *, until: int) -> np.ndarray:
        """Rows by months after the horizons, up to `until`; carried on beyond the last stretch learned."""
        columns: list[np.ndarray] = []
        after = self.begins_after
        said = score_side_by_side(self.models, table, lambda model, rows: model.predict_proba(rows)[:, 1])
        for end, p in zip(self.ends, said, strict=True):
            columns += [1.0 - (1.0 - p) ** (1.0 / (end - after))] * (end - after)
            after = end
        columns += columns[-1:] * (until - after)
        return np.column_stack(columns[: until - self.begins_after])


def later_days(definition: ChurnDefinition, *, as_of: date) -> list[date]:
    """The as-of days behind a day that later leaving is learned from, the latest first."""
    steps = {end + place * APART_MONTHS for end in _ends(definition) for place in range(DAYS_EACH)}
    return [add_months(as_of, -step) for step in sorted(steps)]


def learn_later(inputs: Inputs, *, known_by: date, seed: int) -> LaterHazards:
    """The hazards of as many stretches as outcomes known by a day allow; later data is not looked at."""
    return learn_stretches(inputs.definition, read_later(inputs, known_by=known_by), seed=seed)


def read_later(inputs: Inputs, *, known_by: date) -> list[Example]:
    """What later leaving is learned from, with outcomes as far as known by a day."""
    return _examples(inputs, later_days(inputs.definition, as_of=known_by), known_by=known_by)


def learn_stretches(definition: ChurnDefinition, examples: Sequence[Example], *, seed: int) -> LaterHazards:
    """The hazards of as many stretches as the outcomes of the examples allow."""
    begins_after, ends = definition.horizons[-1], _ends(definition)
    training = definition.training

    def learn_stretch(begin_end: tuple[int, int]) -> Learned:
        after, end = begin_end
        lesson = hazard_lesson(examples, end, training, after=after, seed=seed)
        return learn_unless_refused(lesson, training, seed=seed_from("later hazard", end, seed))

    stretches = list(zip((begins_after, *ends), ends, strict=False))
    kept, why_empty = take_until_refused(do_side_by_side(learn_stretch, stretches))
    learned = [
        {"after": after, "until": end, **each.seen}
        for (after, end), each in zip(stretches, kept, strict=False)
    ]
    models = tuple(each.model for each in kept)
    return LaterHazards(begins_after, ends[: len(kept)], models, tuple(learned), why_empty)


def judge_later(inputs: Inputs, *, seed: int) -> dict[str, Any]:
    """How many were said to stay to the end of a year and how many did, by models that knew neither.

    Of those who stayed through the horizons after the latest day of which a year's outcome is known; said
    by models that learned from what was known by that day.
    """
    until = YEAR_MONTHS
    day = add_months(inputs.as_of, -until)
    earlier = learn_later(inputs, known_by=day, seed=seed_from("later judged", seed))
    if not earlier.ends or earlier.ends[-1] < until:
        return {"why_empty": earlier.why_empty or "history_too_short"}
    found = _examples(inputs, [day], known_by=inputs.as_of)
    left = found[0].outcome.left if found else {}
    if not left or np.isnan(left[until]).all():
        return {"why_empty": "history_too_short"}
    asked = np.flatnonzero((left[earlier.begins_after] == 0) & ~np.isnan(left[until]))
    hazards = earlier.by_month(found[0].population.table.take(asked), until=until)
    stayed = left[until][asked] == 0
    low, high = wilson(int(stayed.sum()), len(asked))
    return {
        "judged_as_of": day.isoformat(),
        "until_month": until,
        "n": len(asked),
        "said_to_stay": float(np.prod(1.0 - hazards, axis=1).mean()),
        "stayed": float(stayed.mean()),
        "stayed_low": low,
        "stayed_high": high,
    }


def _ends(definition: ChurnDefinition) -> tuple[int, ...]:
    """Ends of the stretches that a lifetime of the definition reaches into."""
    covered = (definition.horizons[-1], *ENDS)
    reached = zip(covered, ENDS, strict=False)
    return tuple(end for begins, end in reached if begins < min(end, definition.value.clv_months))


def _examples(inputs: Inputs, days: Sequence[date], *, known_by: date) -> list[Example]:
    """Those of the days that have enough behind them, with outcomes to the ends of all stretches."""
    first_bill = _first_bill(inputs)
    if first_bill is None:
        return []
    kept = [day for day in days if add_months(first_bill, HISTORY_MONTHS) <= day]
    if not kept:
        return []
    drawn = for_learning(inputs, kept)
    months = (inputs.definition.horizons[-1], *_ends(inputs.definition))
    longer = replace(inputs, definition=inputs.definition.model_copy(update={"horizons": months}))
    leavings = read_leavings(inputs, known_by=known_by)
    share = learning_share(inputs)
    populations = (draw_customers(read_population(drawn, as_of=day), share, inputs.seed) for day in kept)
    return [
        Example(population, read_outcome(longer, population, leavings, known_by=known_by))
        for population in populations
        if len(population)
    ]


def _first_bill(inputs: Inputs) -> date | None:
    """The day from which on there are bills."""
    found = inputs.engine.to_arrow(inputs.tables["bills"].agg(first=_.period_start.min()))
    first = found["first"][0].as_py()
    return first.date() if isinstance(first, datetime) else first
