"""Early warning from monthly as-of days: learned from those whose outcome is known, told by the champion."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from liuke.kernel.days import add_months
from liuke.predict.churn import ChurnDefinition
from liuke.predict.examples import (
    Example,
    Population,
    draw_customers,
    for_learning,
    learning_share,
    read_leavings,
    read_outcome,
    read_population,
    recorded_since,
)
from liuke.predict.forecast import Forecast, all_kinds, all_months, no_explanation
from liuke.predict.hazards import Hazards, learn_hazards, within
from liuke.predict.kind_split import KindSplit, learn_split
from liuke.predict.model_set import ModelSet
from liuke.predict.warning_inputs import Inputs


def forecast_rolling(inputs: Inputs, champion: ModelSet | None, *, why_empty: str | None) -> Forecast:
    """Probabilities of everybody at risk as of the day; unknown, with a reason, where nothing was learned.

    champion: the models in force; None, when nothing could be learned, and why_empty says why.
    """
    now = read_population(inputs, as_of=inputs.as_of)
    hazards = [] if champion is None else champion.hazards.by_month(now.table)
    p = all_months({} if champion is None else within(hazards), len(now))
    names = [feature.name for feature in inputs.features]
    lifetime = inputs.definition.value.clv_months

    def explain(positions: np.ndarray) -> np.ndarray:
        assert champion is not None
        return champion.explain(now.table.take(positions), names)

    return Forecast(
        customers=now.customers,
        p=p,
        kinds=all_kinds({} if champion is None else champion.part(now.table, p[3]), p[3]),
        why_empty=np.full(len(now), why_empty, dtype=object),
        features=inputs.features,
        rows=now.table,
        explain=no_explanation(len(names)) if champion is None else explain,
        models={},
        card={"why_empty": why_empty} if champion is None else dict(champion.about),
        hazards_ahead=None if champion is None else champion.hazards_ahead(now.table, hazards, lifetime),
    )


def days_behind(definition: ChurnDefinition, *, as_of: date) -> list[date]:
    """The as-of days behind a day that are learned from and judged by, the latest first."""
    if definition.method != "rolling":
        return []
    steps = range(1, definition.training.as_of_dates + definition.horizons[0])
    return [add_months(as_of, -step) for step in steps]


def read_populations(inputs: Inputs) -> list[Population]:
    """Customers at risk as of each monthly day behind, the latest first, as far back as there were any.

    Days before anything was recorded are left out: nobody could be seen leaving, so they would teach that
    nobody does. Of a very large company, those who are drawn to be learned from.
    """
    begun = recorded_since(inputs)
    behind = days_behind(inputs.definition, as_of=inputs.as_of)
    days = [day for day in behind if begun is None or day > begun]
    found, share = [], learning_share(inputs)
    drawn = for_learning(inputs, days)
    for day in days:
        population = draw_customers(read_population(drawn, as_of=day), share, inputs.seed)
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


def learn_all(
    inputs: Inputs, known: Sequence[Example], *, seed: int, with_split: bool = True
) -> tuple[Hazards, KindSplit | None]:
    """Hazards of every month that can be learned, and the split among kinds at the third."""
    definition = inputs.definition
    hazards = learn_hazards(known, definition.horizons, definition.training, seed=seed)
    if len(hazards.models) < 3 or not with_split:
        return hazards, None
    complete = [example for example in known if example.outcome.is_known(3)]
    return hazards, learn_split(complete, 3, definition.kinds, seed=seed)
