"""Early warning: who is about to leave, how, what would be lost, and why."""

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from liuke.predict.champion import serve
from liuke.predict.cross_fit import forecast_across
from liuke.predict.examples import read_leavings
from liuke.predict.forecast import MONTHS, Forecast
from liuke.predict.model_card import write_card
from liuke.predict.reason_choice import Speaker
from liuke.predict.result_tables import (
    LEAVINGS,
    VALUES,
    WARNINGS,
    EarlyWarning,
    probability_column,
    yuan_column,
)
from liuke.predict.rolling import days_behind, forecast_rolling
from liuke.predict.silence import forecast_silence
from liuke.predict.silences import FIGURES
from liuke.predict.standing import say_reign
from liuke.predict.unknowns import code_where, say_unknown
from liuke.predict.values import Values, value_bills, value_purchases
from liuke.predict.warning_inputs import Inputs

__all__ = ["EarlyWarning", "Inputs", "days_behind", "run"]


def run(inputs: Inputs) -> EarlyWarning:
    """The list of everybody at risk as of the day, their values, all leavings known by it, and the card.

    Same inputs and same champion, same bytes. A champion in the model folder is asked as it is; where there
    is none that can serve, one is made and put in force there. Raises ConfigRefused when the reasons speak
    of features that do not exist.
    """
    figures = FIGURES if inputs.definition.method == "beta_geo" else ()
    inputs.reasons.check([feature.name for feature in (*inputs.features, *figures)])
    forecast, values = _forecast(inputs)
    loss = forecast.p_longest * np.rint(values.at_stake)  # of the amount as it is shown
    listed = choose_listed(inputs, forecast, loss)
    reasons = _reasons(inputs, forecast, listed)
    _keep_models(inputs, forecast)
    return EarlyWarning(
        warnings=_warnings(inputs, forecast, values, loss, reasons),
        values=_values(inputs, forecast, values),
        leavings=_leavings(inputs),
        card=write_card(inputs, forecast, values, explained=len(listed)),
    )


def _forecast(inputs: Inputs) -> tuple[Forecast, Values]:
    match inputs.definition.method:
        case "beta_geo":
            forecast, model = forecast_silence(inputs)
            return forecast, value_purchases(inputs, forecast.customers, model)
        case "cross_fit":
            forecast = forecast_across(inputs)
        case "rolling":
            forecast = _forecast_by_champion(inputs)
    return forecast, value_bills(inputs, forecast.customers, forecast.hazards_ahead)


def _forecast_by_champion(inputs: Inputs) -> Forecast:
    serving = serve(inputs)
    forecast = forecast_rolling(inputs, serving.models, why_empty=serving.why_empty)
    return replace(forecast, card=dict(forecast.card) | {"champion": say_reign(serving.reign)})


def choose_listed(inputs: Inputs, forecast: Forecast, loss: np.ndarray) -> np.ndarray:
    """Positions of the customers whose risk is explained: the greatest expected loss first, then the risk."""
    terms = inputs.definition.listing
    p = np.nan_to_num(forecast.p_longest, nan=-1.0)
    order = np.lexsort((-p, -np.nan_to_num(loss, nan=-1.0)))
    worth = order[(p[order] > 0) & (p[order] >= terms.minimum_probability)]
    return worth[: terms.explained]


def _reasons(inputs: Inputs, forecast: Forecast, listed: np.ndarray) -> list[list[dict[str, str]]]:
    """Reasons of every customer; none of those who are not listed."""
    said: list[list[dict[str, str]]] = [[] for _ in forecast.customers]
    if len(listed):
        speaker = Speaker(inputs.reasons, forecast.features, inputs.currency)
        spoken = speaker.speak(forecast.explain(listed), forecast.rows.take(listed))
        for position, reasons in zip(listed.tolist(), spoken, strict=True):
            said[position] = reasons
    return said


def _warnings(
    inputs: Inputs,
    forecast: Forecast,
    values: Values,
    loss: np.ndarray,
    reasons: list[list[dict[str, str]]],
) -> pa.Table:
    unsure = np.any([np.isnan(forecast.p[months]) for months in MONTHS], axis=0)
    why = np.where(np.isnan(values.at_stake), values.why_empty, code_where(unsure, None))
    why[unsure] = forecast.why_empty[unsure]
    columns: dict[str, Any] = _keys(inputs, forecast)
    columns |= {f"p_{months}m": probability_column(forecast.p[months]) for months in MONTHS}
    columns |= {f"p_{kind}": probability_column(part) for kind, part in forecast.kinds.items()}
    columns |= {
        "value_at_stake": yuan_column(values.at_stake),
        "expected_loss": yuan_column(loss),
        "reasons": reasons,
        "why_empty": why.tolist(),
        "why_empty_zh": [say_unknown(code, "zh") for code in why.tolist()],
        "why_empty_en": [say_unknown(code, "en") for code in why.tolist()],
    }
    return pa.table(columns, schema=WARNINGS)


def _values(inputs: Inputs, forecast: Forecast, values: Values) -> pa.Table:
    columns: dict[str, Any] = _keys(inputs, forecast)
    columns |= {
        name: yuan_column(getattr(values, name)) for name in ("margin_12m", "clv", "clv_low", "clv_high")
    }
    return pa.table(columns | {"why_empty": values.why_empty.tolist()}, schema=VALUES)


def _keep_models(inputs: Inputs, forecast: Forecast) -> None:
    """Each model of the list in a file of its own, named by the as-of day."""
    if inputs.model_folder is not None:
        for name, model in sorted(forecast.models.items()):
            model.save(inputs.model_folder / f"{inputs.as_of}.{name}.model")


def _leavings(inputs: Inputs) -> pa.Table:
    found = read_leavings(inputs, known_by=inputs.as_of)
    as_of = pa.array([inputs.as_of] * len(found), pa.date32())
    return found.append_column("as_of", as_of).select(LEAVINGS.names).cast(LEAVINGS)


def _keys(inputs: Inputs, forecast: Forecast) -> dict[str, Any]:
    return {
        "customer_id": forecast.customers.tolist(),
        "as_of": [inputs.as_of] * len(forecast.customers),
    }
