"""A campaign planned: whom to offer which policy within the budget, whom to leave alone, and why.

The steps: the campaign's own screen, the rules of each policy, the allocation, the draw of the
hold-out from those chosen, the words. Customers are put in the order of their ids first, so that the
order of the candidates changes nothing.
"""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from math import floor

import numpy as np
import pyarrow as pa

from liuke.kernel.words import Words
from liuke.plan.allocate import NONE, Allocation, allocate
from liuke.plan.candidates import Candidate, CandidateRefused
from liuke.plan.crowd import Crowd, Mask, Numbers
from liuke.plan.decisions import CampaignPlan, Decision, PeoplePlan, PlanSums
from liuke.plan.explanations import explain_held_out, explain_treated
from liuke.plan.hold_out import draw_hold_out
from liuke.plan.judgement import Judgement, judge
from liuke.plan.people import People
from liuke.plan.policies import Policy
from liuke.plan.screen import screen
from liuke.plan.terms import CampaignTerms, UnknownPolicy, load_campaign, policies_of
from liuke.plan.why_not import say_why_not

__all__ = [
    "CampaignPlan",
    "CampaignTerms",
    "Candidate",
    "Decision",
    "UnknownPolicy",
    "load_campaign",
    "plan_campaign",
    "plan_people",
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
    plan = plan_people(People.of(ordered), policies, terms, as_of=as_of, seed=seed, why_not=why_not)
    made = {decision["customer_id"]: Decision(**decision) for decision in plan.decisions.to_pylist()}
    return CampaignPlan(decisions=tuple(made[one.customer_id] for one in given), **vars(plan.sums))


def plan_people(
    people: People,
    policies: Iterable[Policy],
    terms: CampaignTerms,
    *,
    as_of: date,
    seed: int,
    why_not: bool = True,
) -> PeoplePlan:
    """As `plan_campaign`, of as many as a company has: candidates and decisions are columns."""
    crowd = Crowd(people, on=as_of)
    judged = judge(crowd, screen(crowd, terms), policies_of(terms, policies))
    allocation = _allocate(judged, terms)
    chosen = np.flatnonzero(allocation.choice != NONE)
    names = dict(zip(people.customer_id.take(pa.array(chosen)).to_pylist(), chosen.tolist(), strict=True))
    held = draw_hold_out(names, terms.hold_out_share, seed=seed, campaign=terms.name)
    is_held = np.zeros(len(crowd), np.bool_)
    is_held[[names[name] for name in held]] = True
    decisions = _decide(judged, allocation, is_held, why_not=why_not)
    return PeoplePlan(decisions, _sum_up(judged, allocation, is_held, terms))


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


def _decide(judged: Judgement, allocation: Allocation, is_held: Mask, *, why_not: bool) -> pa.Table:
    """A row for each candidate in the shape of `Decision`."""
    choice = allocation.choice
    chosen, passed = np.flatnonzero(choice != NONE), np.flatnonzero(choice == NONE)
    share = float(is_held.sum() / max(len(chosen), 1))
    told = [_say_chosen(judged, row, int(choice[row]), bool(is_held[row]), share) for row in chosen.tolist()]
    passed_over = [pa.array([""] * len(passed), pa.string())] * 2
    if why_not:
        passed_over = list(say_why_not(judged, passed, budget_price=allocation.budget_price))
    order = pa.array(np.argsort(np.concatenate([chosen, passed]), kind="stable"))
    why_zh, why = (
        pa.concat_arrays([pa.array([getattr(words, side) for words in told], pa.string()), others]).take(
            order
        )
        for side, others in zip(("zh", "en"), passed_over, strict=True)
    )
    arms = np.where(choice == NONE, 2, np.where(is_held, 1, 0))
    names = pa.array([policy.name for policy in judged.policies], pa.string())
    return pa.table(
        {
            "customer_id": judged.crowd.people.customer_id,
            "arm": pa.array(["treat", "hold_out", "not_chosen"]).take(pa.array(arms)),
            "policy": names.take(pa.array(choice, mask=choice == NONE)),
            "expected_gain_fen": _gains_fen(judged, choice),
            "cost_fen": _costs_fen(judged, choice, is_held),
            "probability": np.where(choice == NONE, 0.0, 1 - share),
            "why": why,
            "why_zh": why_zh,
        }
    )


def _say_chosen(judged: Judgement, row: int, offer: int, is_held: bool, share: float) -> Words:
    policy, gain_fen = judged.policies[offer], int(judged.gains_fen[row, offer])
    return explain_held_out(policy, gain_fen, share) if is_held else explain_treated(policy, gain_fen)


def _gains_fen(judged: Judgement, choice: Numbers) -> Numbers:
    gains = judged.gains_fen[np.arange(len(choice)), choice]  # of the last policy where none is chosen
    return np.where(choice == NONE, 0, gains).astype(np.int64)


def _costs_fen(judged: Judgement, choice: Numbers, is_held: Mask) -> Numbers:
    costs = np.array([policy.cost_fen for policy in judged.policies])
    return np.where((choice == NONE) | is_held, 0, costs[choice]).astype(np.int64)


def _sum_up(judged: Judgement, allocation: Allocation, is_held: Mask, terms: CampaignTerms) -> PlanSums:
    choice = allocation.choice
    chosen = np.flatnonzero(choice != NONE)
    gains, costs = _gains_fen(judged, choice), _costs_fen(judged, choice, is_held)
    by_policy = [judged.crowd.probability(policy.aims_at) for policy in judged.policies]
    picked = [(row, int(choice[row])) for row in chosen.tolist()]
    leaving = [float(by_policy[offer][row]) for row, offer in picked]
    return PlanSums(
        gain_fen=int(gains.sum()),
        treated_gain_fen=int(gains[~is_held].sum()),
        bound_fen=floor(allocation.bound + 1e-6),  # gains are whole fen
        gap=allocation.gap,
        budget_fen=terms.budget_fen,
        spent_fen=int(costs.sum()),
        chosen=len(chosen),
        treated=len(chosen) - int(is_held.sum()),
        held_out=int(is_held.sum()),
        leavers=sum(leaving),
        saves=sum(
            p * judged.policies[offer].save_rate
            for (row, offer), p in zip(picked, leaving, strict=True)
            if not is_held[row]
        ),
        refusals=judged.count_refusals(choice == NONE),
    )
