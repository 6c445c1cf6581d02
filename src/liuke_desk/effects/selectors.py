"""What is read of effects: the arms' outcomes in the scope, and what the tasks say."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Sum

from liuke_desk.bridge.effects import measure
from liuke_desk.campaigns.models import Arm, Assignment, Campaign, Task
from liuke_desk.campaigns.states import State, VoidReason
from liuke_desk.effects.models import Outcome


@dataclass(frozen=True)
class Worked:
    """What came of the treated customers' tasks, and what was really spent on them."""

    treated: int
    kept: int
    lost: int
    refused: int
    unreachable: int
    void_otherwise: int
    still_open: int
    without_task: int
    cost_fen: int


def count_work(campaign: Campaign) -> Worked:
    """Results of the tasks in the scope; the numbers add up to the treated customers."""
    tasks = Task.objects.filter(campaign=campaign).order_by()
    results = {"": 0} | dict(tasks.values_list("result").annotate(Count("pk")))
    reasons = dict(tasks.filter(result=State.VOID).values_list("void_reason").annotate(Count("pk")))
    unreachable = reasons.get(VoidReason.UNREACHABLE, 0)
    treated = Assignment.objects.filter(campaign=campaign, arm=Arm.TREAT).count()
    return Worked(
        treated=treated,
        kept=results.get(State.KEPT, 0),
        lost=results.get(State.LOST, 0),
        refused=results.get(State.REFUSED, 0),
        unreachable=unreachable,
        void_otherwise=results.get(State.VOID, 0) - unreachable,
        still_open=results[""],
        without_task=treated - sum(results.values()),
        cost_fen=tasks.aggregate(spent=Sum("cost_fen"))["spent"] or 0,
    )


def settled_by(campaign: Campaign) -> date | None:
    """The as-of day up to which outcomes are known; None before the first cycle after the draw."""
    return Outcome.objects.filter(assignment__campaign=campaign).aggregate(day=Max("known_by"))["day"]


def count_left_before(campaign: Campaign) -> int:
    """Customers gone between planning and draw: nobody could have kept them, so they count in no rate."""
    return Outcome.objects.filter(assignment__campaign=campaign, left_before=True).count()


def measure_effect(campaign: Campaign) -> list[dict[str, Any]]:
    """The effect after each month over the scope's customers; empty before anything is settled."""
    known_by = settled_by(campaign)
    if known_by is None:
        return []
    outcomes = Outcome.objects.filter(assignment__campaign=campaign, left_before=False)
    rows = [
        {"arm": arm, "assigned_at": assigned_at, "left_at": left_at, "value_fen": value_fen}
        for arm, assigned_at, left_at, value_fen in outcomes.order_by("assignment__customer_id").values_list(
            "assignment__arm", "assignment__assigned_at", "left_at", "assignment__value_at_stake_fen"
        )
    ]
    return measure(rows, known_by=known_by, treated_share=campaign.treated / campaign.chosen)
