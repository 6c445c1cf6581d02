"""The next task, in one click, and never the same for two agents.

Order: the task the agent has open and untouched; own calls that are due; then what waits: own
tasks first, then the unit's queue, then tasks given to colleagues by load (not those of an account
manager or given by name). Within each: earliest due day, greatest expected gain, oldest.
"""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext_noop as _
from django_scopes import scopes_disabled

from liuke_desk.audit.services import record
from liuke_desk.campaigns.models import Task
from liuke_desk.campaigns.routing import Route
from liuke_desk.campaigns.rules import NotYours, actor_of
from liuke_desk.campaigns.services.moves import check_running
from liuke_desk.campaigns.services.overtaken import overtaken_by
from liuke_desk.campaigns.states import CampaignState, MoveRefused, State, check_move
from liuke_desk.people.models import User
from liuke_desk.people.selectors import scope_of

BATCH = 20  # candidates read at once; losers of a race go on to the next


@transaction.atomic
def take_next_task(*, agent: User, at: datetime) -> Task | None:
    """The task to work on now, owned by this agent; None when nothing waits."""
    actor_of(agent)
    if held := _held(agent, on=at.date()):
        return held
    passed: list[int] = []
    while waiting := list(waiting_for(agent, on=at.date()).exclude(pk__in=passed)[:BATCH]):
        for task in waiting:
            if overtaken_by(task) is None and claim(task, agent=agent, at=at):
                _audit(task, agent, at)
                return _read(task.pk)
            passed.append(task.pk)
    return None


@transaction.atomic
def take_task(*, task_id: int, agent: User, at: datetime) -> Task:
    """Take one waiting task that the agent chose from the list; a colleague may have been faster."""
    with scopes_disabled():
        task = Task.objects.filter(pk=task_id).first()
    if task is None or not waiting_for(agent, on=None).filter(pk=task_id).exists():
        raise NotYours(_("This task does not wait for you; open your next task instead."))
    check_running(task)
    if overtaken_by(task) is not None:
        raise MoveRefused(_("The customer asked not to be disturbed, or has left; do not contact them."))
    if not claim(task, agent=agent, at=at):
        raise MoveRefused(_("A colleague was faster; open your next task instead."))
    _audit(task, agent, at)
    return _read(task_id)


def claim(task: Task, *, agent: User, at: datetime) -> bool:
    """Make the agent the owner if the task still waits. Two agents at once: the database lets one pass."""
    check_move(State.DISPATCHED, State.TAKEN, by=actor_of(agent))
    with scopes_disabled():
        still_waiting = Task.objects.filter(pk=task.pk, state=State.DISPATCHED, agent=task.agent_id)
        return still_waiting.update(state=State.TAKEN, agent=agent, taken_at=at) == 1


def waiting_for(agent: User, *, on: date | None) -> QuerySet[Task]:
    """Tasks this agent may take, in the order in which they come up. on=None: also postponed ones."""
    mine = Q(agent=agent)
    in_my_units = Q() if (units := scope_of(agent)) is None else Q(unit__in=units)
    shared = in_my_units & (Q(agent__isnull=True) | Q(route=Route.LOAD))
    order = Case(
        When(mine, then=Value(0)),
        When(agent__isnull=True, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    with scopes_disabled():
        waiting = Task.objects.filter(
            mine | shared, state=State.DISPATCHED, campaign__state=CampaignState.RUNNING
        )
        if on is not None:
            waiting = waiting.filter(Q(next_attempt_on__isnull=True) | Q(next_attempt_on__lte=on))
        return waiting.annotate(turn=order).order_by("turn", "due_on", "-expected_gain_fen", "pk")


def _held(agent: User, *, on: date) -> Task | None:
    """What the agent has open: untouched first, then calls that are due."""
    with scopes_disabled():
        own = Task.objects.filter(agent=agent, campaign__state=CampaignState.RUNNING)
        untouched = own.filter(state=State.TAKEN).order_by("taken_at", "pk").first()
        if untouched:
            return untouched
        due = own.filter(state=State.CONTACTING, next_attempt_on__lte=on)
        return due.order_by(F("next_attempt_on"), "-expected_gain_fen", "pk").first()


def _read(task_id: int) -> Task:
    with scopes_disabled():
        return Task.objects.select_related("assignment__policy", "campaign").get(pk=task_id)


def _audit(task: Task, agent: User, at: datetime) -> None:
    detail = {"from": State.DISPATCHED, "to": State.TAKEN}
    record(actor=agent.username, verb="task.take", subject=f"task:{task.pk}", at=at, detail=detail)
