"""What a customer card shows of retention work: tasks only, never who is held out."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from liuke_desk.campaigns.models import Task
from liuke_desk.customers.models import Profile

LATEST = 5


def show_tasks(request: HttpRequest, profile: Profile) -> str:
    """The customer's latest tasks, for those who work or hand them out; nothing when there is none."""
    if not request.user.has_perm("tasks.view"):
        return ""
    tasks = Task.objects.filter(customer_id=profile.customer_id).select_related(
        "campaign", "agent", "assignment__policy"
    )
    latest = list(tasks.order_by("-prepared_at", "-pk")[:LATEST])
    if not latest:
        return ""
    return render_to_string("contact/_tasks_panel.html", {"tasks": latest}, request=request)
