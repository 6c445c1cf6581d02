"""The buying habits of all customers, learned from every purchase known by a day."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from liuke.predict.beta_geo import BetaGeo
from liuke.predict.churn import ChurnDefinition
from liuke.predict.gamma_gamma import GammaGamma
from liuke.predict.purchase_histories import PurchaseHistories, read_histories
from liuke.predict.warning_inputs import Inputs


@dataclass(frozen=True)
class BuyingModel:
    """What was learned of everybody's purchases known by a day; None with a reason when nothing could be."""

    purchases: BetaGeo | None
    spend: GammaGamma | None
    histories: PurchaseHistories
    why_empty: str | None

    def parameters(self) -> dict[str, Any]:
        """What was learned, for the card; nothing when nothing could be."""
        if self.purchases is None:
            return {}
        bought = self.purchases.params_
        found: dict[str, Any] = {
            "unit_of_time": "week",
            "beta_geo": {"r": bought.r, "alpha": bought.alpha, "a": bought.a, "b": bought.b},
            "log_likelihood": float(self.purchases.log_likelihood_),
        }
        if self.spend is not None:
            spent = self.spend.params_
            found["gamma_gamma"] = {"p": spent.p, "q": spent.q, "v": spent.v}
        return found


def learn_buying(inputs: Inputs, *, as_of: date) -> BuyingModel:
    """BG/NBD and gamma-gamma on every purchase known by a day."""
    assert inputs.definition.dormant is not None
    histories = read_histories(
        inputs.tables,
        inputs.engine,
        inputs.definition.dormant.events,
        refunds=inputs.definition.value.refunds,
        as_of=as_of,
    )
    why_empty = _refusal(histories, inputs.definition)
    if why_empty:
        return BuyingModel(None, None, histories, why_empty)
    priced = (histories.repeats > 0) & (histories.mean_fen > 0)
    spend = None
    if priced.sum() >= inputs.definition.training.minimum_leavers:
        spend = GammaGamma().fit(histories.repeats[priced], histories.mean_fen[priced] / 100)
    return BuyingModel(BetaGeo().fit(*histories.in_weeks), spend, histories, None)


def _refusal(histories: PurchaseHistories, definition: ChurnDefinition) -> str | None:
    if len(histories) < definition.training.minimum_customers:
        return "too_few_customers"
    if int((histories.repeats > 0).sum()) < definition.training.minimum_leavers:
        return "too_few_repeats"
    return None
