"""How well silences were foretold: models that knew nothing after an earlier day, and what came of it."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from liuke.kernel.days import add_months
from liuke.predict.backtest import judge_forecasts
from liuke.predict.buying import BuyingModel, learn_buying
from liuke.predict.examples import (
    Example,
    Outcome,
    Population,
    read_customers,
    read_leavings,
    read_outcome,
)
from liuke.predict.purchase_histories import WEEK_DAYS, read_histories
from liuke.predict.silences import chances, measure_silences
from liuke.predict.warning_inputs import Inputs


def backtest_silence(inputs: Inputs) -> dict[str, Any]:
    """The latest day whose whole outcome is known, judged by models that knew nothing later than it.

    Only customers whose silence could be complete within a horizon are judged: of the others the
    answer is certain, and counting them would flatter the measures.
    """
    definition = inputs.definition
    day = add_months(inputs.as_of, -definition.horizons[-1]) - timedelta(days=definition.gap_days)
    while definition.ends_on(day, definition.horizons[-1]) > inputs.as_of:
        day -= timedelta(days=1)  # after a short month
    model = learn_buying(inputs, as_of=day)
    if model.why_empty:
        return {"why_empty": model.why_empty, "judged_as_of": day.isoformat()}
    population = Population(day, read_customers(inputs, as_of=day), pa.table({}))
    leavings = read_leavings(inputs, known_by=inputs.as_of)
    outcome = read_outcome(inputs, population, leavings, known_by=inputs.as_of)
    p = chances(measure_silences(model, population, definition), definition, as_of=day)
    left = {months: np.where(p[months] > 0, outcome.left[months], np.nan) for months in p}
    judged = Example(population, Outcome(left, outcome.kind))
    return {
        "judged_as_of": day.isoformat(),
        "known_by": day.isoformat(),
        "judged_among": "customers whose silence could be complete within the horizon",
        "parameters": model.parameters(),
        "purchases": _purchases_checked(inputs, model, day),
        **judge_forecasts(judged, p, {}, seed=inputs.seed),
    }


def _purchases_checked(inputs: Inputs, model: BuyingModel, day: date) -> dict[str, Any]:
    """Days with a purchase after the judged day: expected of everybody, and made."""
    assert model.purchases is not None
    assert inputs.definition.dormant is not None
    kinds = inputs.definition.dormant.events
    later = read_histories(inputs.tables, inputs.engine, kinds, as_of=inputs.as_of)
    later = later.of(model.histories.customers)
    weeks = (inputs.as_of - day).days / WEEK_DAYS
    expected = model.purchases.expected_purchases(weeks, *model.histories.in_weeks)
    made = later.repeats - model.histories.repeats
    return {
        "days": (inputs.as_of - day).days,
        "customers": len(made),
        "expected": float(expected.sum()),
        "made": float(made.sum()),
        "correlation": float(np.corrcoef(expected, made)[0, 1]) if made.std() > 0 else None,
        "rmse": float(np.sqrt(np.mean((expected - made) ** 2))),
    }
