"""Early warning from monthly as-of days: learned from those whose outcome is known, judged on later ones.

The list in force comes from models that learned from every outcome known by the as-of day. How good
they are is told by other models, made the same way but from what was known by an earlier day, and
judged on that day's customers, whose outcome is known by now: nothing that judges has been learned from.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from liuke.kernel.days import add_months
from liuke.kernel.seeds import seed_from
from liuke.predict.backtest import judge_forecasts
from liuke.predict.churn import ChurnDefinition
from liuke.predict.churn_classifier import ChurnClassifier
from liuke.predict.examples import (
    Example,
    Population,
    read_leavings,
    read_outcome,
    read_population,
)
from liuke.predict.forecast import Forecast, all_kinds, all_months, no_explanation
from liuke.predict.hazards import Hazards, learn_hazards
from liuke.predict.kind_split import KindSplit, learn_split
from liuke.predict.warning_inputs import Inputs


def forecast_rolling(inputs: Inputs) -> Forecast:
    """Probabilities of everybody at risk as of the day; unknown, with a reason, where nothing was learned."""
    populations = read_populations(inputs)
    now = read_population(inputs, as_of=inputs.as_of)
    known = examples_known(inputs, populations, known_by=inputs.as_of)
    hazards, split = learn_all(inputs, known, seed=seed_from("in force", inputs.seed))
    p = all_months(hazards.predict(now.table), len(now))
    names = [feature.name for feature in inputs.features]

    def explain(positions: np.ndarray) -> np.ndarray:
        return hazards.explain(now.table.take(positions), names)

    return Forecast(
        customers=now.customers,
        p=p,
        kinds=all_kinds(_parts(split, now, p[3]), p[3]),
        why_empty=np.full(len(now), hazards.why_empty, dtype=object),
        features=inputs.features,
        rows=now.table,
        explain=explain if hazards.models else no_explanation(len(names)),
        models=_named(hazards, split),
        card=_card(inputs, known, hazards, split) | {"backtest": backtest(inputs, populations, known)},
    )


def days_behind(definition: ChurnDefinition, *, as_of: date) -> list[date]:
    """The as-of days behind a day that are learned from and judged by, the latest first."""
    if definition.method != "rolling":
        return []
    steps = range(1, definition.training.as_of_dates + definition.horizons[0])
    return [add_months(as_of, -step) for step in steps]


def read_populations(inputs: Inputs) -> list[Population]:
    """Customers at risk as of each monthly day behind, the latest first, as far back as there were any."""
    found = []
    for day in days_behind(inputs.definition, as_of=inputs.as_of):
        population = read_population(inputs, as_of=day)
        if not len(population):
            break
        found.append(population)
    return found


def examples_known(inputs: Inputs, populations: Sequence[Population], *, known_by: date) -> list[Example]:
    """Populations of which at least the first month's outcome was known by a day."""
    leavings = read_leavings(inputs, known_by=known_by)
    first = inputs.definition.horizons[0]
    return [
        Example(population, read_outcome(inputs, population, leavings, known_by=known_by))
        for population in populations
        if inputs.definition.ends_on(population.as_of, first) <= known_by
    ]


def learn_all(inputs: Inputs, known: Sequence[Example], *, seed: int) -> tuple[Hazards, KindSplit | None]:
    """Hazards of every month that can be learned, and the split among kinds at the third."""
    definition = inputs.definition
    hazards = learn_hazards(known, definition.horizons, definition.training, seed=seed)
    if len(hazards.models) < 3:
        return hazards, None
    complete = [example for example in known if example.outcome.is_known(3)]
    return hazards, learn_split(complete, 3, definition.kinds, seed=seed)


def backtest(inputs: Inputs, populations: Sequence[Population], known: Sequence[Example]) -> dict[str, Any]:
    """The latest day whose whole outcome is known, judged by models that knew nothing later than it."""
    longest = inputs.definition.horizons[-1]
    judged = next((example for example in known if example.outcome.is_known(longest)), None)
    if judged is None:
        return {"why_empty": "history_too_short"}
    day = judged.population.as_of
    earlier = [population for population in populations if population.as_of < day]
    learned = examples_known(inputs, earlier, known_by=day)
    hazards, split = learn_all(inputs, learned, seed=seed_from("backtest", inputs.seed))
    if not hazards.models:
        return {"why_empty": hazards.why_empty, "judged_as_of": day.isoformat()}
    p = hazards.predict(judged.population.table)
    kinds = _parts(split, judged.population, p[3]) if 3 in p else {}
    return {
        "judged_as_of": day.isoformat(),
        "learned_as_of": [example.population.as_of.isoformat() for example in learned],
        "known_by": day.isoformat(),
        "learned": list(hazards.learned),
        "why_empty": hazards.why_empty,
        **judge_forecasts(judged, p, kinds, seed=inputs.seed),
    }


def _parts(split: KindSplit | None, population: Population, p_3m: np.ndarray) -> dict[Any, np.ndarray]:
    if split is None:
        return {}
    shares = split.shares(population.table)
    return {kind: p_3m * share for kind, share in zip(split.kinds, shares.T, strict=True)}


def _named(hazards: Hazards, split: KindSplit | None) -> dict[str, ChurnClassifier]:
    named = {f"hazard_{months}m": model for months, model in enumerate(hazards.models, start=1)}
    if split is not None:
        named |= {
            f"kind_{kind}": model
            for kind, model in zip(split.kinds, split.models, strict=True)
            if model is not None
        }
    return named


def _card(
    inputs: Inputs, known: Sequence[Example], hazards: Hazards, split: KindSplit | None
) -> dict[str, Any]:
    """What the models in force learned from."""
    return {
        "learned_as_of": [example.population.as_of.isoformat() for example in known],
        "learned": list(hazards.learned),
        "kinds_seen": dict(zip(split.kinds, split.counts, strict=True)) if split else {},
        "kinds_by_share": [
            kind for kind, model in zip(split.kinds, split.models, strict=True) if model is None
        ]
        if split
        else [],
        "claim": (
            "The list in force was made by models refitted on every outcome known by the as-of day. The "
            "measures below were taken on models fitted the same way on what was known by the judged day."
        ),
    }
