"""Tasks: one's own list, the next one in one click, and what supervisors adjust."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from liuke_desk.bridge import clock
from liuke_desk.campaigns import selectors, services
from liuke_desk.campaigns.forms import PostponeForm, ReassignForm
from liuke_desk.campaigns.models import Task
from liuke_desk.campaigns.states import OPEN_STATES, Refused, State
from liuke_desk.campaigns.words import say_refusal
from liuke_desk.people.permissions import requires
from liuke_desk.ui.pages import paginate


@require_safe
@requires("tasks.view")
def list_tasks(request: HttpRequest) -> HttpResponse:
    """An agent's own tasks, or the tasks of a manager's units."""
    user, on = request.user, clock.today()
    shown = request.GET.get("show") if request.GET.get("show") in ("open", "ended") else "open"
    is_agent = user.has_perm("tasks.work")
    tasks = selectors.list_own_tasks(user) if is_agent else selectors.list_team_tasks()
    agent_id = request.GET.get("agent", "")
    if not is_agent and agent_id.isdecimal():
        tasks = tasks.filter(agent=int(agent_id))
    open_tasks = tasks.filter(state__in=OPEN_STATES)
    ended_tasks = tasks.exclude(state__in=OPEN_STATES)
    rows = open_tasks.order_by("next_attempt_on", "due_on", "-expected_gain_fen", "pk")
    if shown == "ended":
        rows = ended_tasks.order_by("-ended_at", "pk")
    context = {
        "page": paginate(rows, page=request.GET.get("page")),
        "shown": shown,
        "is_agent": is_agent,
        "counts": {"open": open_tasks.count(), "ended": ended_tasks.count()},
        "in_queue": services.waiting_for(user, on=on).count() if is_agent else None,
        "due_calls": tasks.filter(state=State.CONTACTING, next_attempt_on__lte=on).count(),
        "kept": tasks.filter(result=State.KEPT).count(),
        "agents": [] if is_agent else selectors.list_agents(user),
        "agent_id": agent_id,
        "today": on,
    }
    return render(request, "campaigns/tasks.html", context)


@require_POST
@requires("tasks.work")
def take_next(request: HttpRequest) -> HttpResponse:
    """One click: own the next task and open it."""
    task = services.take_next_task(agent=request.user, at=clock.now())
    if task is None:
        messages.info(request, _("Nothing waits for you now. Well done."))
        return redirect("task-list")
    return redirect("task-work", pk=task.pk)


@require_POST
@requires("tasks.work")
def take(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        services.take_task(task_id=pk, agent=request.user, at=clock.now())
    except Refused as refused:
        messages.error(request, say_refusal(refused))
        return redirect("task-list")
    return redirect("task-work", pk=pk)


@require_POST
@requires("tasks.work")
def release(request: HttpRequest, pk: int) -> HttpResponse:
    task = selectors.find_task(pk, request.user)
    done = _("The task is back in the queue.")
    return _act(request, task, done, services.release_task, agent=request.user)


@require_POST
@requires("tasks.adjust")
def reassign(request: HttpRequest, pk: int) -> HttpResponse:
    task = selectors.find_task(pk, request.user)
    form = ReassignForm(request.POST, agents=selectors.list_agents(request.user))
    if not form.is_valid():
        return _refuse(request, task, form.errors.as_text())
    agent = form.cleaned_data["agent"]
    done = _("The task is given to %(name)s.") % {"name": agent.name}
    return _act(request, task, done, services.reassign_task, to=agent, user=request.user)


@require_POST
@requires("tasks.adjust")
def postpone(request: HttpRequest, pk: int) -> HttpResponse:
    task = selectors.find_task(pk, request.user)
    form = PostponeForm(request.POST)
    if not form.is_valid():
        return _refuse(request, task, form.errors.as_text())
    done = _("The task comes up again on %(day)s.") % {"day": form.cleaned_data["until"].isoformat()}
    return _act(
        request, task, done, services.postpone_task, until=form.cleaned_data["until"], user=request.user
    )


@require_POST
@requires("tasks.adjust")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    task = selectors.find_task(pk, request.user)
    return _act(request, task, _("The task is withdrawn."), services.void_task, user=request.user)


def _act(
    request: HttpRequest, task: Task, done: str, service: Callable[..., Task], **wanted: object
) -> HttpResponse:
    try:
        service(task_id=task.pk, at=clock.now(), **wanted)
    except Refused as refused:
        return _refuse(request, task, say_refusal(refused))
    messages.success(request, done)
    still_mine = request.user.has_perm("tasks.adjust")
    return redirect("task-work", pk=task.pk) if still_mine else redirect("task-list")


def _refuse(request: HttpRequest, task: Task, why: str) -> HttpResponse:
    messages.error(request, why)
    return redirect("task-work", pk=task.pk)
