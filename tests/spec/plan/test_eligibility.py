"""Every reason is given at once; no reason means eligible."""

from dataclasses import replace
from datetime import date

import pytest

from liuke.kernel.words import Words
from liuke.plan.candidates import Candidate, CandidateRefused
from liuke.plan.eligibility import RULES, refusals
from liuke.plan.policies import Policy, Terms

TODAY = date(2026, 3, 31)
CREDIT = Policy(
    name="credit",
    version=1,
    words=Words(zh="话费减免", en="Bill credit"),
    category="price",
    contact_cost_fen=500,
    offer_cost_fen=5500,
    save_rate=0.25,
    save_rate_source="assumed",
    aims_at=frozenset({"voluntary"}),
    terms=Terms(
        tiers=frozenset({"gold", "silver"}),
        plans=frozenset({"CX59"}),
        min_p_leave=0.2,
        min_value_fen=100_000,
        rest_days=30,
    ),
    excludes=frozenset({"gift"}),
    cool_down_days=90,
    valid_from=date(2026, 1, 1),
    valid_until=date(2026, 4, 1),
    script=Words(zh="您好", en="Hello"),
)
FIT = Candidate(
    customer_id="ann",
    unit_id="B1",
    tier="gold",
    plan_name="CX59",
    p_leave=0.3,
    leave_kind="voluntary",
    value_at_stake_fen=200_000,
)


@pytest.mark.parametrize(
    "change, rules",
    [
        ({}, []),
        ({"tier": "basic"}, ["tier"]),
        ({"tier": None}, ["tier"]),
        ({"plan_name": "CX29"}, ["plan"]),
        ({"p_leave": None, "leave_kind": None}, ["p_leave_unknown"]),
        ({"leave_kind": "dormant"}, ["kind"]),
        ({"leave_kind": None}, ["kind"]),
        ({"p_leave": 0.2}, []),  # the lower bound is included
        ({"p_leave": 0.199}, ["p_leave_low"]),
        ({"p_by_kind": {"voluntary": 0.1, "dormant": 0.2}}, ["p_leave_low", "gain"]),
        ({"p_by_kind": {"dormant": 0.3}}, ["kind"]),
        ({"value_at_stake_fen": None}, ["value_unknown"]),
        ({"value_at_stake_fen": 100_000}, []),
        ({"value_at_stake_fen": 99_999}, ["value_low"]),
        ({"latest_contact_on": date(2026, 3, 1)}, []),  # 30 days: just rested
        ({"latest_contact_on": date(2026, 3, 2)}, ["rest"]),  # 29 days
        ({"has_open_complaint": True}, ["complaint"]),
        ({"do_not_disturb": True}, ["do_not_disturb"]),
        ({"has_open_task": True}, ["open_task"]),
        ({"offers": {"credit": date(2025, 12, 31)}}, []),  # 90 days
        ({"offers": {"credit": date(2026, 1, 1)}}, ["cool_down"]),  # 89 days
        ({"offers": {"gift": date(2025, 12, 31)}}, []),
        ({"offers": {"gift": date(2026, 1, 1)}}, ["exclusion"]),
        ({"offers": {"something": date(2026, 3, 30)}}, []),
        ({"p_leave": 0.24, "value_at_stake_fen": 100_010}, []),  # saves 60.01 yuan, costs 60
        ({"p_leave": 0.24, "value_at_stake_fen": 100_000}, ["gain"]),  # saves what it costs
        (
            {"tier": None, "has_open_complaint": True, "do_not_disturb": True},
            ["tier", "complaint", "do_not_disturb"],
        ),
    ],
)
def test_who_may_be_offered_the_policy(change, rules):
    found = refusals(replace(FIT, **change), CREDIT, on=TODAY)

    assert [refusal.rule for refusal in found] == rules


@pytest.mark.parametrize(
    "on, rules",
    [
        (date(2025, 12, 31), ["validity"]),
        (date(2026, 1, 1), []),
        (date(2026, 3, 31), []),
        (date(2026, 4, 1), ["validity"]),
    ],
)
def test_a_policy_is_offered_from_its_first_day_up_to_the_day_before_its_end(on, rules):
    assert [refusal.rule for refusal in refusals(FIT, CREDIT, on=on)] == rules


def test_everything_wrong_gives_every_reason_in_both_languages():
    hopeless = Candidate(
        customer_id="bob",
        value_at_stake_fen=None,
        latest_contact_on=date(2026, 3, 30),
        has_open_complaint=True,
        do_not_disturb=True,
        has_open_task=True,
        offers={"credit": date(2026, 3, 1), "gift": date(2026, 3, 1)},
    )

    found = refusals(hopeless, CREDIT, on=date(2026, 4, 1))

    assert [refusal.rule for refusal in found] == [
        *["tier", "plan", "p_leave_unknown", "value_unknown", "rest", "complaint", "do_not_disturb"],
        *["open_task", "validity", "cool_down", "exclusion"],
    ]
    assert len(RULES) == len(found) + 4  # kind, low p, low value, gain speak of what is known
    assert "2 天前刚联系过，应间隔 30 天" in {refusal.because.zh for refusal in found}
    assert "was offered it on 2026-03-01; not again within 90 days" in {r.because.en for r in found}


@pytest.mark.parametrize("wrong", [-0.01, 1.01, float("nan")])
def test_a_probability_outside_its_range_is_refused(wrong):
    with pytest.raises(CandidateRefused, match="ann: a probability lies in"):
        replace(FIT, p_leave=wrong)
