"""The card of a training: who was challenged, how it ended, how good the models are, what they are for."""

from collections.abc import Mapping
from typing import Any

from liuke.kernel.words import Words
from liuke.predict.champion import Trained
from liuke.predict.churn import ChurnDefinition
from liuke.predict.cross_fit import forecast_across
from liuke.predict.declared import features_hash, leaving_hash
from liuke.predict.forecast import Forecast
from liuke.predict.model_card import versions
from liuke.predict.silence import forecast_silence
from liuke.predict.standing import say_reign
from liuke.predict.unlearned import NothingLearned
from liuke.predict.verdict import Verdict
from liuke.predict.warning_inputs import Inputs

INTENDED_USE = Words(
    zh="为客服与经营人员排出最可能离网、损失最大的客户, 说明依据, 供人判断后挽留或关怀。",
    en="To put the customers who may leave, and whose leaving would cost most, before people who care for"
    " them, with reasons; a person decides what is done.",
)
NOT_FOR = (
    Words(
        zh="不得用于信用、定价、拒绝服务或停止服务: 模型没有为这些目的评判过。",
        en="Not for credit, prices, refusing or ending a service: the models were not judged for these.",
    ),
    Words(
        zh="不得不经人审核就自动作出不利于客户的决定。",
        en="Not for any decision against a customer that no person reviews.",
    ),
    Words(
        zh="不得用来评价员工或机构: 概率说的是客户, 不是服务他们的人。",
        en="Not for judging staff or branches: the probabilities speak of customers, not of who serves them.",
    ),
    Words(
        zh="不得把理由当作原因: 改变理由中的数字不一定改变去留, 效果要由对照组说明。",
        en="Reasons are not causes: changing a figure need not change who leaves; hold-outs tell effects.",
    ),
)
FAIRNESS = Words(
    zh="各人群所得的等级、优惠与对照组是否相近, 见 liuke tier fairness。",
    en="Whether tiers, offers and hold-outs fall alike on groups of people is told by 'liuke tier fairness'.",
)
_LIMITS = {
    "rolling": (
        Words(
            zh="评判日之后的月份与评判日不同时(新资费、新对手、节假日), 指标不再适用; 体检会报警。",
            en="When later months differ from the judged one (new tariffs, rivals, holidays) the measures no"
            " longer hold; the health check says so.",
        ),
        Words(
            zh="评判所用的是按同一方法、只知道评判日以前信息训练的模型, 在役模型知道得更多, 但未被直接评判。",
            en="Measured were models made the same way from what was known by the judged day. The models in"
            " force know more, and are not measured themselves until their own months are over.",
        ),
        Words(
            zh="曾被挽留过的客户也在数据中: 概率包含了以往挽留的效果。",
            en="Customers whom somebody tried to keep are among the data; past retention is in the numbers.",
        ),
    ),
    "cross_fit": (
        Words(
            zh="数据只有一个时点, 不声称能预测未来; 只说明同一月内客户之间的比较。",
            en="One snapshot: no forecast in time is claimed, only how customers compare within one month.",
        ),
    ),
    "beta_geo": (
        Words(
            zh="只由购买的次数与时间推断沉默, 不看其他特征; 离网即沉默期满。",
            en="Silence is told from the number and times of purchases; leaving is a silence completed.",
        ),
    ),
}


def card_of_challenge(inputs: Inputs, trained: Trained) -> dict[str, Any]:
    """The card of a challenge of the method 'rolling'."""
    assert trained.challenger.models is not None
    challenger = dict(trained.challenger.models.about)
    in_force = dict(trained.in_force)
    return _frame(inputs, trained.verdict) | {
        "in_force": in_force | {"champion": say_reign(trained.reign)},
        "challenger": challenger,
        "learned": challenger["learned"],
        "learned_as_of": challenger["learned_as_of"],
        "kinds_seen": challenger["kinds_seen"],
        "backtest": challenger["backtest"],
        "lifetime": challenger["lifetime"],
        "claim": challenger["claim"],
    }


def card_without_champion(inputs: Inputs, *, language: Any = "en") -> dict[str, Any]:
    """The honest report of a method whose models are made with every list: there is nothing to keep.

    Raises NothingLearned when there is too little to learn from.
    """
    if inputs.definition.method == "cross_fit":
        forecast, why = forecast_across(inputs), "out_of_fold"
    else:
        forecast, why = forecast_silence(inputs)[0], "fitted_every_time"
    told = dict(forecast.card)
    if told["why_empty"]:
        raise NothingLearned(told["why_empty"], _seen(forecast), language=language)
    learned = told["learned"]
    return _frame(inputs, Verdict(False, why)) | {
        "in_force": None,
        "challenger": None,
        "learned": learned if isinstance(learned, list) else [learned],
        "parameters": told.get("parameters"),
        "backtest": told.get("backtest", {}),
        "claim": told["claim"],
    }


def _seen(forecast: Forecast) -> Mapping[str, int]:
    learned = forecast.card.get("learned") or {}
    return dict(learned[0]) if isinstance(learned, list) else dict(learned)


def _frame(inputs: Inputs, verdict: Verdict) -> dict[str, Any]:
    definition: ChurnDefinition = inputs.definition
    return {
        "as_of": inputs.as_of.isoformat(),
        "method": definition.method,
        "seed": inputs.seed,
        "verdict": verdict.document(),
        "definition": definition.model_dump(mode="json", exclude_none=True),
        "leaving_hash": leaving_hash(definition),
        "features": [
            {"name": each.name, "zh": each.label.zh, "en": each.label.en} for each in inputs.features
        ],
        "features_hash": features_hash(inputs.features),
        "monotone": dict(definition.training.monotone),
        "versions": versions(),
        "intended_use": INTENDED_USE.model_dump(),
        "not_for": [each.model_dump() for each in NOT_FOR],
        "limits": [each.model_dump() for each in _LIMITS[definition.method]],
        "fairness": FAIRNESS.model_dump(),
    }
