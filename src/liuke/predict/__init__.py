"""Labels, churn, value and the store for models. Estimators are imported when first asked for."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from liuke.predict.beta_geo import BetaGeo
    from liuke.predict.churn_classifier import ChurnClassifier
    from liuke.predict.cooling_purchases import CoolingPurchases
    from liuke.predict.gamma_gamma import GammaGamma
    from liuke.predict.repeat_purchases import RepeatPurchases
    from liuke.predict.shifted_beta_geometric import ShiftedBetaGeometric

_HOMES = {
    "BetaGeo": "liuke.predict.beta_geo",
    "ChurnClassifier": "liuke.predict.churn_classifier",
    "CoolingPurchases": "liuke.predict.cooling_purchases",
    "GammaGamma": "liuke.predict.gamma_gamma",
    "RepeatPurchases": "liuke.predict.repeat_purchases",
    "ShiftedBetaGeometric": "liuke.predict.shifted_beta_geometric",
}

__all__ = [
    "BetaGeo",
    "ChurnClassifier",
    "CoolingPurchases",
    "GammaGamma",
    "RepeatPurchases",
    "ShiftedBetaGeometric",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
