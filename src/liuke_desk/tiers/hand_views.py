"""What people decide about single customers: overrides of tiers, and households."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from liuke_desk.bridge import clock
from liuke_desk.customers.selectors import find_publication, get_profile, list_profiles
from liuke_desk.people.permissions import requires
from liuke_desk.tiers import selectors, services
from liuke_desk.tiers.forms import HouseholdForm, OverrideForm
from liuke_desk.tiers.models import TierOverride
from liuke_desk.tiers.rules import actor_of
from liuke_desk.tiers.states import MOVES, State
from liuke_desk.ui.pages import paginate
from liuke_desk.ui.refusals import Refused


@require_safe
@requires("tiers.see_overrides")
def list_overrides(request: HttpRequest) -> HttpResponse:
    """Every override in the user's units, those that wait for a decision first."""
    page = paginate(selectors.list_overrides(), page=request.GET.get("page"))
    rows = [{"override": each, "open_to": _open_to(request, each)} for each in page.object_list]
    return render(request, "tiers/overrides.html", {"page": page, "rows": rows, "today": clock.today()})


@require_POST
@requires("tiers.request_override")
def request_override(request: HttpRequest, customer_id: str) -> HttpResponse:
    """Ask for another tier of a customer."""
    publication = find_publication(request)
    profile = get_profile(publication, customer_id)
    form = OverrideForm(request.POST, publication=publication, on=clock.today())
    if not form.is_valid():
        messages.error(request, " ".join(each for errors in form.errors.values() for each in errors))
        return redirect("customer-card", customer_id)

    def act() -> str:
        services.request_override(profile=profile, user=request.user, at=clock.now(), **form.terms())
        return _("Asked for. An HQ manager decides; the next cycle after that puts it in force.")

    return _act(request, act, "customer-card", customer_id)


@require_POST
@requires("tiers.decide_override")
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an override stand from the next cycle on."""
    return _decide(request, pk, approve=True)


@require_POST
@requires("tiers.decide_override")
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide against a request."""
    return _decide(request, pk, approve=False)


@require_POST
@requires("tiers.withdraw_override")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an override back; the numbers decide again from the next cycle on."""
    override = selectors.find_override(pk)

    def act() -> str:
        services.withdraw_override(override_id=override.pk, user=request.user, at=clock.now())
        return _("Taken back; from the next cycle on the numbers decide.")

    return _act(request, act, "override-list")


@require_POST
@requires("tiers.edit_household")
def edit_household(request: HttpRequest, customer_id: str) -> HttpResponse:
    """Join or part customers by hand; both must be in the user's units."""
    publication = find_publication(request)
    profile = get_profile(publication, customer_id)
    form = HouseholdForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest(form.errors.as_text())
    sent = form.cleaned_data
    other = list_profiles(publication).filter(customer_id=sent["other_id"]).first()
    if sent["other_id"] and other is None:
        messages.error(request, _("There is no customer of that number in your units."))
        return redirect("customer-card", customer_id)

    def act() -> str:
        services.edit_household(
            profile=profile,
            other=other,
            action=sent["action"],
            reason=sent["reason"],
            user=request.user,
            at=clock.now(),
        )
        return _("Kept; the next cycle builds the household so.")

    return _act(request, act, "customer-card", customer_id)


def _decide(request: HttpRequest, pk: int, *, approve: bool) -> HttpResponse:
    override = selectors.find_override(pk)

    def act() -> str:
        services.decide_override(override_id=override.pk, approve=approve, user=request.user, at=clock.now())
        return _("Approved; the next cycle puts it in force.") if approve else _("Rejected.")

    return _act(request, act, "override-list")


def _act(request: HttpRequest, act: Callable[[], str], *back: str) -> HttpResponse:
    try:
        messages.success(request, act())
    except Refused as refused:
        messages.error(request, refused.say())
    return redirect(*back)


def _open_to(request: HttpRequest, override: TierOverride) -> set[str]:
    """The states this user may move the override to."""
    actor, now = actor_of(request.user, override), State(override.state)
    return {to.value for (start, to), may in MOVES.items() if start == now and actor in may}
