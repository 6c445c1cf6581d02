"""Whom a campaign looks at, before any policy is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liuke.plan.crowd import Crowd, Mask
from liuke.plan.eligibility import as_told
from liuke.plan.refusals import Refusal, refuse
from liuke.plan.terms import CampaignTerms


@dataclass(frozen=True)
class Screen:
    """One reason of the campaign itself: whom it refuses, and the words for each.

    told_of: what of a customer stands in the words.
    """

    rule: str
    refuses: Mask
    told_of: NDArray[Any]
    crowd: Crowd
    terms: CampaignTerms

    def refusal(self, row: int) -> Refusal:
        """Why the customer of a row is refused."""
        match self.rule:
            case "unit":
                return _outside(self.crowd.people.unit_id.at(row))
            case "campaign_p_leave_low":
                return _unlikely(float(self.crowd.people.p_leave[row]), self.terms.min_p_leave)
        return refuse(
            "top",
            zh=f"预期损失不在前 {self.terms.top} 名之内",
            en=f"expected loss is not among the largest {self.terms.top}",
        )


def screen(crowd: Crowd, terms: CampaignTerms) -> tuple[Screen, ...]:
    """Every reason of the campaign itself.

    The top is taken among those whom nothing else refuses; equal losses by customer id. A customer
    of unknown loss is left for the policies to refuse.
    """
    people = crowd.people
    nobody = np.zeros(len(crowd), np.bool_)
    outside = nobody if terms.units is None else ~people.unit_id.among(terms.units)
    unlikely = people.p_leave < terms.min_p_leave  # the unknown is not too low
    below = _below_the_top(crowd, ~(outside | unlikely), terms)
    found = (
        ("unit", outside, people.unit_id.codes),
        ("campaign_p_leave_low", unlikely, as_told(people.p_leave)),
        ("top", below, np.zeros(len(crowd))),
    )
    return tuple(Screen(rule, refuses, told_of, crowd, terms) for rule, refuses, told_of in found)


def is_screened(screens: Sequence[Screen]) -> Mask:
    """Whom any of the reasons refuses."""
    return np.logical_or.reduce([reason.refuses for reason in screens])


def _below_the_top(crowd: Crowd, looked_at: Mask, terms: CampaignTerms) -> Mask:
    below = np.zeros(len(crowd), np.bool_)
    if terms.top is None:
        return below
    loss = crowd.people.p_leave * crowd.value_fen
    rows = np.flatnonzero(looked_at & ~np.isnan(loss))
    ranked = rows[np.argsort(-loss[rows], kind="stable")]  # rows are in the order of ids
    below[ranked[terms.top :]] = True
    return below


def _outside(unit: str | None) -> Refusal:
    return refuse(
        "unit",
        zh=f"机构 {unit or '未知'} 不在本方案范围",
        en=f"unit {unit or 'unknown'} is outside this campaign",
    )


def _unlikely(p_leave: float, least: float) -> Refusal:
    return refuse(
        "campaign_p_leave_low",
        zh=f"离网概率 {p_leave:.1%}，低于本方案的 {least:.1%}",
        en=f"chance of leaving, {p_leave:.1%}, is under this campaign's {least:.1%}",
    )
