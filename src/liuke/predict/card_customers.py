"""Whom a model speaks of: how long they stay by tier, what is at stake, why the listed are at risk, in words.

Facts are plain values, fit for JSON; where there are none, `missing` names the reason.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from liuke.kernel.words import Language, Words

Facts = Mapping[str, Any]
Row = tuple[str, ...]
Told = tuple[str, Row, tuple[Row, ...]]  # caption, head, rows

FEWEST = 10  # customers of a tier of whom a share is told
NONE = "–"
MISSING: Mapping[str, Words] = MappingProxyType(
    {
        code: Words(zh=zh, en=en)
        for code, zh, en in (
            (
                "no_list",
                "尚无预警名单, 请先运行 liuke cycle",
                "there is no list yet; run 'liuke cycle' first",
            ),
            ("no_value", "没有任何客户的价值已知", "no customer's value is known"),
            ("no_profit", "没有任何客户的价值大于 0", "no customer's value is above 0"),
            ("no_reasons", "名单中没有客户带有原因", "nobody on the list carries a reason"),
            ("no_scheme", "liuke.toml 未设分级方案 [[tiers]]", "liuke.toml sets no scheme ([[tiers]])"),
            ("no_tiers", "没有客户有等级", "no customer has a tier"),
            ("many_tiers", "各方案等级都过多, 一张图里分不清", "every scheme has too many tiers for a plot"),
            (
                "no_months",
                "尚无可回看的月份, 请先运行 liuke cycle",
                "no month is on record to look back on; run 'liuke cycle' first",
            ),
            (
                "unrated_then",
                "三个月以前, 多数客户的等级还无从得知",
                "three months back and earlier most customers' tiers cannot be told",
            ),
        )
    }
)


def missing(code: str) -> dict[str, Any]:
    """Facts that there are none, and why."""
    return {"missing": {"code": code, **MISSING[code].model_dump()}}


def say_missing(facts: Facts, language: Language) -> str | None:
    """Why there are no facts, as a sentence; None where there are."""
    why = facts.get("missing")
    return None if why is None else str(why[language]) + ("。" if language == "zh" else ".")


def in_money(words: Words, facts: Facts) -> Words:
    """A heading with the money its figures are counted in."""
    money = facts["currency"]
    return Words(zh=f"{words.zh} ({money['zh']})", en=f"{words.en} ({money['en']})")


def survival_lines(facts: Facts, language: Language) -> list[str]:
    """Whom the curves follow, and from which day to which."""
    absent = say_missing(facts, language)
    if absent is not None:
        return [absent]
    told = Words(
        zh=f"{facts['from']} 在网的客户, 按当时的等级 ({facts['scheme']['zh']}) 分组,"
        f" 跟踪至 {facts['until']} 之前; 离网按报表口径, 只计第一次。",
        en=f"Everybody who was with the company on {facts['from']}, by the tier they had then"
        f" ({facts['scheme']['en']}), followed until {facts['until']}; the first leaving counts, as in the"
        " reports.",
    )
    return [told.say(language), *([] if facts["was_given"] else [_WORKED_OUT.say(language)])]


def survival_table(facts: Facts, language: Language) -> list[Told]:
    """A row for each tier: how many were there, how many left, who stayed so many months."""
    if facts.get("missing"):
        return []
    months = facts["months"]
    head = [_TIER, _CUSTOMERS, _LEFT, *(_stayed(month) for month in months)]
    rows = tuple(
        (
            tier[language],
            f"{tier['customers']:,}",
            f"{tier['left']:,}",
            *(_interval(tier["stayed"].get(str(month))) for month in months),
        )
        for tier in facts["tiers"]
    )
    return [("", tuple(words.say(language) for words in head), rows)]


def value_lines(facts: Facts, language: Language) -> list[str]:
    """Of whom the value is known, and its middle."""
    absent = say_missing(facts, language)
    if absent is not None:
        return [absent]
    lines = [_of_list(facts["as_of"]).say(language)] if facts["of"] == "value_at_stake" else []
    known = f"{facts['known']:,}"
    unknown, nothing = f"{facts['unknown']:,}", f"{facts['nothing']:,}"
    told = Words(
        zh=f"价值已知 {known} 人, 其中无价值或亏损 {nothing} 人; 未知 {unknown} 人;"
        f" 中位数 {facts['median']:,.2f}, 平均 {facts['mean']:,.2f}, 合计 {facts['total']:,.2f}。",
        en=f"Known of {known}, of whom {nothing} bring nothing or a loss; unknown of {unknown}. Median"
        f" {facts['median']:,.2f}, mean {facts['mean']:,.2f}, in all {facts['total']:,.2f}.",
    )
    return [*lines, told.say(language)]


def value_table(facts: Facts, language: Language) -> list[Told]:
    """What the first so many per cent of customers bring."""
    if facts.get("missing"):
        return []
    head = [_TOP, _CUSTOMERS, in_money(_AT_LEAST, facts), _SHARE_OF_VALUE]
    rows = tuple(
        (f"{top['top']:.0%}", f"{top['customers']:,}", f"{top['at_least']:,.2f}", f"{top['share']:.1%}")
        for top in facts["tops"]
    )
    return [("", tuple(words.say(language) for words in head), rows)]


def reason_lines(facts: Facts, language: Language) -> list[str]:
    """How many are listed, and of how many nothing could be said."""
    absent = say_missing(facts, language)
    if absent is not None:
        return [absent]
    listed, silent = f"{facts['listed']:,}", f"{facts['without']:,}"
    told = Words(
        zh=f"{facts['as_of']} 的名单解释了 {listed} 位客户, 其中 {silent} 位说不出原因。一位客户可有几个原因;"
        " 原因说明模型依据什么, 不等于离开的起因。",
        en=f"The list of {facts['as_of']} explains {listed} customers; of {silent} nothing could be said. A"
        " customer may have several reasons. They tell what the forecast rests on, not why people leave.",
    )
    return [told.say(language)]


def reason_table(facts: Facts, language: Language) -> list[Told]:
    """Each cause with the customers who carry it and what may be lost with them."""
    if facts.get("missing"):
        return []
    head = [_CAUSE, _CUSTOMERS, _SHARE, in_money(_LOSS, facts)]
    rows = tuple(
        (cause[language], f"{cause['customers']:,}", _interval(cause), f"{cause['loss']:,.2f}")
        for cause in facts["causes"]
    )
    return [("", tuple(words.say(language) for words in head), rows)]


def _of_list(day: str) -> Words:
    return Words(
        zh=f"取自 {day} 的名单, 由当时在役的模型作出。",
        en=f"From the list of {day}, made by the models in force then.",
    )


_WORKED_OUT = Words(
    zh="当时的等级没有留存, 按当天以前所知重新计算。",
    en="The tiers of that day were not kept; they are worked out from what was known before it.",
)


def _stayed(month: int) -> Words:
    return Words(zh=f"{month}个月后仍在 (95%)", en=f"there after {month} m (95 %)")


def _interval(told: Mapping[str, Any] | None) -> str:
    if told is None:
        return NONE
    share = f"{told['share']:.1%}"
    return share if told["low"] is None else f"{share} ({told['low']:.1%}–{told['high']:.1%})"


_TIER = Words(zh="等级", en="tier")
_CUSTOMERS = Words(zh="客户数", en="customers")
_LEFT = Words(zh="其间离网", en="left since")
_TOP = Words(zh="价值最高的", en="first")
_AT_LEAST = Words(zh="每人至少", en="each at least")
_SHARE_OF_VALUE = Words(zh="占价值", en="share of value")
_CAUSE = Words(zh="原因", en="cause")
_SHARE = Words(zh="占比 (95%)", en="share (95 %)")
_LOSS = Words(zh="预计损失", en="expected loss")
