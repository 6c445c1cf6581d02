"""When nothing can be learned: what is missing, and the way out, in both languages."""

from collections.abc import Mapping
from types import MappingProxyType

from liuke.kernel.errors import LiukeError
from liuke.kernel.words import Language, Words
from liuke.predict.unknowns import UNKNOWNS

_LOAD_MORE = Words(
    zh="请用 liuke ingest 载入更早月份的历史, 或等下个月再训练",
    en="load the history of earlier months with 'liuke ingest', or train again a month later",
)
WAYS_OUT: Mapping[str, Words] = MappingProxyType(
    {
        "history_too_short": _LOAD_MORE,
        "outcome_not_known": Words(
            zh="请载入截止日之后的账户状态, 或选更早的 --as-of",
            en="load the statuses after the as-of day, or choose an earlier --as-of",
        ),
        "too_few_customers": Words(
            zh="请载入更多客户或月份, 或调低 churn.toml 中 [training] 的 minimum_customers",
            en="load more customers or months, or lower minimum_customers in [training] of churn.toml",
        ),
        "too_few_leavers": Words(
            zh="请载入更多月份, 检查 churn.toml 中离网状态的写法, 或调低 [training] 的 minimum_leavers",
            en="load more months, check the statuses of leaving in churn.toml, or lower minimum_leavers in"
            " [training]",
        ),
        "nobody_stayed": Words(
            zh="请检查账户状态与 churn.toml 中离网的定义",
            en="check the statuses of the accounts, and what churn.toml says of leaving",
        ),
        "features_constant": Words(
            zh="请检查 mappings 与 features: 用量、账单等来源是否已载入",
            en="check mappings and features: whether usage, bills and the like are loaded",
        ),
        "too_few_repeats": Words(
            zh="请载入更长的购买历史, 或调低 churn.toml 中 [training] 的 minimum_leavers",
            en="load a longer history of purchases, or lower minimum_leavers in [training] of churn.toml",
        ),
    }
)


class NothingLearned(LiukeError):
    """There is too little to learn from; the models in force, if any, stay as they are."""

    def __init__(self, code: str, seen: Mapping[str, int], *, language: Language):
        self.code = code
        counted = ", ".join(f"{name} {count:,}" for name, count in seen.items())
        end = Words(
            zh=f"已有数据: {counted or '无'}。在役模型(如有)不变。",
            en=f"Seen: {counted or 'nothing'}. The champion, if there is one, stays.",
        )
        super().__init__(f"{say_way_out(code).say(language)} {end.say(language)}")


def say_way_out(code: str) -> Words:
    """What is missing and what to do about it."""
    missing, way = UNKNOWNS[code], WAYS_OUT.get(code, _LOAD_MORE)
    return Words(zh=f"{missing.zh}: {way.zh}。", en=f"{missing.en}: {way.en}.")
