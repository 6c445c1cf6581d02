"""Where each role starts its day."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from liuke_desk.people.models import Role

# The first address that exists; an installation without retention work still has customers.
STARTS = {
    Role.AGENT: ("task-list", "customer-list"),
    Role.REGION_SUPERVISOR: ("overview",),
    Role.ANALYST: ("warning-list",),
    Role.HQ_MANAGER: ("overview",),
}


@require_safe
@login_required
def show_home(request: HttpRequest) -> HttpResponse:
    """The page a role works on first."""
    return redirect(find_start(Role(request.user.role)))


def find_start(role: Role) -> str:
    for name in STARTS[role]:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    raise LookupError(f"No page of {STARTS[role]} exists for {role}")
