"""Adjusting tasks under way: put back, give to another, postpone, withdraw; each with a trace."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop as _

from liuke_desk.audit.services import record
from liuke_desk.campaigns.models import Task
from liuke_desk.campaigns.routing import Route
from liuke_desk.campaigns.rules import NotYours, actor_of
from liuke_desk.campaigns.services.moves import check_running, lock_own_task, lock_task, move_task, void
from liuke_desk.campaigns.states import MoveRefused, State, VoidReason
from liuke_desk.people.models import Role, User
from liuke_desk.people.selectors import list_visible_units


@transaction.atomic
def release_task(*, task_id: int, agent: User, at: datetime) -> Task:
    """Put the agent's untouched task back into the unit's queue."""
    task = lock_own_task(task_id, agent=agent)
    was = task.state
    move_task(task, State.DISPATCHED, by=actor_of(agent), agent=None, route=Route.QUEUE, taken_at=None)
    _audit("task.release", task, agent, at, was=was)
    return task


@transaction.atomic
def reassign_task(*, task_id: int, to: User, user: User, at: datetime) -> Task:
    """Give a task to an agent of the supervisor's units; from then on it is offered to nobody else."""
    task = lock_task(task_id)
    check_running(task)
    if (
        to.role != Role.AGENT
        or not to.is_active
        or not list_visible_units(user).filter(pk=to.unit_id).exists()
    ):
        raise NotYours(_("%(name)s is not an agent of your units; choose another."), name=to.name)
    was, before = task.state, task.agent_id
    move_task(
        task,
        State.DISPATCHED,
        by=actor_of(user),
        agent=to,
        route=Route.NAMED,
        taken_at=None,
        dispatched_at=task.dispatched_at or at,
    )
    _audit("task.reassign", task, user, at, was=was, before=before, agent=to.username)
    return task


@transaction.atomic
def postpone_task(*, task_id: int, until: date, user: User, at: datetime) -> Task:
    """Let a waiting task come up on a later day, not after it is due."""
    task = lock_task(task_id)
    check_running(task)
    if not at.date() < until <= task.due_on:
        raise MoveRefused(
            _("Postpone to a day after today and not after %(due_on)s, when it is due."), due_on=task.due_on
        )
    move_task(task, State.DISPATCHED, by=actor_of(user), next_attempt_on=until)
    _audit("task.postpone", task, user, at, until=until.isoformat())
    return task


@transaction.atomic
def void_task(*, task_id: int, user: User, at: datetime) -> Task:
    """Withdraw an open task; its customer still counts in the arm they were drawn into."""
    task = lock_task(task_id)
    was = task.state
    void(task, reason=VoidReason.WITHDRAWN, by=actor_of(user), at=at)
    _audit("task.void", task, user, at, was=was)
    return task


def _audit(verb: str, task: Task, user: User, at: datetime, **detail: Any) -> None:
    record(actor=user.username, verb=verb, subject=f"task:{task.pk}", at=at, detail=detail)
