"""Early warning where nobody gives notice: leaving is a silence that reaches `silent_days`.

A customer silent for so many days leaves on a day that can be told: the last purchase plus
`silent_days`, unless they buy before it. So the probability of leaving within h months is the
probability of no purchase until that day, when it lies within the h months, and 0 when it lies beyond.
The BG/NBD model gives it. Customers who bought once and those who are long gone teach it too.
"""

from typing import Any

import numpy as np

from liuke.predict.buying import BuyingModel, learn_buying
from liuke.predict.examples import read_population
from liuke.predict.forecast import Forecast, all_kinds, all_months, no_explanation
from liuke.predict.silence_backtest import backtest_silence
from liuke.predict.silences import (
    CHANCE_ACTIVE,
    DAYS_SILENT,
    chances,
    explain_silences,
    measure_silences,
    with_figures,
)
from liuke.predict.unknowns import code_where
from liuke.predict.warning_inputs import Inputs


def forecast_silence(inputs: Inputs) -> tuple[Forecast, BuyingModel]:
    """Probabilities of everybody at risk as of the day, and the models, which also tell values."""
    model = learn_buying(inputs, as_of=inputs.as_of)
    now = read_population(inputs, as_of=inputs.as_of)
    silences = measure_silences(model, now, inputs.definition)
    p = all_months(chances(silences, inputs.definition, as_of=inputs.as_of), len(now))
    why_empty = code_where(np.isnan(silences.days_left), "no_purchase_yet")
    if model.why_empty:
        why_empty[:] = model.why_empty
    explain = no_explanation(2)
    if model.purchases is not None:
        added = explain_silences(silences, p[inputs.definition.horizons[-1]])

        def explain(positions: np.ndarray) -> np.ndarray:
            return added[positions]

    forecast = Forecast(
        customers=now.customers,
        p=p,
        kinds=all_kinds({"dormant": p[3]}, p[3]),
        why_empty=why_empty,
        features=(DAYS_SILENT, CHANCE_ACTIVE),
        rows=with_figures(now.table, silences, as_of=inputs.as_of),
        explain=explain,
        models={},
        card=_card(model) | {"backtest": backtest_silence(inputs)},
    )
    return forecast, model


def _card(model: BuyingModel) -> dict[str, Any]:
    learned = {"customers": len(model.histories), "repeat_buyers": int((model.histories.repeats > 0).sum())}
    claim = (
        "The list in force was made by models fitted on every purchase known by the as-of day. The "
        "measures below were taken on models fitted on what was known by the judged day."
    )
    return {
        "learned": learned,
        "parameters": model.parameters(),
        "why_empty": model.why_empty,
        "claim": claim,
    }
