"""The model card: how a list came about and how far it may be trusted, as plain values fit for JSON."""

import platform
from importlib.metadata import version
from typing import Any

import numpy as np

from liuke.predict.churn import ChurnDefinition
from liuke.predict.forecast import MONTHS, Forecast
from liuke.predict.unknowns import UNKNOWNS
from liuke.predict.values import CONFIDENCE, Values
from liuke.predict.warning_inputs import Inputs

_PACKAGES = ("lightgbm", "numpy", "pandas", "pyarrow", "scikit-learn", "scipy", "duckdb", "ibis-framework")


def write_card(inputs: Inputs, forecast: Forecast, values: Values, *, explained: int) -> dict[str, Any]:
    """Method, days, numbers, measures with intervals, what is missing and why, seed and versions."""
    definition = inputs.definition
    return {
        "method": definition.method,
        "as_of": inputs.as_of.isoformat(),
        "seed": inputs.seed,
        "definition": definition.model_dump(mode="json", exclude_none=True),
        "customers_at_risk": len(forecast.customers),
        "customers_explained": explained,
        "expected_leavers": {f"{months}m": _sum(forecast.p[months]) for months in MONTHS},
        "expected_by_kind": {kind: _sum(part) for kind, part in forecast.kinds.items()},
        "features": [feature.name for feature in inputs.features],
        "training": dict(forecast.card),
        "value": _value(definition, inputs, values),
        "unknown": _unknown(forecast, values),
        "versions": versions(),
    }


def versions() -> dict[str, str]:
    """Of Liuke, of Python and of the packages that decide what a model says."""
    return {name: version(name) for name in ("liuke", *_PACKAGES)} | {"python": platform.python_version()}


def _value(definition: ChurnDefinition, inputs: Inputs, values: Values) -> dict[str, Any]:
    if definition.method == "beta_geo":
        ahead = f"expected margin of the next {definition.value.months_ahead} months"
    else:
        ahead = (
            f"mean monthly margin of the last {definition.value.bills} full bills x "
            f"{definition.value.months_ahead} months"
        )
    return {
        "value_at_stake": ahead,
        "margin_12m": "margin of the 12 months before the as-of day",
        "margin_rate": inputs.margin_rate,
        "currency": inputs.currency,
        "at_stake_total": _sum(values.at_stake / 100),
        "clv_months": definition.value.clv_months if not np.isnan(values.clv).all() else None,
        "clv_interval": CONFIDENCE if not np.isnan(values.clv).all() else None,
    }


def _unknown(forecast: Forecast, values: Values) -> list[dict[str, Any]]:
    """Every named reason for a number that is missing, with how many customers it concerns."""
    found = []
    for about, codes in (("probability", forecast.why_empty), ("value", values.why_empty)):
        given = [code for code in codes.tolist() if code is not None]
        for code in sorted(set(given)):
            words = UNKNOWNS[code]
            customers = given.count(code)
            found.append(
                {"about": about, "code": code, "customers": customers, "zh": words.zh, "en": words.en}
            )
    return found


def _sum(numbers: np.ndarray) -> float | None:
    known = numbers[~np.isnan(numbers)]
    return float(known.sum()) if len(known) else None
