"""Early warning from one snapshot: every customer scored by models that never saw that customer.

When all that a company has is its customers on one day and who left in the month after, no forecast in
time can be tested. What can be told honestly is how a customer compares with all others: each fold is
scored by models learned from the other folds, and the measures are taken on these scores pooled.
"""

from typing import Any

import numpy as np

from liuke.kernel.seeds import seed_from
from liuke.predict.backtest import judge_forecasts
from liuke.predict.churn_classifier import ChurnClassifier
from liuke.predict.examples import (
    Example,
    Population,
    read_leavings,
    read_outcome,
    read_population,
)
from liuke.predict.folds import deal_folds
from liuke.predict.forecast import Forecast, all_kinds, all_months, no_explanation
from liuke.predict.hazards import SEEDS, contributions
from liuke.predict.warning_inputs import Inputs

CLAIM = (
    "No forecast in time is claimed: there is one snapshot, and its outcomes became known after it. Every "
    "customer was scored by models that learned from other customers' outcomes of the same month."
)


def forecast_across(inputs: Inputs) -> Forecast:
    """The one-month probability of everybody at risk, out of fold; unknown where nothing was learned."""
    definition = inputs.definition
    now = read_population(inputs, as_of=inputs.as_of)
    outcome_by = definition.ends_on(inputs.as_of, 1)
    leavings = read_leavings(inputs, known_by=outcome_by)
    outcome = read_outcome(inputs, now, leavings, known_by=outcome_by)
    known = np.flatnonzero(~np.isnan(outcome.left[1]))
    why_empty = _refusal(inputs, outcome.left[1][known])
    names = [feature.name for feature in inputs.features]
    p, added = np.full(len(now), np.nan), np.zeros((len(now), len(names)))
    models: dict[str, ChurnClassifier] = {}
    if why_empty is None:
        p, added, models = _score_across(inputs, now, outcome.left[1], known, names)
    card: dict[str, Any] = {
        "claim": CLAIM,
        "folds": definition.training.folds,
        "outcome_known_by": outcome_by.isoformat(),
        "learned": [{"customers": len(known), "leavers": int(outcome.left[1][known].sum())}],
        "why_empty": why_empty,
    }
    if why_empty is None:
        measures = judge_forecasts(Example(now, outcome), {1: p}, {}, seed=inputs.seed)
        card["backtest"] = {"judged_as_of": inputs.as_of.isoformat(), "pooled_out_of_fold": True} | measures
    months = all_months({1: p}, len(now))
    return Forecast(
        customers=now.customers,
        p=months,
        kinds=all_kinds({}, months[3]),
        why_empty=np.full(len(now), why_empty or "one_snapshot", dtype=object),
        features=inputs.features,
        rows=now.table,
        explain=(lambda positions: added[positions]) if why_empty is None else no_explanation(len(names)),
        models=models,
        card=card,
    )


def _score_across(
    inputs: Inputs, now: Population, left: np.ndarray, known: np.ndarray, names: list[str]
) -> tuple[np.ndarray, np.ndarray, dict[str, ChurnClassifier]]:
    """Probabilities and contributions of all customers; one of unknown outcome is scored by every fold."""
    training = inputs.definition.training
    fold_of = np.full(len(now), -1)
    fold_of[known] = deal_folds(left[known], folds=training.folds, seed=("across", inputs.seed))
    p, added = np.zeros(len(now)), np.zeros((len(now), len(names)))
    models = {}
    for fold in range(training.folds):
        learned = np.flatnonzero((fold_of != fold) & (fold_of >= 0))
        model = ChurnClassifier(random_state=seed_from("across", fold, inputs.seed) % SEEDS)
        model.fit(now.table.take(learned), left[learned])
        scored = np.flatnonzero((fold_of == fold) | (fold_of < 0))
        share = np.where(fold_of[scored] < 0, 1 / training.folds, 1.0)
        rows = now.table.take(scored)
        p[scored] += share * model.predict_proba(rows)[:, 1]
        added[scored] += share[:, None] * contributions(model, rows, names)
        models[f"fold_{fold}"] = model
    return p, added, models


def _refusal(inputs: Inputs, left: np.ndarray) -> str | None:
    """Why nothing can be learned from the known outcomes, or None."""
    if not left.any():
        return "outcome_not_known"
    training = inputs.definition.training
    if len(left) < training.minimum_customers:
        return "too_few_customers"
    return "too_few_leavers" if left.sum() < training.minimum_leavers else None
