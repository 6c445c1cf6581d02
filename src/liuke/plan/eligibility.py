"""Who may be offered a policy, and if not, why not.

A rule is two answers. `allows` is asked of all candidates at once and says nothing of reasons; `refusal`
is asked of one candidate whom it did not allow, and gives the words; `told_of` says what of a candidate
stands in them, so that many are told in the words of a few. All rules are always asked, because the person
at the desk needs every reason at once, not the first one. Days of rest, cool-down and
validity are counted to the day of the question; a policy is valid on [valid_from, valid_until).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liuke.plan import refusals as why
from liuke.plan.candidates import Candidate, CandidateRefused, probability_of
from liuke.plan.crowd import Column, Crowd, Mask
from liuke.plan.gains import expected_gain_fen, expected_gains_fen
from liuke.plan.policies import Policy
from liuke.plan.refusals import Refusal

__all__ = ["RULES", "Candidate", "CandidateRefused", "Refusal", "Rule", "ask_rules", "refusals"]


@dataclass(frozen=True)
class Rule:
    """One condition of an offer; its name is the rule of its refusals."""

    name: str
    allows: Callable[[Crowd, Policy], Mask]
    refusal: Callable[[Candidate, Policy, date], Refusal]
    told_of: Callable[[Crowd, Policy], NDArray[Any]] = lambda crowd, policy: np.zeros(len(crowd))


def in_a_covered_tier(crowd: Crowd, policy: Policy) -> Mask:
    covered = policy.terms.tiers
    return crowd.all_but(()) if covered is None else crowd.people.tier.among(covered)


def on_a_covered_plan(crowd: Crowd, policy: Policy) -> Mask:
    covered = policy.terms.plans
    return crowd.all_but(()) if covered is None else crowd.people.plan_name.among(covered)


def leaving_in_a_way_aimed_at(crowd: Crowd, policy: Policy) -> Mask:
    return ~np.isnan(crowd.probability(policy.aims_at)) | ~crowd.has_known_risk


def at_enough_risk(crowd: Crowd, policy: Policy) -> Mask:
    return ~(crowd.probability(policy.aims_at) < policy.terms.min_p_leave)  # the unknown is not too low


def with_a_known_value(crowd: Crowd, policy: Policy) -> Mask:
    return ~np.isnan(crowd.value_fen)


def of_enough_value(crowd: Crowd, policy: Policy) -> Mask:
    least = policy.terms.min_value_fen
    return crowd.all_but(()) if least is None else ~(crowd.value_fen < least)


def within_validity(crowd: Crowd, policy: Policy) -> Mask:
    begun = policy.valid_from is None or crowd.on >= policy.valid_from
    not_over = policy.valid_until is None or crowd.on < policy.valid_until
    return np.full(len(crowd), begun and not_over)


def cooled_down(crowd: Crowd, policy: Policy) -> Mask:
    def is_recent(offers: Mapping[str, date]) -> bool:
        offered_on = offers.get(policy.name)
        return offered_on is not None and (crowd.on - offered_on).days < policy.cool_down_days

    return crowd.all_but([row for row, offers in crowd.people.offers.items() if is_recent(offers)])


def without_an_excluded_policy(crowd: Crowd, policy: Policy) -> Mask:
    offers = crowd.people.offers
    return crowd.all_but([row for row in offers if _clashing(offers[row], policy, crowd.on)])


def worth_its_cost(crowd: Crowd, policy: Policy) -> Mask:
    return ~(expected_gains_fen(crowd, policy) <= 0)


def _say_days_rested(candidate: Candidate, policy: Policy, on: date) -> Refusal:
    assert candidate.latest_contact_on is not None
    return why.contacted_lately((on - candidate.latest_contact_on).days, policy.terms.rest_days)


def _say_risk(candidate: Candidate, policy: Policy, on: date) -> Refusal:
    probability = probability_of(candidate, policy.aims_at)
    assert probability is not None
    return why.of_low_risk(probability, policy.terms.min_p_leave)


def _say_value(candidate: Candidate, policy: Policy, on: date) -> Refusal:
    assert candidate.value_at_stake_fen is not None
    assert policy.terms.min_value_fen is not None
    return why.of_low_value(candidate.value_at_stake_fen, policy.terms.min_value_fen)


def _say_validity(candidate: Candidate, policy: Policy, on: date) -> Refusal:
    if policy.valid_from and on < policy.valid_from:
        return why.before_validity(policy.valid_from)
    assert policy.valid_until is not None
    return why.after_validity(policy.valid_until)


def _say_exclusion(candidate: Candidate, policy: Policy, on: date) -> Refusal:
    return why.offered_an_excluded_policy(_clashing(candidate.offers, policy, on), policy.cool_down_days)


def _say_gain(candidate: Candidate, policy: Policy, on: date) -> Refusal:
    gain = expected_gain_fen(candidate, policy)
    assert gain is not None
    return why.not_worth_its_cost(gain + policy.cost_fen, policy.cost_fen)


def _clashing(offers: Mapping[str, date], policy: Policy, on: date) -> tuple[str, ...]:
    """Policies offered lately that one customer may not have beside this one."""
    recent = (
        name
        for name, offered_on in offers.items()
        if name in policy.excludes and (on - offered_on).days < policy.cool_down_days
    )
    return tuple(sorted(recent))


def _each(crowd: Crowd, policy: Policy) -> Column:
    """Everybody is told in words of their own; for reasons that few meet."""
    return np.arange(len(crowd), dtype=np.float64)


RULES: tuple[Rule, ...] = (
    Rule(
        "tier",
        in_a_covered_tier,
        lambda c, p, on: why.outside_the_tiers(c.tier, p.terms.tiers),
        lambda crowd, p: crowd.people.tier.codes,
    ),
    Rule(
        "plan",
        on_a_covered_plan,
        lambda c, p, on: why.outside_the_plans(c.plan_name, p.terms.plans),
        lambda crowd, p: crowd.people.plan_name.codes,
    ),
    Rule("p_leave_unknown", lambda crowd, p: crowd.has_known_risk, lambda c, p, on: why.of_unknown_risk()),
    Rule(
        "kind",
        leaving_in_a_way_aimed_at,
        lambda c, p, on: why.leaving_otherwise(c.leave_kind),
        lambda crowd, p: crowd.people.leave_kind.codes,
    ),
    Rule("p_leave_low", at_enough_risk, _say_risk, lambda crowd, p: as_told(crowd.probability(p.aims_at))),
    Rule("value_unknown", with_a_known_value, lambda c, p, on: why.of_unknown_value()),
    Rule("value_low", of_enough_value, _say_value, lambda crowd, p: crowd.value_fen),
    Rule(
        "rest",
        lambda crowd, p: crowd.days_rested >= p.terms.rest_days,
        _say_days_rested,
        lambda crowd, p: crowd.days_rested,
    ),
    Rule("complaint", lambda crowd, p: ~crowd.has_open_complaint, lambda c, p, on: why.complaining()),
    Rule("do_not_disturb", lambda crowd, p: ~crowd.do_not_disturb, lambda c, p, on: why.left_in_peace()),
    Rule("open_task", lambda crowd, p: ~crowd.has_open_task, lambda c, p, on: why.in_an_open_task()),
    Rule("validity", within_validity, _say_validity),
    Rule(
        "cool_down",
        cooled_down,
        lambda c, p, on: why.offered_lately(c.offers[p.name], p.cool_down_days),
        _each,
    ),
    Rule("exclusion", without_an_excluded_policy, _say_exclusion, _each),
    Rule("gain", worth_its_cost, _say_gain, expected_gains_fen),
)


def as_told(shares: Column) -> Column:
    """Shares that are told alike, in tenths of a percent, have the same number; near an edge, their own."""
    tenths = shares * 100 * 10
    is_near_an_edge = np.abs(tenths - np.floor(tenths) - 0.5) < 1e-6
    return np.where(is_near_an_edge, -1 - shares, np.rint(tenths))


def ask_rules(crowd: Crowd, policy: Policy) -> Mask:
    """Which rule refuses the policy to whom: candidates x RULES."""
    return ~np.column_stack([rule.allows(crowd, policy) for rule in RULES])


def refusals(candidate: Candidate, policy: Policy, *, on: date) -> list[Refusal]:
    """Every reason not to offer the policy to the candidate on that day; empty when eligible."""
    refused = ask_rules(Crowd([candidate], on=on), policy)[0]
    return [rule.refusal(candidate, policy, on) for rule, no in zip(RULES, refused, strict=True) if no]
