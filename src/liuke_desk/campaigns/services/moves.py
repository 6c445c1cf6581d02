"""Moving one task: lock, check, change. Every other service that moves a task goes through here."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop as _
from django_scopes import scopes_disabled

from liuke_desk.campaigns.models import Campaign, Task
from liuke_desk.campaigns.rules import NotYours, actor_of
from liuke_desk.campaigns.services.overtaken import overtaken_by
from liuke_desk.campaigns.states import (
    RESULTS,
    Actor,
    CampaignState,
    MoveRefused,
    State,
    VoidReason,
    check_move,
)
from liuke_desk.people.models import User


def lock_task(task_id: int) -> Task:
    """The task in its present state, held until the transaction ends; only within the scope."""
    return Task.objects.select_for_update().get(pk=task_id)


def lock_own_task(task_id: int, *, agent: User) -> Task:
    """The agent's own task, whatever unit its customer belongs to; another's is refused."""
    with scopes_disabled():
        task = Task.objects.select_for_update().get(pk=task_id)
    if task.agent_id != agent.pk:
        raise NotYours(_("This task is not yours; open your own next task."))
    return task


def move_task(task: Task, to: State, *, by: Actor, **changes: Any) -> None:
    """Change the state of a locked task together with what belongs to the change."""
    check_move(State(task.state), to, by=by)
    task.state = to
    if to in RESULTS:
        changes["result"] = to
    for name, value in changes.items():
        setattr(task, name, value)
    task.save(update_fields=["state", *changes])


def check_running(task: Task) -> None:
    """Refuse work on a task whose campaign is over."""
    if Campaign.objects.get(pk=task.campaign_id).state != CampaignState.RUNNING:
        raise MoveRefused(_("The campaign is over; its customers are not contacted any more."))


@transaction.atomic
def note_attempt(
    *,
    task_id: int,
    agent: User,
    attempts_before: int,
    cost_fen: int,
    next_attempt_on: date | None,
    at: datetime,
) -> Task:
    """Count one attempt on the agent's own task; the same attempt sent twice is refused."""
    task = lock_own_task(task_id, agent=agent)
    check_running(task)
    if overtaken_by(task) is not None:
        raise MoveRefused(_("The customer asked not to be disturbed, or has left; do not contact them."))
    if task.attempts != attempts_before:
        raise MoveRefused(_("This attempt is recorded already; open the task again to record another."))
    changes: dict[str, Any] = {
        "attempts": task.attempts + 1,
        "cost_fen": task.cost_fen + cost_fen,
        "latest_attempt_at": at,
        "next_attempt_on": next_attempt_on,
    }
    move_task(task, State.CONTACTING, by=actor_of(agent), **changes)
    return task


@transaction.atomic
def give_up_if_spent(*, task_id: int, agent: User, at: datetime) -> Task:
    """Void the task when the campaign allows no further attempt; the customer could not be reached."""
    task = lock_own_task(task_id, agent=agent)
    if task.attempts >= task.campaign.attempts_max:
        void(task, reason=VoidReason.UNREACHABLE, by=Actor.SYSTEM, at=at)
    return task


@transaction.atomic
def end_task(*, task_id: int, agent: User, result: State, offer_cost_fen: int = 0, at: datetime) -> Task:
    """End the agent's own task with what the customer said; an accepted offer costs what it costs."""
    task = lock_own_task(task_id, agent=agent)
    cost_fen = task.cost_fen + offer_cost_fen
    move_task(task, result, by=actor_of(agent), ended_at=at, next_attempt_on=None, cost_fen=cost_fen)
    return task


def void(task: Task, *, reason: VoidReason, by: Actor, at: datetime) -> None:
    """End a locked task without a word from the customer, saying why."""
    move_task(task, State.VOID, by=by, void_reason=reason, ended_at=at, next_attempt_on=None)
