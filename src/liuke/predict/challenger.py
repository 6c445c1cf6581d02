"""A challenger: models learned from all that is known by the day, and how models made so were judged.

Three sets are learned, each from what was known by a day of its own:

- the challenger itself, by the as-of day;
- its *stand-in*, by the judged day: the latest whose whole outcome is known. The stand-in is judged on
  that day's customers, of whose outcomes it knew nothing;
- an *earlier* one, by a day so long before the judged day that its customers' outcomes were known by then.

What the earlier set said of its day tells how the stand-in would be corrected, and what the stand-in said
of the judged day how the challenger would be. Neither is done unless the stand-in's correction made its
log-loss on the judged day lower beyond chance: what was off in one season is as a rule not off in the next,
and a correction of it does harm. So calibration is never set right by the outcomes that judge it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np

from liuke.predict.backtest import judge_calibrations, judge_forecasts
from liuke.predict.churn import Kind
from liuke.predict.comparison import compare_forecasts
from liuke.predict.declared import check_monotone, features_hash, leaving_hash, monotone_hash, recipe_hash
from liuke.predict.examples import Example, Population, learning_share
from liuke.predict.hazards import Hazards, within
from liuke.predict.kind_split import KindSplit
from liuke.predict.later_hazards import LaterHazards, judge_later
from liuke.predict.model_card import versions
from liuke.predict.model_set import ModelSet
from liuke.predict.recalibration import NONE, Correction, learn_corrections
from liuke.predict.rolling import read_populations
from liuke.predict.training_lessons import LearnedSets, Lessons, learn_together
from liuke.predict.warning_inputs import Inputs

CLAIM = (
    "The list is made by the champion: models that learned from every outcome known by the day they were"
    " made on. The measures were taken on models made the same way from what was known by the judged day,"
    " on that day's customers, whose outcomes they did not know."
)


@dataclass(frozen=True)
class Judged:
    """A day whose customers' outcomes are known now, and a set that knew none of them."""

    example: Example
    p: Mapping[int, np.ndarray]
    kinds: Mapping[Kind, np.ndarray]


@dataclass(frozen=True)
class Challenger:
    """models: None where nothing could be learned, and why_empty says why. judged: None without a day.

    seen: how much there was to learn from.
    """

    models: ModelSet | None
    judged: Judged | None
    why_empty: str | None
    seen: Mapping[str, int] = field(default_factory=dict)


def train_challenger(inputs: Inputs) -> Challenger:
    """Learn from all that is known by the inputs' day; judged where the history is long enough."""
    check_monotone(inputs.definition, inputs.features)
    populations = read_populations(inputs)
    lessons = Lessons.read(inputs, populations)
    learned = learn_together(inputs, lessons)
    assert learned.in_force is not None
    hazards, split = learned.in_force.hazards, learned.in_force.split
    if not hazards.models:
        return Challenger(None, None, hazards.why_empty, _seen(populations, lessons.known))
    stand_in = _judge_stand_in(inputs, lessons, learned)
    if stand_in.is_corrected and stand_in.example is not None:
        corrections = learn_corrections(
            stand_in.raw, stand_in.example.outcome.left, seed=("in force", inputs.seed)
        )
        hazards = replace(hazards, corrections=_fit_to(corrections, hazards))
    later = learned.later if len(hazards.models) == len(inputs.definition.horizons) else None
    about = _about(inputs, lessons.known, hazards, split) | {
        "backtest": stand_in.told,
        "lifetime": _tell_later(inputs, later),
    }
    return Challenger(ModelSet(hazards, split, about, later), stand_in.judged, None)


def _tell_later(inputs: Inputs, later: LaterHazards | None) -> dict[str, Any]:
    """What the lifetime value rests on, for the card."""
    if later is None or not later.ends:
        return {"why_empty": "history_too_short" if later is None else later.why_empty}
    return {
        "learned": list(later.learned),
        "carried_on_after_month": later.ends[-1],
        "why_no_later": later.why_empty,
        "judged": judge_later(inputs, seed=inputs.seed),
    }


def _seen(populations: Sequence[Population], known: Sequence[Example]) -> dict[str, int]:
    first = [example.outcome.left[1] for example in known]
    return {
        "months": len(populations),
        "months with outcome": len(known),
        "customer-months": sum(int((~np.isnan(left)).sum()) for left in first),
        "leavers": sum(int(np.nansum(left)) for left in first),
    }


def train_stand_in(inputs: Inputs) -> Judged | None:
    """What the inputs' recipe, knowing no later than the judged day, says of it; None without such a day."""
    lessons = Lessons.read(inputs, read_populations(inputs), with_later=False)
    learned = learn_together(inputs, lessons, with_champion=False)
    return _judge_stand_in(inputs, lessons, learned).judged


@dataclass(frozen=True)
class _StandIn:
    """raw: hazards as learned, by month; example: whom they speak of. told: for the card.

    is_corrected: whether correcting such models has proved itself on the judged day.
    """

    example: Example | None
    raw: Sequence[np.ndarray]
    judged: Judged | None
    told: Mapping[str, Any]
    is_corrected: bool = False


def _judge_stand_in(inputs: Inputs, lessons: Lessons, learned: LearnedSets) -> _StandIn:
    """The recipe as of the latest day whose whole outcome is known, judged there."""
    example = lessons.judged
    if example is None or learned.stand_in is None:
        return _StandIn(None, (), None, {"why_empty": "history_too_short"})
    day = example.population.as_of
    hazards, split = learned.stand_in.hazards, learned.stand_in.split
    if not hazards.models:
        return _StandIn(example, (), None, {"why_empty": hazards.why_empty, "judged_as_of": day.isoformat()})
    raw = hazards.by_month(example.population.table)
    corrections, between = _correct_between(inputs, lessons, learned)
    tried = replace(hazards, corrections=_fit_to(corrections, hazards))
    plain, corrected = within(raw), tried.predict(example.population.table)
    helps = corrections_help(plain, corrected, example, seed=inputs.seed)
    p = corrected if helps else plain
    kinds = ModelSet(hazards, split, {}).part(example.population.table, p[3]) if 3 in p else {}
    told = {
        "judged_as_of": day.isoformat(),
        "learned_as_of": [each.population.as_of.isoformat() for each in lessons.by_then],
        "known_by": day.isoformat(),
        "learned": list(hazards.learned),
        "why_empty": hazards.why_empty,
        "correction": {
            "learned_from": between.isoformat() if between else None,
            "tried": _say(tried.corrections),
            "used": helps,
            "as_learned": _calibration(example, plain, seed=inputs.seed),
            "if_corrected": _calibration(example, corrected, seed=inputs.seed),
        },
        **judge_forecasts(example, p, kinds, seed=inputs.seed),
    }
    return _StandIn(example, raw, Judged(example, p, kinds), told, helps)


def corrections_help(
    plain: Mapping[int, np.ndarray], corrected: Mapping[int, np.ndarray], judged: Example, *, seed: object
) -> bool:
    """Whether the log-loss is lower beyond chance at some horizon, and higher beyond chance at none."""
    found = compare_forecasts(plain, corrected, judged, seed=("correction", seed))
    losses = [by_name["log_loss"] for by_name in found.values()]
    lower = [each.high is not None and each.high < 0 for each in losses]
    higher = [each.low is not None and each.low > 0 for each in losses]
    return any(lower) and not any(higher)


def _correct_between(
    inputs: Inputs, lessons: Lessons, learned: LearnedSets
) -> tuple[tuple[Correction, ...], date | None]:
    """Corrections from the latest day whose whole outcome was known to the stand-in too, and that day."""
    if lessons.between is None or learned.between is None or not learned.between.hazards.models:
        return (), None
    population, outcome = lessons.between.population, lessons.between.outcome
    raw = learned.between.hazards.by_month(population.table)
    return learn_corrections(raw, outcome.left, seed=("between", inputs.seed)), population.as_of


def _fit_to(corrections: tuple[Correction, ...], hazards: Hazards) -> tuple[Correction, ...]:
    """One for each month that was learned; none for a month that nobody could check."""
    count = len(hazards.models)
    return (*corrections, *([NONE] * count))[:count]


def _say(corrections: Sequence[Correction]) -> list[dict[str, float] | None]:
    return [None if each == NONE else dict(vars(each)) for each in corrections]


def _calibration(example: Example, p: Mapping[int, np.ndarray], *, seed: int) -> dict[str, Any]:
    """Calibration of the forecasts as learned, to hold the correction against."""
    told = judge_calibrations(example, p, seed=seed)
    kept = ("ece", "ece_if_perfect", "calibration", "mean_p", "base_rate")
    return {months: {name: one[name] for name in kept if name in one} for months, one in told.items()}


def _about(
    inputs: Inputs, known: Sequence[Example], hazards: Hazards, split: KindSplit | None
) -> dict[str, Any]:
    """What the set learned from, and by which declarations."""
    definition = inputs.definition
    return {
        "method": definition.method,
        "made_as_of": inputs.as_of.isoformat(),
        "seed": inputs.seed,
        "horizons": list(definition.horizons),
        "definition": definition.model_dump(mode="json", exclude_none=True),
        "leaving_hash": leaving_hash(definition),
        "features": [feature.name for feature in inputs.features],
        "features_hash": features_hash(inputs.features),
        "monotone_hash": monotone_hash(definition),
        "recipe_hash": recipe_hash(definition, seed=inputs.seed),
        "versions": versions(),
        "learned_as_of": [example.population.as_of.isoformat() for example in known],
        "learned": list(hazards.learned),
        "learned_share_of_customers": learning_share(inputs),
        "why_no_more_months": hazards.why_empty,
        "corrections": _say(hazards.corrections),
        "kinds_seen": dict(zip(split.kinds, split.counts, strict=True)) if split else {},
        "kinds_by_share": [
            kind for kind, model in zip(split.kinds, split.models, strict=True) if model is None
        ]
        if split
        else [],
        "claim": CLAIM,
    }
