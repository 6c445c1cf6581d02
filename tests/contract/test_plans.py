"""Promises that every pack's policies and campaigns keep when they are planned."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

import liuke.packs
from liuke.plan.campaigns import load_campaign, plan_campaign
from liuke.plan.candidates import Candidate
from liuke.plan.eligibility import refusals
from liuke.plan.hold_out import hold_out_size
from liuke.plan.policies import load_policies

PACKS = Path(liuke.packs.__path__[0])
CAMPAIGNS = sorted(PACKS.glob("*/campaigns/*.toml"))
TODAY = date(2026, 3, 31)


@pytest.fixture(scope="module")
def crowd():
    """400 customers with everything that rules ask about, some of it unknown."""
    draw = np.random.default_rng(11)

    def one(number):
        return Candidate(
            customer_id=f"c{number:04d}",
            unit_id=f"B{draw.integers(5)}",
            tier=draw.choice(["important", "major", "ordinary", "small", None]),
            plan_name=draw.choice(["CX29", "CX59"]),
            p_leave=None if draw.random() < 0.05 else float(draw.beta(2, 4)),
            leave_kind=draw.choice(["voluntary", "involuntary", "dormant"]),
            value_at_stake_fen=None if draw.random() < 0.05 else int(draw.lognormal(11, 1)),
            latest_contact_on=TODAY - timedelta(days=int(draw.integers(60))) if draw.random() < 0.3 else None,
            has_open_complaint=bool(draw.random() < 0.05),
            do_not_disturb=bool(draw.random() < 0.05),
            offers={"data-gift": TODAY - timedelta(days=40)} if draw.random() < 0.2 else {},
        )

    return [one(number) for number in range(400)]


@pytest.fixture(scope="module", params=CAMPAIGNS, ids=lambda path: path.parts[-3])
def campaign(request):
    policies = load_policies(request.param.parents[1] / "policies")
    terms = load_campaign(request.param, policies)
    return policies, terms.model_copy(update={"budget_fen": 40_000, "max_contacts": 60})


@pytest.fixture(scope="module")
def plan(campaign, crowd):
    policies, terms = campaign
    return plan_campaign(crowd, policies, terms, as_of=TODAY, seed=3)


def test_campaigns_are_found():
    assert {path.parts[-3] for path in CAMPAIGNS} >= {"telecom", "retail"}


def test_limits_are_kept(plan, campaign):
    _, terms = campaign

    assert 0 < plan.spent_fen <= terms.budget_fen
    assert 0 < plan.chosen <= terms.max_contacts
    assert plan.spent_fen == sum(decision.cost_fen for decision in plan.decisions)
    assert plan.gain_fen <= plan.bound_fen


def test_everybody_is_answered_once_in_order_with_words(plan, crowd):
    assert [decision.customer_id for decision in plan.decisions] == [one.customer_id for one in crowd]
    assert all(decision.why and decision.why_zh for decision in plan.decisions)


def test_arms_add_up(plan, campaign):
    counts = {arm: sum(d.arm == arm for d in plan.decisions) for arm in ("treat", "hold_out", "not_chosen")}

    assert counts["treat"] == plan.treated
    assert counts["hold_out"] == plan.held_out == hold_out_size(plan.chosen, campaign[1].hold_out_share)
    assert plan.treated + plan.held_out == plan.chosen
    assert all((d.policy is None) == (d.arm == "not_chosen") for d in plan.decisions)


def test_nobody_chosen_would_have_been_refused(plan, campaign, crowd):
    by_name = {policy.name: policy for policy in campaign[0]}
    people = {one.customer_id: one for one in crowd}

    for decision in plan.decisions:
        if decision.policy:
            assert not refusals(people[decision.customer_id], by_name[decision.policy], on=TODAY)
            assert decision.expected_gain_fen > 0


def test_the_order_of_rows_and_a_second_run_change_nothing(plan, campaign, crowd):
    policies, terms = campaign
    again = plan_campaign(crowd[::-1], policies[::-1], terms, as_of=TODAY, seed=3)

    assert {d.customer_id: d for d in again.decisions} == {d.customer_id: d for d in plan.decisions}
    assert (again.gain_fen, again.spent_fen, again.refusals) == (plan.gain_fen, plan.spent_fen, plan.refusals)
