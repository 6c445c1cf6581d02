"""What the sets of one training learn from, all read before anything is learned; then learned together.

Reading needs the engine, which answers one question at a time; learning needs cores, and knows of none else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from liuke.kernel.seeds import seed_from
from liuke.predict.examples import Example, Population
from liuke.predict.hazards import Hazards
from liuke.predict.kind_split import KindSplit
from liuke.predict.later_hazards import LaterHazards, learn_stretches, read_later
from liuke.predict.rolling import examples_known, learn_all
from liuke.predict.side_by_side import do_together
from liuke.predict.warning_inputs import Inputs


@dataclass(frozen=True)
class Lessons:
    """known: by the as-of day. judged: the latest of these whose whole outcome is known; by_then: what was
    known by its day. between: the latest of those whose whole outcome was known then; before: what was
    known by the day of that. later: of the months beyond the horizons.
    """

    known: list[Example]
    judged: Example | None
    by_then: list[Example]
    between: Example | None
    before: list[Example]
    later: list[Example]

    @classmethod
    def read(cls, inputs: Inputs, populations: Sequence[Population], *, with_later: bool = True) -> "Lessons":
        known = examples_known(inputs, populations, known_by=inputs.as_of)
        judged, by_then = _step_back(inputs, populations, known)
        between, before = _step_back(inputs, populations, by_then)
        later = read_later(inputs, known_by=inputs.as_of) if with_later and known else []
        return cls(known, judged, by_then, between, before, later)


@dataclass(frozen=True)
class LearnedSet:
    """Models that learned from the same days."""

    hazards: Hazards
    split: KindSplit | None


@dataclass(frozen=True)
class LearnedSets:
    """in_force: from all that is known. stand_in: from what was known by the judged day; between: by the day
    before it whose outcomes were known then. None where there is no such day, or nobody asks.
    """

    in_force: LearnedSet | None
    stand_in: LearnedSet | None
    between: LearnedSet | None
    later: LaterHazards | None


def learn_together(inputs: Inputs, lessons: Lessons, *, with_champion: bool = True) -> LearnedSets:
    """All sets side by side. with_champion: whether those to be put in force are learned, too."""

    def learn(known: list[Example], name: str, *, with_split: bool = True) -> Callable[[], LearnedSet]:
        seed = seed_from(name, inputs.seed)
        return lambda: LearnedSet(*learn_all(inputs, known, seed=seed, with_split=with_split))

    jobs: dict[str, Callable[[], Any]] = {}
    if with_champion:
        later_seed = seed_from("later", inputs.seed)
        jobs["in_force"] = learn(lessons.known, "in force")
        jobs["later"] = lambda: learn_stretches(inputs.definition, lessons.later, seed=later_seed)
    if lessons.judged is not None:
        jobs["stand_in"] = learn(lessons.by_then, "backtest")
    if lessons.between is not None:
        jobs["between"] = learn(lessons.before, "between", with_split=False)
    found = dict(zip(jobs, do_together(lambda job: job(), jobs.values()), strict=True))
    return LearnedSets(**{name: found.get(name) for name in ("in_force", "stand_in", "between", "later")})


def whole_outcome(inputs: Inputs, known: Sequence[Example]) -> Example | None:
    """The latest example whose outcome is known for every horizon."""
    longest = inputs.definition.horizons[-1]
    return next((example for example in known if example.outcome.is_known(longest)), None)


def _step_back(
    inputs: Inputs, populations: Sequence[Population], known: Sequence[Example]
) -> tuple[Example | None, list[Example]]:
    """The latest example whose whole outcome is known, and what was known by its day."""
    example = whole_outcome(inputs, known)
    if example is None:
        return None, []
    day = example.population.as_of
    earlier = [population for population in populations if population.as_of < day]
    return example, examples_known(inputs, earlier, known_by=day)
