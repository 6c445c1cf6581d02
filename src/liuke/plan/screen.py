"""Whom a campaign looks at, before any policy is asked."""

from collections.abc import Sequence

from liuke.plan.candidates import Candidate
from liuke.plan.refusals import Refusal, refuse
from liuke.plan.terms import CampaignTerms


def screen(candidates: Sequence[Candidate], terms: CampaignTerms) -> dict[str, tuple[Refusal, ...]]:
    """Customers that the campaign itself refuses, by id, with every reason.

    The top is taken among those whom nothing else refuses; equal losses by customer id. A customer
    of unknown loss is left for the policies to refuse.
    """
    refused = {
        candidate.customer_id: reasons
        for candidate in candidates
        if (reasons := _own_refusals(candidate, terms))
    }
    for customer_id in _below_the_top(candidates, refused, terms):
        refused[customer_id] = (
            refuse(
                "top",
                zh=f"预期损失不在前 {terms.top} 名之内",
                en=f"expected loss is not among the largest {terms.top}",
            ),
        )
    return refused


def _own_refusals(candidate: Candidate, terms: CampaignTerms) -> tuple[Refusal, ...]:
    answers = (_in_a_unit(candidate, terms), _at_risk(candidate, terms))
    return tuple(answer for answer in answers if answer)


def _in_a_unit(candidate: Candidate, terms: CampaignTerms) -> Refusal | None:
    if terms.units is None or candidate.unit_id in terms.units:
        return None
    unit = candidate.unit_id
    return refuse(
        "unit",
        zh=f"机构 {unit or '未知'} 不在本方案范围",
        en=f"unit {unit or 'unknown'} is outside this campaign",
    )


def _at_risk(candidate: Candidate, terms: CampaignTerms) -> Refusal | None:
    if candidate.p_leave is None or candidate.p_leave >= terms.min_p_leave:
        return None
    return refuse(
        "campaign_p_leave_low",
        zh=f"离网概率 {candidate.p_leave:.1%}，低于本方案的 {terms.min_p_leave:.1%}",
        en=f"chance of leaving, {candidate.p_leave:.1%}, is under this campaign's {terms.min_p_leave:.1%}",
    )


def _below_the_top(
    candidates: Sequence[Candidate], refused: dict[str, tuple[Refusal, ...]], terms: CampaignTerms
) -> list[str]:
    if terms.top is None:
        return []
    ranked = sorted(
        (-loss, candidate.customer_id)
        for candidate in candidates
        if candidate.customer_id not in refused and (loss := candidate.expected_loss_fen) is not None
    )
    return [customer_id for _, customer_id in ranked[terms.top :]]
