"""Why a candidate is refused, in the words of both languages.

Most customers of a campaign are refused, and many for the same reason: words once said are kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from liuke.kernel.money import yuan_text
from liuke.kernel.words import Words

_KIND_ZH = {"voluntary": "主动离网", "involuntary": "被动离网", "dormant": "沉默", "diverted": "携号转网"}

_kept = lru_cache(maxsize=4096)


@dataclass(frozen=True)
class Refusal:
    """One reason why not: the rule that refused, and its words."""

    rule: str
    because: Words


def refuse(rule: str, *, zh: str, en: str) -> Refusal:
    return Refusal(rule, Words(zh=zh, en=en))


@_kept
def outside_the_tiers(tier: str | None, covered: frozenset[str]) -> Refusal:
    return refuse(
        "tier",
        zh=f"等级 {tier or '未知'} 不在适用范围（{_listed_zh(covered)}）",
        en=f"tier {tier or 'unknown'} is not covered (covers {_listed(covered)})",
    )


@_kept
def outside_the_plans(plan_name: str | None, covered: frozenset[str]) -> Refusal:
    return refuse(
        "plan",
        zh=f"套餐 {plan_name or '未知'} 不在适用范围（{_listed_zh(covered)}）",
        en=f"plan {plan_name or 'unknown'} is not covered (covers {_listed(covered)})",
    )


@_kept
def of_unknown_risk() -> Refusal:
    return refuse("p_leave_unknown", zh="离网概率未知", en="the probability of leaving is unknown")


@_kept
def leaving_otherwise(kind: str | None) -> Refusal:
    return refuse(
        "kind",
        zh=f"可能的离网方式（{_KIND_ZH.get(kind or '', '未知')}）不是本政策的目标",
        en=f"likeliest way of leaving ({kind or 'unknown'}) is not one the policy aims at",
    )


@_kept
def of_low_risk(probability: float, least: float) -> Refusal:
    return refuse(
        "p_leave_low",
        zh=f"目标方式的离网概率 {probability:.1%}，低于 {least:.1%}",
        en=f"chance of leaving in a way aimed at, {probability:.1%}, is under {least:.1%}",
    )


@_kept
def of_unknown_value() -> Refusal:
    return refuse("value_unknown", zh="在险价值未知", en="the value at stake is unknown")


@_kept
def of_low_value(value_fen: int, least_fen: int) -> Refusal:
    return refuse(
        "value_low",
        zh=f"在险价值 {yuan_text(value_fen)} 元，低于 {yuan_text(least_fen)} 元",
        en=f"value at stake of {yuan_text(value_fen)} yuan is under {yuan_text(least_fen)}",
    )


@_kept
def contacted_lately(days_rested: int, owed_days: int) -> Refusal:
    return refuse(
        "rest",
        zh=f"{days_rested} 天前刚联系过，应间隔 {owed_days} 天",
        en=f"contacted {days_rested} days ago, owed {owed_days} days of rest",
    )


@_kept
def complaining() -> Refusal:
    return refuse("complaint", zh="有未办结的投诉，先解决再挽留", en="has an open complaint; settle it first")


@_kept
def left_in_peace() -> Refusal:
    return refuse("do_not_disturb", zh="客户已登记免打扰", en="asked not to be disturbed")


@_kept
def in_an_open_task() -> Refusal:
    return refuse("open_task", zh="已有进行中的挽留任务", en="is in an open retention task already")


@_kept
def before_validity(valid_from: date) -> Refusal:
    return refuse("validity", zh=f"政策自 {valid_from} 起生效", en=f"the policy starts on {valid_from}")


@_kept
def after_validity(valid_until: date) -> Refusal:
    return refuse("validity", zh=f"政策已于 {valid_until} 失效", en=f"the policy ended on {valid_until}")


@_kept
def offered_lately(offered_on: date, cool_down_days: int) -> Refusal:
    return refuse(
        "cool_down",
        zh=f"{offered_on} 已给过本政策，{cool_down_days} 天内不再给",
        en=f"was offered it on {offered_on}; not again within {cool_down_days} days",
    )


@_kept
def offered_an_excluded_policy(clashing: tuple[str, ...], cool_down_days: int) -> Refusal:
    return refuse(
        "exclusion",
        zh=f"近 {cool_down_days} 天内已给过互斥政策 {_listed_zh(clashing)}",
        en=f"within {cool_down_days} days was offered {_listed(clashing)}, which excludes it",
    )


@_kept
def not_worth_its_cost(saved_fen: int, cost_fen: int) -> Refusal:
    saved, cost = yuan_text(saved_fen), yuan_text(cost_fen)
    return refuse(
        "gain",
        zh=f"预计保留价值 {saved} 元，不高于成本 {cost} 元",
        en=f"expected to save {saved} yuan, no more than the cost of {cost}",
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _listed_zh(names: Iterable[str]) -> str:
    return "、".join(sorted(names))
