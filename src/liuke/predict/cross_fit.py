"""Early warning from one snapshot: every customer scored by models that never saw that customer.

When all that a company has is its customers on one day and who left in the month after, no forecast in
time can be tested. What can be told honestly is how a customer compares with all others: each fold is
scored by models learned from the other folds, and the measures are taken on these scores pooled.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from liuke.kernel.seeds import seed_from
from liuke.predict.backtest import judge_forecasts
from liuke.predict.churn_classifier import ChurnClassifier
from liuke.predict.examples import Example, read_leavings, read_outcome, read_population
from liuke.predict.folds import deal_folds
from liuke.predict.forecast import Forecast, all_kinds, all_months, no_explanation
from liuke.predict.hazards import SEEDS, contributions
from liuke.predict.side_by_side import do_side_by_side
from liuke.predict.warning_inputs import Inputs

CLAIM = (
    "No forecast in time is claimed: there is one snapshot, and its outcomes became known after it. Every "
    "customer was scored by models that learned from other customers' outcomes of the same month."
)


@dataclass(frozen=True)
class FoldModels:
    """One model per fold, learned from the other folds, and the fold of each customer (-1: in none).

    A customer in no fold, whose outcome is not known, is scored by all models in equal shares.
    """

    models: tuple[ChurnClassifier, ...]
    fold_of: np.ndarray

    def predict(self, table: pa.Table) -> np.ndarray:
        p = np.zeros(table.num_rows)
        for model, rows, shares in self._scored(np.arange(table.num_rows)):
            p[rows] += shares * model.predict_proba(table.take(rows))[:, 1]
        return p

    def explain(self, table: pa.Table, names: list[str], positions: np.ndarray) -> np.ndarray:
        """What each feature adds to the log-odds of the customers at some positions."""
        added = np.zeros((len(positions), len(names)))
        for model, rows, shares in self._scored(positions):
            added[rows] += shares[:, None] * contributions(model, table.take(positions[rows]), names)
        return added

    def _scored(self, positions: np.ndarray) -> list[tuple[ChurnClassifier, np.ndarray, np.ndarray]]:
        folds = self.fold_of[positions]
        found = []
        for fold, model in enumerate(self.models):
            rows = np.flatnonzero((folds == fold) | (folds < 0))
            if len(rows):
                found.append((model, rows, np.where(folds[rows] < 0, 1 / len(self.models), 1.0)))
        return found


def forecast_across(inputs: Inputs) -> Forecast:
    """The one-month probability of everybody at risk, out of fold; unknown where nothing was learned."""
    now = read_population(inputs, as_of=inputs.as_of)
    told_by = _last_told(inputs)
    leavings = read_leavings(inputs, known_by=told_by)
    outcome = read_outcome(inputs, now, leavings, known_by=told_by)
    left = outcome.left[1]
    why_empty = _refusal(inputs, left[~np.isnan(left)])
    names = [feature.name for feature in inputs.features]
    card: dict[str, Any] = {
        "claim": CLAIM,
        "folds": inputs.definition.training.folds,
        "outcome_known_by": told_by.isoformat(),
        "learned": [{"customers": int((~np.isnan(left)).sum()), "leavers": int(np.nansum(left))}],
        "why_empty": why_empty,
    }
    p, explain, models = np.full(len(now), np.nan), no_explanation(len(names)), {}
    if why_empty is None:
        folds = _learn_folds(inputs, now.table, left)
        p = folds.predict(now.table)
        models = {f"fold_{fold}": model for fold, model in enumerate(folds.models)}
        measures = judge_forecasts(Example(now, outcome), {1: p}, {}, seed=inputs.seed)
        card["backtest"] = {"judged_as_of": inputs.as_of.isoformat(), "pooled_out_of_fold": True} | measures

        def explain(positions: np.ndarray) -> np.ndarray:
            return folds.explain(now.table, names, positions)

    months = all_months({1: p}, len(now))
    return Forecast(
        customers=now.customers,
        p=months,
        kinds=all_kinds({}, months[3]),
        why_empty=np.full(len(now), why_empty or "one_snapshot", dtype=object),
        features=inputs.features,
        rows=now.table,
        explain=explain,
        models=models,
        card=card,
    )


def _learn_folds(inputs: Inputs, table: pa.Table, left: np.ndarray) -> FoldModels:
    known, folds = np.flatnonzero(~np.isnan(left)), inputs.definition.training.folds
    fold_of = np.full(len(left), -1)
    fold_of[known] = deal_folds(left[known], folds=folds, seed=("across", inputs.seed))

    def learn_without(fold: int) -> ChurnClassifier:
        others = known[fold_of[known] != fold]
        model = ChurnClassifier(random_state=seed_from("across", fold, inputs.seed) % SEEDS)
        return model.fit(table.take(others), left[others])

    models = do_side_by_side(learn_without, range(folds))
    return FoldModels(tuple(models), fold_of)


def _last_told(inputs: Inputs) -> date:
    """The day by which all that will ever be told of the snapshot's outcomes was known."""
    statuses = inputs.tables["statuses"]
    (latest,) = inputs.engine.to_arrow(statuses.aggregate(at=statuses.known_at.max()))["at"].to_pylist()
    ends_on = inputs.definition.ends_on(inputs.as_of, 1)
    return ends_on if latest is None else max(ends_on, latest.date() + timedelta(days=1))


def _refusal(inputs: Inputs, left: np.ndarray) -> str | None:
    """Why nothing can be learned from the known outcomes, or None."""
    if not left.any():
        return "outcome_not_known"
    training = inputs.definition.training
    if len(left) < training.minimum_customers:
        return "too_few_customers"
    return "too_few_leavers" if left.sum() < training.minimum_leavers else None
