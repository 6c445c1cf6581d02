"""What the planner decided, for one customer and for the campaign."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

Arm = Literal["treat", "hold_out", "not_chosen"]


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One customer's part in a campaign.

    policy: what is offered; what would have been offered to a held-out customer; None when not chosen.
    expected_gain_fen: of offering that policy, for the held-out what is forgone; 0 when not chosen.
    cost_fen: 0 unless treated.
    probability: of being treated, as the draw stood: (chosen - held out) / chosen for all chosen, 0
        for the others.
    """

    customer_id: str
    arm: Arm
    policy: str | None
    expected_gain_fen: int
    cost_fen: int
    probability: float
    why: str
    why_zh: str


@dataclass(frozen=True, kw_only=True)
class PlanSums:
    """The sums of a campaign's plan.

    gain_fen: expected gain of all chosen, held-out included, as compared with bound_fen, which no
        choice within budget and places can exceed; gap: (bound - gain) / bound.
    treated_gain_fen: the part of gain_fen that is pursued. spent_fen: cost of the treated.
    leavers: expected number of the chosen to leave, when nobody is contacted, in the ways that the
        policies chosen for them aim at; saves: expected number of the treated whom the campaign keeps.
    refusals: rule -> customers not chosen to whom it refused at least one policy; `outbid`: eligible
        customers whom budget, stock or places did not reach.
    """

    gain_fen: int
    treated_gain_fen: int
    bound_fen: int
    gap: float
    budget_fen: int
    spent_fen: int
    chosen: int
    treated: int
    held_out: int
    leavers: float
    saves: float
    refusals: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class CampaignPlan(PlanSums):
    """All decisions of a campaign, in the order of the candidates, and their sums."""

    decisions: tuple[Decision, ...]


@dataclass(frozen=True)
class PeoplePlan:
    """The same of many: decisions are a row each, in the order of customer_id and the shape of `Decision`."""

    decisions: pa.Table
    sums: PlanSums
