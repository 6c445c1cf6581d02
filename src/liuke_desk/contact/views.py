"""The work page: who the customer is, why at risk, what to offer and how to say it, what came of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_scopes import scopes_disabled

from liuke_desk.bridge import clock
from liuke_desk.bridge.planning import category_words
from liuke_desk.campaigns import selectors
from liuke_desk.campaigns.forms import PostponeForm, ReassignForm
from liuke_desk.campaigns.models import Task
from liuke_desk.campaigns.services import take_next_task
from liuke_desk.campaigns.states import OPEN_STATES, Refused, State
from liuke_desk.campaigns.words import ROUTE_WORDS, say_refusal
from liuke_desk.contact.codes import FEEDBACK_KEYS, OUTCOME_KEYS
from liuke_desk.contact.forms import RecordForm
from liuke_desk.contact.mark_views import describe_marks
from liuke_desk.contact.selectors import list_attempts
from liuke_desk.contact.services import record_contact
from liuke_desk.contact.words import CHANNEL_WORDS, FEEDBACK_WORDS, IMPORTANCE_WORDS, OUTCOME_WORDS
from liuke_desk.customers.masks import mask_phone
from liuke_desk.customers.models import Profile, Purpose
from liuke_desk.customers.rows import foretell
from liuke_desk.customers.selectors import find_publication
from liuke_desk.customers.services import note_look, reveal
from liuke_desk.people.permissions import requires


@require_http_methods(["GET", "POST"])
@requires("tasks.view")
def work(request: HttpRequest, pk: int) -> HttpResponse:
    """One task: its agent records attempts, a supervisor of its unit adjusts it."""
    task = selectors.find_task(pk, request.user)
    on = clock.today()
    form = RecordForm(request.POST if request.method == "POST" else None, on=on)
    if request.method == "POST" and form.is_valid():
        answer = _record(request, task, form)
        if answer is not None:
            return answer
    note_look(user=request.user, customer_id=task.customer_id, at=clock.now())
    task = selectors.find_task(pk, request.user)
    return render(request, "contact/work.html", _context(request, task, form))


def _record(request: HttpRequest, task: Task, form: RecordForm) -> HttpResponse | None:
    """Store the attempt and go on; None when it was refused, with the reason on the form."""
    try:
        contact = record_contact(
            task_id=task.pk,
            agent=request.user,
            attempt=form.attempt(),
            attempts_before=form.cleaned_data["attempts_before"],
            at=clock.now(),
        )
    except Refused as refused:
        form.add_error(None, say_refusal(refused))
        return None
    said = {
        "customer": task.assignment.customer_name or task.customer_id,
        "outcome": OUTCOME_WORDS[contact.outcome],
    }
    messages.success(request, _("Recorded for %(customer)s: %(outcome)s.") % said)
    following = (
        None if form.cleaned_data["then"] == "list" else take_next_task(agent=request.user, at=clock.now())
    )
    return redirect("task-work", pk=following.pk) if following else redirect("task-list")


def _show_phone(request: HttpRequest, profile: Profile | None, *, may_record: bool) -> str:
    """The whole number for the agent who is about to call, and a trace that it was shown."""
    if profile is None:
        return ""
    if not may_record or not profile.phone:
        return mask_phone(profile.phone)
    return reveal(
        user=request.user, profile=profile, field="phone", purpose=Purpose.RETENTION, at=clock.now()
    )


def _context(request: HttpRequest, task: Task, form: RecordForm) -> dict[str, Any]:
    language = request.preferences.language
    policy = task.assignment.policy
    is_mine = task.agent_id == request.user.pk
    profile = _profile(request, task)
    horizon, p_leave = _foretold(profile, task)
    left_in_peace = bool(profile and profile.do_not_disturb)
    may_record = is_mine and task.state in (State.TAKEN, State.CONTACTING) and not left_in_peace
    return {
        "task": task,
        "assignment": task.assignment,
        "policy": policy,
        "policy_title": policy.title(language),
        "script": policy.script(language),
        "category": category_words(language).get(policy.category, policy.category),
        "profile": profile,
        "p_leave": p_leave,
        "horizon": horizon,
        "phone": _show_phone(request, profile, may_record=may_record),
        "has_card": bool(profile) and Profile.objects.filter(pk=profile.pk).exists(),
        "left_in_peace": left_in_peace,
        "is_mine": is_mine,
        "may_record": may_record,
        "may_take": is_mine and task.state == State.DISPATCHED,
        "may_release": is_mine and task.state == State.TAKEN,
        "form": form,
        "outcomes": _keyed(form["outcome"], OUTCOME_KEYS),
        "feedbacks": _keyed(form["feedback"], FEEDBACK_KEYS),
        "attempts": [_attempt(contact) for contact in list_attempts(task)],
        "route": ROUTE_WORDS.get(task.route, ""),
        "adjust": _adjusting(request, task),
        "today": clock.today(),
        **describe_marks(request, task),
    }


def _profile(request: HttpRequest, task: Task) -> Profile | None:
    """The customer as published now; owning the task is reason enough to see them."""
    with scopes_disabled():
        rows = Profile.objects.select_related("unit").filter(publication=find_publication(request))
        return rows.filter(customer_id=task.customer_id).first()


def _foretold(profile: Profile | None, task: Task) -> tuple[int, float]:
    """Months of the longest horizon known now and the probability; nought months: as when drawn."""
    months, p_leave = foretell(vars(profile)) if profile else (0, None)
    return (0, task.assignment.p_leave) if p_leave is None else (months, p_leave)


def _keyed(bound: Any, keys: dict[Any, str]) -> list[dict[str, Any]]:
    """The choices of a radio field, each with its key."""
    return [{"choice": choice, "key": keys[choice.data["value"]]} for choice in bound]


def _attempt(contact: Any) -> dict[str, Any]:
    return {
        "contact": contact,
        "channel": CHANNEL_WORDS[contact.channel],
        "outcome": OUTCOME_WORDS[contact.outcome],
        "feedback": FEEDBACK_WORDS.get(contact.feedback, ""),
        "importance": IMPORTANCE_WORDS.get(contact.importance, ""),
    }


def _adjusting(request: HttpRequest, task: Task) -> dict[str, Any] | None:
    """What a supervisor may change of an open task; nothing for its agent."""
    if not request.user.has_perm("tasks.adjust") or task.state not in OPEN_STATES:
        return None
    return {
        "can_give": task.state != State.PREPARED,
        "can_postpone": task.state == State.DISPATCHED,
        "reassign": ReassignForm(agents=selectors.list_agents(request.user)),
        "postpone": PostponeForm(),
    }
