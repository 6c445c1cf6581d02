"""A campaign planned: whom to offer which policy within the budget, whom to leave alone, and why.

The steps: the campaign's own screen, the rules of each policy, the allocation, the draw of the
hold-out from those chosen, the words. Customers are put in the order of their ids first, so that the
order of the candidates changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from math import floor

import numpy as np

from liuke.kernel.words import Words
from liuke.plan.allocate import NONE, Allocation, allocate
from liuke.plan.candidates import Candidate, CandidateRefused, probability_of
from liuke.plan.decisions import CampaignPlan, Decision
from liuke.plan.explanations import explain_held_out, explain_outbid, explain_refused, explain_treated
from liuke.plan.gains import expected_saves
from liuke.plan.hold_out import draw_hold_out
from liuke.plan.judgement import Judgement, judge
from liuke.plan.policies import Policy
from liuke.plan.screen import screen
from liuke.plan.terms import CampaignTerms, UnknownPolicy, load_campaign, policies_of

__all__ = [
    "CampaignPlan",
    "CampaignTerms",
    "Candidate",
    "Decision",
    "UnknownPolicy",
    "load_campaign",
    "plan_campaign",
]


def plan_campaign(
    candidates: Iterable[Candidate],
    policies: Iterable[Policy],
    terms: CampaignTerms,
    *,
    as_of: date,
    seed: int,
    why_not: bool = True,
) -> CampaignPlan:
    """Decide for each candidate: offer a policy, leave alone to measure the effect, or pass over.

    candidates: one for each customer, in any order; policies: those the terms name, others are ignored.
    why_not: whether those passed over are told why, which takes most of the time; without it their words
        are empty, and all else is the same.
    Never plans more cost than the budget, more customers than max_contacts, more offers than stock.
    """
    given = list(candidates)
    ordered = _put_in_order(given)
    judged = judge(ordered, screen(ordered, terms), policies_of(terms, policies), on=as_of)
    allocation = _allocate(judged, terms)
    chosen = {
        candidate.customer_id: judged.policies[offer]
        for candidate, offer in zip(ordered, allocation.choice, strict=True)
        if offer != NONE
    }
    held = draw_hold_out(chosen, terms.hold_out_share, seed=seed, campaign=terms.name)
    made: dict[str, Decision] = {}
    for row, candidate in enumerate(ordered):
        name, policy = candidate.customer_id, chosen.get(candidate.customer_id)
        if policy is None:
            why = _why_not(row, judged, allocation.budget_price) if why_not else None
            made[name] = _pass_over(name, why)
        else:
            made[name] = _decide(row, judged, policy, chosen, held)
    return _sum_up([made[c.customer_id] for c in given], judged, chosen, allocation, terms)


def _put_in_order(given: list[Candidate]) -> list[Candidate]:
    ordered = sorted(given, key=lambda candidate: candidate.customer_id)
    for one, other in pairwise(ordered):
        if one.customer_id == other.customer_id:
            raise CandidateRefused(
                f"customer {one.customer_id} stands among the candidates more than once; "
                "give one candidate for each customer"
            )
    return ordered


def _allocate(judged: Judgement, terms: CampaignTerms) -> Allocation:
    return allocate(
        judged.gains_fen,
        np.array([policy.cost_fen for policy in judged.policies]),
        terms.budget_fen,
        stock=[np.inf if policy.stock is None else policy.stock for policy in judged.policies],
        places=terms.max_contacts,
    )


def _decide(
    row: int, judged: Judgement, policy: Policy, chosen: Mapping[str, Policy], held: frozenset[str]
) -> Decision:
    customer_id = judged.candidates[row].customer_id
    gain, share = judged.gain_fen(row, policy), len(held) / len(chosen)
    is_held = customer_id in held
    why = explain_held_out(policy, gain, share) if is_held else explain_treated(policy, gain)
    return Decision(
        customer_id=customer_id,
        arm="hold_out" if is_held else "treat",
        policy=policy.name,
        expected_gain_fen=gain,
        cost_fen=0 if is_held else policy.cost_fen,
        probability=1 - share,
        why=why.en,
        why_zh=why.zh,
    )


def _pass_over(customer_id: str, why: Words | None) -> Decision:
    return Decision(
        customer_id=customer_id,
        arm="not_chosen",
        policy=None,
        expected_gain_fen=0,
        cost_fen=0,
        probability=0.0,
        why=why.en if why else "",
        why_zh=why.zh if why else "",
    )


def _why_not(row: int, judged: Judgement, budget_price: float) -> Words:
    best = judged.best_offer(row)
    if best is None:
        by_name = {policy.name: policy for policy in judged.policies}
        return explain_refused(judged.screened[row], judged.refusals(row), by_name)
    return explain_outbid(*best, budget_price)


def _sum_up(
    decisions: Sequence[Decision],
    judged: Judgement,
    chosen: Mapping[str, Policy],
    allocation: Allocation,
    terms: CampaignTerms,
) -> CampaignPlan:
    treated = {decision.customer_id for decision in decisions if decision.arm == "treat"}
    picked = [(one, chosen[one.customer_id]) for one in judged.candidates if one.customer_id in chosen]
    return CampaignPlan(
        decisions=tuple(decisions),
        gain_fen=sum(decision.expected_gain_fen for decision in decisions),
        treated_gain_fen=sum(d.expected_gain_fen for d in decisions if d.arm == "treat"),
        bound_fen=floor(allocation.bound + 1e-6),  # gains are whole fen,
        gap=allocation.gap,
        budget_fen=terms.budget_fen,
        spent_fen=sum(decision.cost_fen for decision in decisions),
        chosen=len(chosen),
        treated=len(treated),
        held_out=len(chosen) - len(treated),
        leavers=sum(probability_of(c, policy.aims_at) or 0.0 for c, policy in picked),
        saves=sum(expected_saves(c, policy) or 0.0 for c, policy in picked if c.customer_id in treated),
        refusals=judged.count_refusals(allocation.choice == NONE),
    )
