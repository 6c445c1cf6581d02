"""A campaign planned: who is treated, who is left alone, who is passed over, and the words for it."""

from dataclasses import replace
from datetime import date

import pytest

from liuke.kernel.words import Words
from liuke.plan.campaigns import CampaignTerms, plan_campaign
from liuke.plan.candidates import Candidate, CandidateRefused
from liuke.plan.policies import Policy, Terms, exclude_mutually
from liuke.plan.terms import UnknownPolicy

TODAY = date(2026, 3, 31)


def policy(name, *, cost_fen, save_rate, aims_at=("voluntary",), **terms):
    return Policy(
        name=name,
        version=1,
        words=Words(zh=f"{name}政策", en=f"{name} policy"),
        category="price",
        contact_cost_fen=100,
        offer_cost_fen=cost_fen - 100,
        save_rate=save_rate,
        save_rate_source="assumed",
        aims_at=frozenset(aims_at),
        terms=Terms(**terms),
        script=Words(zh="您好", en="Hello"),
    )


CREDIT = policy("credit", cost_fen=2000, save_rate=0.4)
GIFT = policy("gift", cost_fen=500, save_rate=0.1)


def terms(**changes):
    return CampaignTerms(
        **{
            "name": "spring",
            "words": Words(zh="春季", en="Spring"),
            "policies": ("credit", "gift"),
            "budget_fen": 10_000,
            "hold_out_share": 0.0,
        }
        | changes
    )


def people(*values_yuan, p_leave=0.5):
    return [
        Candidate(
            customer_id=f"c{number:02d}",
            unit_id="B1",
            p_leave=p_leave,
            leave_kind="voluntary",
            value_at_stake_fen=yuan * 100,
        )
        for number, yuan in enumerate(values_yuan)
    ]


def arms(plan):
    return {decision.customer_id: (decision.arm, decision.policy) for decision in plan.decisions}


def test_the_dear_offer_goes_where_it_saves_most():
    # p x s x V: credit saves .2 V for 20 yuan, the gift .05 V for 5; dearer pays from 100 yuan on
    plan = plan_campaign(people(1000, 90, 200), [CREDIT, GIFT], terms(budget_fen=2500), as_of=TODAY, seed=1)

    assert arms(plan) == {
        "c00": ("treat", "credit"),
        "c01": ("not_chosen", None),
        "c02": ("treat", "gift"),
    }
    assert (plan.spent_fen, plan.chosen, plan.treated, plan.held_out) == (2500, 2, 2, 0)
    assert plan.gain_fen == plan.treated_gain_fen == 18_000 + 500
    assert plan.gain_fen <= plan.bound_fen
    assert plan.saves == pytest.approx(0.5 * 0.4 + 0.5 * 0.1)
    assert plan.leavers == pytest.approx(1.0)


def test_hold_outs_keep_the_policy_they_would_have_had_and_cost_nothing():
    plan = plan_campaign(
        people(*[1000] * 5), [CREDIT], terms(policies=("credit",), hold_out_share=0.4), as_of=TODAY, seed=1
    )

    held = [decision for decision in plan.decisions if decision.arm == "hold_out"]
    assert {(d.policy, d.cost_fen, d.expected_gain_fen, d.probability) for d in held} == {
        ("credit", 0, 18_000, 0.6)
    }
    assert {(d.cost_fen, d.probability) for d in plan.decisions if d.arm == "treat"} == {(2000, 0.6)}
    assert (plan.chosen, plan.treated, plan.held_out, plan.spent_fen) == (5, 3, 2, 6000)
    assert plan.treated_gain_fen == 3 * 18_000
    assert "随机抽为对照组" in held[0].why_zh
    assert "40.0%" in held[0].why


def test_everybody_gets_an_answer_in_the_order_asked():
    asked = people(1000, 50, 300)[::-1]

    plan = plan_campaign(asked, [CREDIT, GIFT], terms(), as_of=TODAY, seed=1)

    assert [decision.customer_id for decision in plan.decisions] == ["c02", "c01", "c00"]


def test_the_refused_hear_every_reason_shared_ones_once():
    (ann,) = people(1000)
    picky = policy("picky", cost_fen=500, save_rate=0.5, tiers=frozenset({"gold"}))
    plan = plan_campaign(
        [replace(ann, has_open_complaint=True)],
        [CREDIT, picky],
        terms(policies=("credit", "picky"), units=frozenset({"B9"})),
        as_of=TODAY,
        seed=1,
    )

    (decision,) = plan.decisions
    assert decision.why == (
        "unit B1 is outside this campaign; has an open complaint; settle it first; "
        "picky policy: tier unknown is not covered (covers gold)"
    )
    assert decision.why_zh.count("投诉") == 1
    assert plan.refusals == {"unit": 1, "complaint": 1, "tier": 1}


def test_the_eligible_whom_the_budget_did_not_reach_hear_so():
    plan = plan_campaign(
        people(1000, 900), [CREDIT], terms(policies=("credit",), budget_fen=3000), as_of=TODAY, seed=1
    )

    assert arms(plan)["c01"] == ("not_chosen", None)
    assert plan.refusals == {"outbid": 1}
    assert "credit policy, would gain 160 yuan at a cost of 20, but budget or places" in plan.decisions[1].why
    assert "预计净收益 160 元、成本 20 元" in plan.decisions[1].why_zh


@pytest.mark.parametrize(
    "unknown, rule", [("p_leave", "p_leave_unknown"), ("value_at_stake_fen", "value_unknown")]
)
def test_the_unknown_are_passed_over_with_the_reason(unknown, rule):
    (ann,) = people(1000)

    plan = plan_campaign(
        [replace(ann, **{unknown: None})], [CREDIT], terms(policies=("credit",)), as_of=TODAY, seed=1
    )

    assert arms(plan) == {"c00": ("not_chosen", None)}
    assert plan.refusals == {rule: 1}


def test_the_campaign_looks_at_the_top_by_expected_loss():
    crowd = people(1000, 3000, 2000, 3000)

    plan = plan_campaign(crowd, [CREDIT], terms(policies=("credit",), top=2), as_of=TODAY, seed=1)

    assert [d.customer_id for d in plan.decisions if d.arm == "treat"] == ["c01", "c03"]
    assert plan.refusals == {"top": 2}


@pytest.mark.parametrize("p_leave, chosen", [(0.5, 1), (0.4999, 0)])
def test_the_campaigns_own_least_risk_includes_its_bound(p_leave, chosen):
    plan = plan_campaign(
        people(1000, p_leave=p_leave),
        [CREDIT],
        terms(policies=("credit",), min_p_leave=0.5),
        as_of=TODAY,
        seed=1,
    )

    assert plan.chosen == chosen


def test_stock_and_places_are_kept():
    scarce = CREDIT.model_copy(update={"stock": 1})

    plan = plan_campaign(people(*[1000] * 6), [scarce, GIFT], terms(max_contacts=3), as_of=TODAY, seed=1)

    offered = [decision.policy for decision in plan.decisions if decision.policy]
    assert sorted(offered) == ["credit", "gift", "gift"]


def test_nobody_at_all():
    plan = plan_campaign([], [CREDIT, GIFT], terms(hold_out_share=0.1), as_of=TODAY, seed=1)

    assert (plan.decisions, plan.chosen, plan.gain_fen, plan.gap) == ((), 0, 0, 0)


def test_a_customer_twice_is_refused():
    with pytest.raises(CandidateRefused, match="customer c00 stands among the candidates more than once"):
        plan_campaign(people(1000) * 2, [CREDIT, GIFT], terms(), as_of=TODAY, seed=1)


def test_a_policy_that_is_not_there_is_refused_with_the_nearest():
    with pytest.raises(UnknownPolicy, match="'credits', which does not exist \\(did you mean 'credit'"):
        plan_campaign([], [CREDIT], terms(policies=("credits",)), as_of=TODAY, seed=1)


def test_exclusion_is_mutual():
    one = CREDIT.model_copy(update={"excludes": frozenset({"gift"})})

    by_name = {found.name: found.excludes for found in exclude_mutually([GIFT, one])}

    assert by_name == {"credit": {"gift"}, "gift": {"credit"}}


def test_without_the_reasons_all_else_is_the_same():
    crowd = people(1000, 90, 200, 1)
    asked = {"as_of": TODAY, "seed": 1}
    told = plan_campaign(crowd, [CREDIT, GIFT], terms(budget_fen=2500), **asked)
    short = plan_campaign(crowd, [CREDIT, GIFT], terms(budget_fen=2500), **asked, why_not=False)

    passed_over = {"why": "", "why_zh": ""}
    assert short.decisions == tuple(
        replace(decision, **passed_over) if decision.arm == "not_chosen" else decision
        for decision in told.decisions
    )
    assert replace(short, decisions=()) == replace(told, decisions=())
    assert any(decision.why == "" for decision in short.decisions)
