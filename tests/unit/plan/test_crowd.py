"""Asked of many at once, every rule answers as it does of one."""

from datetime import date, timedelta
from itertools import product

import numpy as np

from liuke.plan.campaigns import plan_campaign
from liuke.plan.candidates import Candidate
from liuke.plan.crowd import Crowd
from liuke.plan.eligibility import RULES, ask_rules, refusals
from liuke.plan.gains import expected_gain_fen, expected_gains_fen
from tests.spec.plan.test_eligibility import CREDIT, TODAY
from tests.unit.plan.test_campaigns import GIFT, terms

LATELY, LONG_AGO = TODAY - timedelta(days=5), TODAY - timedelta(days=200)

EVERYBODY = [
    Candidate(
        customer_id=f"c{number}",
        tier=tier,
        plan_name=plan_name,
        value_at_stake_fen=value_fen,
        latest_contact_on=contact_on,
        has_open_complaint=number % 5 == 0,
        do_not_disturb=number % 7 == 0,
        has_open_task=number % 11 == 0,
        offers={} if number % 3 else {"credit": contact_on or LATELY, "gift": LATELY},
        **risk,
    )
    for number, (tier, plan_name, value_fen, contact_on, risk) in enumerate(
        product(
            ("gold", None),
            ("CX59", "CX29"),
            (None, 99_999, 200_033),
            (None, LATELY, LONG_AGO),
            (
                {},
                {"p_leave": 0.3, "leave_kind": "voluntary"},
                {"p_leave": 0.9, "leave_kind": "dormant"},
                {"p_by_kind": {"voluntary": 0.1999, "dormant": 0.3}},
                {"p_by_kind": {"dormant": 0.3}},
            ),
        )
    )
]


def test_every_rule_refuses_the_same_customers_alone_and_among_others():
    for on in (TODAY, date(2026, 4, 1)):
        refused = ask_rules(Crowd(EVERYBODY, on=on), CREDIT)

        for candidate, noes in zip(EVERYBODY, refused, strict=True):
            names = [rule.name for rule, no in zip(RULES, noes, strict=True) if no]
            told = refusals(candidate, CREDIT, on=on)
            assert [refusal.rule for refusal in told] == names
            assert all(refusal.because.zh and refusal.because.en for refusal in told)


def test_everybody_together_meets_every_rule():
    refused = ask_rules(Crowd(EVERYBODY, on=date(2026, 4, 1)), CREDIT)

    assert refused.any(axis=0).all()
    assert not ask_rules(Crowd(EVERYBODY, on=TODAY), CREDIT).any(axis=1).all()


def test_gains_are_the_same_to_the_fen():
    gains = expected_gains_fen(Crowd(EVERYBODY, on=TODAY), CREDIT)

    for candidate, gain in zip(EVERYBODY, gains, strict=True):
        alone = expected_gain_fen(candidate, CREDIT)
        assert np.isnan(gain) if alone is None else gain == alone


def test_nobody_is_refused_nothing():
    assert ask_rules(Crowd([], on=TODAY), CREDIT).shape == (0, len(RULES))


def test_the_refused_are_told_the_same_alone_and_among_others():
    few = EVERYBODY[::5]
    asked = terms(policies=("credit", "gift"), min_p_leave=0.25, units=frozenset({"B1"}))

    def plan(candidates):
        return plan_campaign(candidates, [CREDIT, GIFT], asked, as_of=TODAY, seed=1).decisions

    assert len({decision.why for decision in plan(few)}) > 10
    for candidate, decision in zip(few, plan(few), strict=True):
        assert plan([candidate]) == (decision,)
        own = refusals(candidate, GIFT, on=TODAY)
        assert all(refusal.because.en in decision.why for refusal in own)
        assert all(refusal.because.zh in decision.why_zh for refusal in own)
