"""Who may be offered a policy, and if not, why not.

Each rule answers with a Refusal or None. All rules are always asked, because the person at the desk
needs every reason at once, not the first one. Days of rest, cool-down and validity are counted to the
day of the question; a policy is valid on [valid_from, valid_until).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from liuke.kernel.money import yuan_text
from liuke.kernel.words import Words
from liuke.plan.candidates import Candidate, CandidateRefused, probability_of
from liuke.plan.gains import expected_gain_fen
from liuke.plan.policies import Policy

__all__ = ["RULES", "Candidate", "CandidateRefused", "Refusal", "refusals"]


@dataclass(frozen=True)
class Refusal:
    """One reason why not: the rule that refused, and its words."""

    rule: str
    because: Words


Rule = Callable[[Candidate, Policy, date], Refusal | None]


def refuse(rule: str, *, zh: str, en: str) -> Refusal:
    return Refusal(rule, Words(zh=zh, en=en))


def in_a_covered_tier(candidate: Candidate, policy: Policy, on: date) -> Refusal | None:
    covered = policy.terms.tiers
    if covered is None or candidate.tier in covered:
        return None
    return refuse(
        "tier",
        zh=f"等级 {candidate.tier or '未知'} 不在适用范围（{_listed_zh(covered)}）",
        en=f"tier {candidate.tier or 'unknown'} is not covered (covers {_listed(covered)})",
    )


def on_a_covered_plan(candidate: Candidate, policy: Policy, on: date) -> Refusal | None:
    covered = policy.terms.plans
    if covered is None or candidate.plan_name in covered:
        return None
    return refuse(
        "plan",
        zh=f"套餐 {candidate.plan_name or '未知'} 不在适用范围（{_listed_zh(covered)}）",
        en=f"plan {candidate.plan_name or 'unknown'} is not covered (covers {_listed(covered)})",
    )


def with_a_known_risk(candidate: Candidate, policy: Policy, on: date) -> Refusal | None:
    if candidate.p_leave is not None or any(p is not None for p in candidate.p_by_kind.values()):
        return None
    return refuse("p_leave_unknown", zh="离网概率未知", en="the probability of leaving is unknown")


def leaving_in_a_way_aimed_at(candidate: Candidate, policy: Policy, on: date) -> Refusal | None:
    if probability_of(candidate, policy.aims_at) is not None or with_a_known_risk(candidate, policy, on):
        return None
    return refuse(
        "kind",
        zh=f"可能的离网方式（{_KIND_ZH.get(candidate.leave_kind or '', '未知')}）不是本政策的目标",
        en=f"likeliest way of leaving ({candidate.leave_kind or 'unknown'}) is not one the policy aims at",
    )


def at_enough_risk(candidate: Candidate, policy: Policy, on: date) -> Refusal | None:
    probability = probability_of(candidate, policy.aims_at)
    if probability is None or probability >= policy.terms.min_p_leave:
        return None
    return refuse(
        "p_leave_low",
        zh=f"目标方式的离网概率 {probability:.1%}，低于 {policy.terms.min_p_leave:.1%}",
        en=f"chance of leaving in a way aimed at, {probability:.1%}, is under {policy.terms.min_p_leave:.1%}",
    )


def with_a_known_value(candidate: Candidate, policy: Policy, on: date) -> Refusal | None:
    if candidate.value_at_stake_fen is not None:
        return None
    return refuse("value_unknown", zh="在险价值未知", en="the value at stake is unknown")


def of_enough_value(candidate: Candidate, policy: Policy, on: date) -> Refusal | None:
    value, least = candidate.value_at_stake_fen, policy.terms.min_value_fen
    if value is None or least is None or value >= least:
        return None
    return refuse(
        "value_low",
        zh=f"在险价值 {yuan_text(value)} 元，低于 {yuan_text(least)} 元",
        en=f"value at stake of {yuan_text(value)} yuan is under {yuan_text(least)}",
    )


def rested(candidate: Candidate, policy: Policy, on: date) -> Refusal | None:
    if candidate.latest_contact_on is None:
        return None
    days_rested = (on - candidate.latest_contact_on).days
    if days_rested >= policy.terms.rest_days:
        return None
    return refuse(
        "rest",
        zh=f"{days_rested} 天前刚联系过，应间隔 {policy.terms.rest_days} 天",
        en=f"contacted {days_rested} days ago, owed {policy.terms.rest_days} days of rest",
    )


def free_of_complaints(candidate: Candidate, policy: Policy, on: date) -> Refusal | None:
    if not candidate.has_open_complaint:
        return None
    return refuse("complaint", zh="有未办结的投诉，先解决再挽留", en="has an open complaint; settle it first")


def not_left_in_peace(candidate: Candidate, policy: Policy, on: date) -> Refusal | None:
    if not candidate.do_not_disturb:
        return None
    return refuse("do_not_disturb", zh="客户已登记免打扰", en="asked not to be disturbed")


def without_an_open_task(candidate: Candidate, policy: Policy, on: date) -> Refusal | None:
    if not candidate.has_open_task:
        return None
    return refuse("open_task", zh="已有进行中的挽留任务", en="is in an open retention task already")


def within_validity(candidate: Candidate, policy: Policy, on: date) -> Refusal | None:
    if policy.valid_from and on < policy.valid_from:
        return refuse(
            "validity",
            zh=f"政策自 {policy.valid_from} 起生效",
            en=f"the policy starts on {policy.valid_from}",
        )
    if policy.valid_until and on >= policy.valid_until:
        return refuse(
            "validity",
            zh=f"政策已于 {policy.valid_until} 失效",
            en=f"the policy ended on {policy.valid_until}",
        )
    return None


def cooled_down(candidate: Candidate, policy: Policy, on: date) -> Refusal | None:
    offered_on = candidate.offers.get(policy.name)
    if offered_on is None or (on - offered_on).days >= policy.cool_down_days:
        return None
    return refuse(
        "cool_down",
        zh=f"{offered_on} 已给过本政策，{policy.cool_down_days} 天内不再给",
        en=f"was offered it on {offered_on}; not again within {policy.cool_down_days} days",
    )


def without_an_excluded_policy(candidate: Candidate, policy: Policy, on: date) -> Refusal | None:
    if not candidate.offers:
        return None
    clashing = sorted(
        name
        for name, offered_on in candidate.offers.items()
        if name in policy.excludes and (on - offered_on).days < policy.cool_down_days
    )
    if not clashing:
        return None
    return refuse(
        "exclusion",
        zh=f"近 {policy.cool_down_days} 天内已给过互斥政策 {_listed_zh(clashing)}",
        en=f"within {policy.cool_down_days} days was offered {_listed(clashing)}, which excludes it",
    )


def worth_its_cost(candidate: Candidate, policy: Policy, on: date) -> Refusal | None:
    gain = expected_gain_fen(candidate, policy)
    if gain is None or gain > 0:
        return None
    saved = gain + policy.cost_fen
    return refuse(
        "gain",
        zh=f"预计保留价值 {yuan_text(saved)} 元，不高于成本 {yuan_text(policy.cost_fen)} 元",
        en=f"expected to save {yuan_text(saved)} yuan, no more than the cost of {yuan_text(policy.cost_fen)}",
    )


RULES: tuple[Rule, ...] = (
    in_a_covered_tier,
    on_a_covered_plan,
    with_a_known_risk,
    leaving_in_a_way_aimed_at,
    at_enough_risk,
    with_a_known_value,
    of_enough_value,
    rested,
    free_of_complaints,
    not_left_in_peace,
    without_an_open_task,
    within_validity,
    cooled_down,
    without_an_excluded_policy,
    worth_its_cost,
)

_KIND_ZH = {"voluntary": "主动离网", "involuntary": "被动离网", "dormant": "沉默", "diverted": "呼转"}


def refusals(candidate: Candidate, policy: Policy, *, on: date) -> list[Refusal]:
    """Every reason not to offer the policy to the candidate on that day; empty when eligible."""
    answers = (rule(candidate, policy, on) for rule in RULES)
    return [answer for answer in answers if answer is not None]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _listed_zh(names: Iterable[str]) -> str:
    return "、".join(sorted(names))
