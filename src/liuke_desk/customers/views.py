"""Pages about customers: the overview, the warning list, the search, the card."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from liuke_desk.bridge import clock, workspace
from liuke_desk.customers import charts, lists, selectors, services
from liuke_desk.customers.forms import RevealForm
from liuke_desk.customers.mark_views import describe_marks
from liuke_desk.customers.models import Profile, Purpose
from liuke_desk.customers.overview import read_overview
from liuke_desk.customers.pages import paginate_customers
from liuke_desk.people.permissions import requires

TOP_WARNINGS = 8


@require_safe
@requires("customers.see_overview")
def show_overview(request: HttpRequest) -> HttpResponse:
    """How the user's units stand: customers, who is expected to leave, what that would cost."""
    publication = selectors.find_publication(request)
    context: dict[str, Any] = {"publication": publication}
    if publication:
        overview = read_overview(publication, top=request.user.unit)
        context |= {
            "overview": overview,
            "tier_chart": charts.draw_tiers(overview.tiers, publication),
            "warnings": selectors.list_warnings(publication)[:TOP_WARNINGS],
        }
    return render(request, "customers/overview.html", context)


@require_safe
@requires("customers.see_warnings")
def list_warnings(request: HttpRequest) -> HttpResponse:
    """Who is likely to leave within three months, the greatest expected loss first."""
    form, rows = read_list(request, "warning-list")
    return show_list(request, "warning-list", form, rows, template="customers/warnings.html")


@require_safe
@requires("customers.see_customers")
def list_customers(request: HttpRequest) -> HttpResponse:
    """Every customer of the user's units, found by number, name or the end of the phone number."""
    form, rows = read_list(request, "customer-list")
    text = lists.read_text(form)
    if text and rows.filter(customer_id=text).exists():
        return redirect("customer-card", text)
    return show_list(request, "customer-list", form, rows, template="customers/list.html")


def read_list(request: HttpRequest, name: str) -> tuple[Form, lists.Rows]:
    publication = selectors.find_publication(request)
    return lists.choose_narrowed(name, request.GET, user=request.user, publication=publication)


def show_list(
    request: HttpRequest, name: str, form: Form, rows: lists.Rows, *, template: str
) -> HttpResponse:
    """One page of a list, with what other rooms let people do with all of its rows."""
    page = paginate_customers(rows, page=request.GET.get("page"), text=lists.read_text(form))
    tools = [import_string(tool)(request, name) for tool in settings.LIST_TOOLS] if page.object_list else []
    tabs = [import_string(tab)(request, name) for tab in settings.LIST_TABS]
    sort = request.GET.get("sort", "")
    context = {"page": page, "form": form, "sort": sort, "tools": tools, "tabs": tabs}
    return render(request, template, context)


@require_safe
@requires("customers.see_customers")
def show_card(request: HttpRequest, customer_id: str) -> HttpResponse:
    """All that is known of one customer; that somebody looked is on record."""
    profile = selectors.get_profile(selectors.find_publication(request), customer_id)
    services.note_look(user=request.user, customer_id=customer_id, at=clock.now())
    return render_card(request, profile)


@require_POST
@requires("customers.see_customers")
def reveal(request: HttpRequest, customer_id: str) -> HttpResponse:
    """A contact detail in full, for a purpose that is on record."""
    profile = selectors.get_profile(selectors.find_publication(request), customer_id)
    form = RevealForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest(form.errors.as_text())
    field = form.cleaned_data["field"]
    if not request.user.has_perm(f"customers.reveal_{field}"):
        raise PermissionDenied(field)
    shown = services.reveal(
        user=request.user,
        profile=profile,
        field=field,
        purpose=Purpose(form.cleaned_data["purpose"]),
        at=clock.now(),
    )
    if request.htmx:
        return render(request, "customers/_revealed.html", {"shown": shown})
    return render_card(request, profile, revealed={field: shown})


def render_card(
    request: HttpRequest, profile: Profile, *, revealed: dict[str, str] | None = None
) -> HttpResponse:
    publication = selectors.find_publication(request)
    context = {
        "profile": profile,
        "publication": publication,
        "revealed": revealed or {},
        "purposes": Purpose.choices,
        "history_chart": charts.draw_history(
            profile.history, title=_("Last 12 months"), currency=workspace.currency()
        ),
        "policy_titles": name_policies(profile, language=request.preferences.language),
        "panels": call_panels(settings.CUSTOMER_PANELS, request, profile),
        "sides": call_panels(settings.CUSTOMER_SIDES, request, profile),
    }
    return render(request, "customers/card.html", context | describe_marks(request, profile.customer_id))


def call_panels(names: list[str], request: HttpRequest, profile: Profile) -> list[str]:
    """What other rooms add to the card; empty ones are left out."""
    shown = (import_string(name)(request, profile) for name in names)
    return [panel for panel in shown if panel]


def name_policies(profile: Profile, *, language: str) -> dict[str, str]:
    """Titles of the policies that the card names, from the room that knows them."""
    names = {offer["policy"] for offer in profile.card.get("offers") or () if offer["policy"]}
    return import_string(settings.POLICY_TITLES)(names, language) if names else {}
