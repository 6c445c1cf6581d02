"""A campaign planned: whom to offer which policy within the budget, whom to leave alone, and why.

The steps: the campaign's own screen, the rules of each policy, the allocation, the draw of the
hold-out from those chosen, the words. Customers are put in the order of their ids first, so that the
order of the candidates changes nothing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import floor

import numpy as np

from liuke.kernel.words import Words
from liuke.plan.allocate import NONE, Allocation, allocate
from liuke.plan.candidates import Candidate, CandidateRefused, probability_of
from liuke.plan.decisions import Arm, CampaignPlan, Decision
from liuke.plan.eligibility import Refusal, refusals
from liuke.plan.explanations import explain_held_out, explain_outbid, explain_refused, explain_treated
from liuke.plan.gains import expected_gain_fen, expected_saves
from liuke.plan.hold_out import draw_hold_out
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


@dataclass(frozen=True)
class _Judged:
    """One candidate and what speaks against each policy; gains of the policies nothing speaks against."""

    candidate: Candidate
    screened: tuple[Refusal, ...]
    refused: Mapping[str, Sequence[Refusal]]
    gains_fen: Mapping[str, int]

    @property
    def rules(self) -> set[str]:
        if self.gains_fen:
            return {"outbid"} | {r.rule for refused in self.refused.values() for r in refused}
        return {r.rule for refused in (self.screened, *self.refused.values()) for r in refused}


def plan_campaign(
    candidates: Iterable[Candidate],
    policies: Iterable[Policy],
    terms: CampaignTerms,
    *,
    as_of: date,
    seed: int,
) -> CampaignPlan:
    """Decide for each candidate: offer a policy, leave alone to measure the effect, or pass over.

    candidates: one for each customer, in any order; policies: those the terms name, others are ignored.
    Never plans more cost than the budget, more customers than max_contacts, more offers than stock.
    """
    given = list(candidates)
    offered = policies_of(terms, policies)
    judged = [_judge(candidate, refused, offered, as_of) for candidate, refused in _screened(given, terms)]
    allocation = _allocate(judged, offered, terms)
    chosen = {
        one.candidate.customer_id: offered[offer]
        for one, offer in zip(judged, allocation.choice, strict=True)
        if offer != NONE
    }
    held = draw_hold_out(chosen, terms.hold_out_share, seed=seed, campaign=terms.name)
    made = {
        one.candidate.customer_id: _decide(one, chosen, held, offered, allocation.budget_price)
        for one in judged
    }
    return _sum_up([made[c.customer_id] for c in given], judged, chosen, allocation, terms)


def _screened(given: list[Candidate], terms: CampaignTerms) -> list[tuple[Candidate, tuple[Refusal, ...]]]:
    ordered = sorted(given, key=lambda candidate: candidate.customer_id)
    for one, other in pairwise(ordered):
        if one.customer_id == other.customer_id:
            raise CandidateRefused(
                f"customer {one.customer_id} stands among the candidates more than once; "
                "give one candidate for each customer"
            )
    refused = screen(ordered, terms)
    return [(candidate, refused.get(candidate.customer_id, ())) for candidate in ordered]


def _judge(
    candidate: Candidate, screened: tuple[Refusal, ...], offered: Sequence[Policy], as_of: date
) -> _Judged:
    refused = {policy.name: refusals(candidate, policy, on=as_of) for policy in offered}
    gains = {
        policy.name: gain
        for policy in offered
        if not screened
        and not refused[policy.name]
        and (gain := expected_gain_fen(candidate, policy)) is not None
    }
    return _Judged(candidate, screened, refused, gains)


def _allocate(judged: Sequence[_Judged], offered: Sequence[Policy], terms: CampaignTerms) -> Allocation:
    gain = np.full((len(judged), len(offered)), np.nan)
    for row, one in enumerate(judged):
        for column, policy in enumerate(offered):
            gain[row, column] = one.gains_fen.get(policy.name, np.nan)
    return allocate(
        gain,
        np.array([policy.cost_fen for policy in offered]),
        terms.budget_fen,
        stock=[np.inf if policy.stock is None else policy.stock for policy in offered],
        places=terms.max_contacts,
    )


def _decide(
    one: _Judged,
    chosen: Mapping[str, Policy],
    held: frozenset[str],
    offered: Sequence[Policy],
    budget_price: float,
) -> Decision:
    customer_id = one.candidate.customer_id
    policy = chosen.get(customer_id)
    if policy is None:
        return _decision(customer_id, "not_chosen", None, 0, 0, 0.0, _why_not(one, offered, budget_price))
    gain, share = one.gains_fen[policy.name], len(held) / len(chosen)
    if customer_id in held:
        why = explain_held_out(policy, gain, share)
        return _decision(customer_id, "hold_out", policy, gain, 0, 1 - share, why)
    why = explain_treated(policy, gain)
    return _decision(customer_id, "treat", policy, gain, policy.cost_fen, 1 - share, why)


def _decision(
    customer_id: str, arm: Arm, policy: Policy | None, gain: int, cost: int, probability: float, why: Words
) -> Decision:
    return Decision(
        customer_id=customer_id,
        arm=arm,
        policy=policy.name if policy else None,
        expected_gain_fen=gain,
        cost_fen=cost,
        probability=probability,
        why=why.en,
        why_zh=why.zh,
    )


def _why_not(one: _Judged, offered: Sequence[Policy], budget_price: float) -> Words:
    by_name = {policy.name: policy for policy in offered}
    if not one.gains_fen:
        return explain_refused(one.screened, one.refused, by_name)
    best = max(one.gains_fen, key=lambda name: (one.gains_fen[name], name))
    return explain_outbid(by_name[best], one.gains_fen[best], budget_price)


def _sum_up(
    decisions: Sequence[Decision],
    judged: Sequence[_Judged],
    chosen: Mapping[str, Policy],
    allocation: Allocation,
    terms: CampaignTerms,
) -> CampaignPlan:
    treated = {decision.customer_id for decision in decisions if decision.arm == "treat"}
    passed = [one for one in judged if one.candidate.customer_id not in chosen]
    picked = [(one.candidate, chosen[i]) for one in judged if (i := one.candidate.customer_id) in chosen]
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
        refusals=dict(sorted(Counter(rule for one in passed for rule in one.rules).items())),
    )
