"""Marking the customer of a task, during the call: nothing else of the page is sent or lost."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_scopes import scopes_disabled

from liuke_desk.campaigns.models import Task
from liuke_desk.campaigns.selectors import find_task
from liuke_desk.customers.mark_views import save_mark
from liuke_desk.customers.marks import list_marked
from liuke_desk.customers.models import Profile
from liuke_desk.customers.selectors import find_publication
from liuke_desk.people.permissions import requires


@require_POST
@requires("customers.set_marks")
def mark_customer(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the customer of one's task a mark, or take it back, in whatever unit they are."""
    task = find_task(pk, request.user)
    with scopes_disabled():
        rows = Profile.objects.filter(publication=find_publication(request), customer_id=task.customer_id)
        unit_id = rows.values_list("unit_id", flat=True).first() or task.unit_id
        refused = save_mark(request, customer_id=task.customer_id, unit_id=unit_id)
    if refused is not None:
        return refused
    if request.htmx:
        return render(request, "contact/_marked.html", describe_marks(request, task))
    return redirect(f"{reverse('task-work', args=[pk])}#marks")


def describe_marks(request: HttpRequest, task: Task) -> dict[str, Any]:
    """What the panel and the hints show; who may see the task may see these."""
    with scopes_disabled():
        marked = list_marked(task.customer_id)
    return {
        "marked": marked,
        "mark_address": reverse("task-mark", args=[task.pk]),
        "may_mark": request.user.has_perm("customers.set_marks"),
    }
