"""Why a number is not there: every reason that early warning can give, in both languages."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from liuke.kernel.words import Words

UNKNOWNS: Mapping[str, Words] = MappingProxyType(
    {
        "one_snapshot": Words(
            zh="数据只有一个时点, 只知道一个月内的结果, 无法预测两个月和三个月",
            en="One snapshot with one month of outcomes; two and three months cannot be predicted",
        ),
        "outcome_not_known": Words(
            zh="结果窗口尚未结束, 还没有可以学习的结果",
            en="The outcome window is not over yet, so there is nothing to learn from",
        ),
        "history_too_short": Words(
            zh="历史太短, 没有足够早的月份可供学习该期限",
            en="The history is too short: no month is old enough to learn this horizon from",
        ),
        "too_few_customers": Words(zh="可供学习的客户太少", en="Too few customers to learn from"),
        "too_few_leavers": Words(zh="可供学习的离开客户太少", en="Too few leavers to learn from"),
        "nobody_stayed": Words(
            zh="可供学习的客户全部离开, 没有留下的客户可供比较",
            en="Everybody to learn from has left; nobody stayed to compare them with",
        ),
        "features_constant": Words(
            zh="所有特征都缺失或对所有客户取值相同, 无法区分客户",
            en="Every feature is missing or the same for everybody, so none tells customers apart",
        ),
        "too_few_repeats": Words(
            zh="复购客户太少, 无法学习购买规律", en="Too few customers bought again to learn their rhythm"
        ),
        "no_purchase_yet": Words(
            zh="该客户还没有购买记录, 无从判断", en="The customer has not bought anything yet to judge by"
        ),
        "no_full_bill": Words(
            zh="最近没有完整账期的账单, 价值未知",
            en="No recent bill of a full period; the value is unknown",
        ),
        "amounts_unknown": Words(
            zh="购买金额不全, 价值未知", en="Amounts of purchases are missing, so the value is unknown"
        ),
        "bills_incomplete": Words(
            zh="近12个月的账单不齐, 12个月毛利未知",
            en="Bills of the last 12 months are incomplete, so their margin is unknown",
        ),
        "lifetime_beyond_horizon": Words(
            zh="历史不够长, 模型还没有学到三个月以后的去留, 不推算终身价值",
            en="The history is too short to learn how long customers stay, so there is no lifetime value",
        ),
        "one_class": Words(zh="全部离开或全部留下, 无法评判", en="Everybody left or everybody stayed"),
        "too_few_to_rank": Words(
            zh="客户太少, 该比例不足一人", en="Too few customers: the share is less than one of them"
        ),
        "resampling_biased": Words(
            zh="重抽样会系统性抬高该指标, 故改报完全校准时的水平",
            en="Resampling raises this measure by itself; the level of perfect calibration is given instead",
        ),
    }
)


def code_where(missing: np.ndarray, code: str | None) -> np.ndarray:
    """One code per customer: the given one where something is missing, else None."""
    codes = np.full(len(missing), None, dtype=object)
    codes[missing] = code
    return codes


def say_unknown(code: str | None, language: str) -> str | None:
    """The words of a reason code; none for none."""
    if code is None:
        return None
    words = UNKNOWNS[code]
    return words.zh if language == "zh" else words.en
