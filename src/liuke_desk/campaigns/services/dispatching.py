"""Handing the prepared tasks of one's own units to people; routing.py says to whom."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext_noop as _

from liuke_desk.audit.services import record
from liuke_desk.campaigns.models import Campaign, Task
from liuke_desk.campaigns.routing import Desk, route_task
from liuke_desk.campaigns.rules import actor_of
from liuke_desk.campaigns.services.moves import move_task, void
from liuke_desk.campaigns.services.overtaken import find_overtaken
from liuke_desk.campaigns.states import (
    OPEN_STATES,
    Actor,
    CampaignState,
    MoveRefused,
    State,
    check_campaign_move,
)
from liuke_desk.people.models import Role, User
from liuke_desk.people.selectors import list_visible_units


@transaction.atomic
def dispatch_tasks(*, campaign_id: int, user: User, at: datetime) -> int:
    """Dispatch every prepared task in the supervisor's units; returns how many went out."""
    campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
    _start(campaign, at=at)
    prepared = Task.objects.select_for_update(of=("self",)).filter(campaign=campaign, state=State.PREPARED)
    in_turn = prepared.order_by("due_on", "-expected_gain_fen", "pk")
    tasks = list(in_turn.select_related("assignment", "unit"))
    if not tasks:
        raise MoveRefused(_("No task of this campaign waits for dispatch in your units."))
    overtaken = find_overtaken(task.customer_id for task in tasks)
    for task in tasks:
        if reason := overtaken.get(task.customer_id):
            void(task, reason=reason, by=Actor.SYSTEM, at=at)
    sent = _hand_out([task for task in tasks if task.state == State.PREPARED], user, at=at)
    record(
        actor=user.username,
        verb="campaign.dispatch",
        subject=f"campaign:{campaign.pk}",
        at=at,
        detail={"to": sent, "void": len(overtaken)},
    )
    return sum(sent.values())


def staffed_desks(user: User) -> list[Desk]:
    """Agents at work in the user's units, with the open tasks each has."""
    agents = User.objects.filter(role=Role.AGENT, is_active=True, unit__in=list_visible_units(user))
    loads = agents.annotate(open_tasks=Count("tasks", filter=Q(tasks__state__in=OPEN_STATES)))
    return [
        Desk(
            agent_id=agent.pk,
            username=agent.username,
            staff_id=agent.staff_id,
            unit_path=agent.unit.path,
            open_tasks=agent.open_tasks,
        )
        for agent in loads.select_related("unit").order_by("username")
    ]


def _start(campaign: Campaign, *, at: datetime) -> None:
    if campaign.state == CampaignState.RUNNING:
        return
    check_campaign_move(CampaignState(campaign.state), CampaignState.RUNNING)
    campaign.state, campaign.dispatched_at = CampaignState.RUNNING, at
    campaign.save(update_fields=["state", "dispatched_at"])


def _hand_out(tasks: Iterable[Task], user: User, *, at: datetime) -> dict[str, int]:
    """Dispatch each task; every task given adds to its agent's load before the next is routed.

    Account managers have theirs first, so that the others are shared with those loads known.
    """
    desks = {desk.agent_id: desk for desk in staffed_desks(user)}
    managers = {desk.staff_id for desk in desks.values() if desk.staff_id}
    names = {desk.agent_id: desk.username for desk in desks.values()}
    sent: dict[str, int] = {}
    for task in sorted(tasks, key=lambda task: task.assignment.manager_id not in managers):
        routed = route_task(
            unit_path=task.unit.path, manager_id=task.assignment.manager_id, desks=desks.values()
        )
        move_task(
            task,
            State.DISPATCHED,
            by=actor_of(user),
            agent_id=routed.agent_id,
            route=routed.route,
            dispatched_at=at,
        )
        if routed.agent_id is not None:
            desk = desks[routed.agent_id]
            desks[routed.agent_id] = replace(desk, open_tasks=desk.open_tasks + 1)
        name = names.get(routed.agent_id, "") if routed.agent_id is not None else ""
        sent[name or "queue"] = sent.get(name or "queue", 0) + 1
    return sent
