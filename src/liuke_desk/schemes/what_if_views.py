"""What a draft would change, before anything is saved: figures, units, and who would move."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from liuke_desk.bridge import clock, scheme_questions, workspace
from liuke_desk.people.permissions import requires
from liuke_desk.schemes import selectors
from liuke_desk.schemes.charts import draw_sizes, draw_values
from liuke_desk.schemes.foreseeing import find_result, foresee, keep_movers
from liuke_desk.schemes.forms import GroupForm
from liuke_desk.schemes.models import SchemeDraft, WhatIfResult
from liuke_desk.schemes.tier_words import tiers_of_both
from liuke_desk.schemes.words import language
from liuke_desk.ui.refusals import Refused

MOVES = ("", "up", "down")


@require_http_methods(["GET", "POST"])
@requires("schemes.draft")
def show_what_if(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows what is kept, or asks for it as soon as the page is open; POST computes and keeps it."""
    draft = selectors.find_draft(pk)
    on = clock.today()
    try:
        if request.method == "POST":
            foresee(draft=draft, on=on, at=clock.now())
            return _go_on(request, pk)
        result = find_result(draft, on=on)
    except Refused as refused:
        context = {"draft": draft, "refused": refused.say()}
        template = "schemes/_what_if_refused.html" if request.htmx else "schemes/what_if.html"
        return render(request, template, context)
    if result is None:
        return render(request, "schemes/what_if.html", {"draft": draft, "result": None})
    return render(request, "schemes/what_if.html", _figures(request, draft, result))


@require_safe
@requires("schemes.draft")
def list_movers(request: HttpRequest, pk: int) -> HttpResponse:
    """Who would move, of the user's units, a page at a time."""
    draft = selectors.find_draft(pk)
    try:
        result = find_result(draft, on=clock.today())
        if result is None:
            return redirect("scheme-what-if", pk=pk)
        move = request.GET.get("move", "")
        move = move if move in MOVES else ""
        page = selectors.page_movers(result, request.user, move=move, page=request.GET.get("page"))
    except (Refused, scheme_questions.QuestionRefused):
        return redirect("scheme-what-if", pk=pk)
    context = {
        "draft": draft,
        "result": result,
        "tiers": tiers_of_both(draft),
        "page": page,
        "move": move,
        "form": GroupForm(
            initial={"move": move, "name": _("Movers of %(draft)s") % {"draft": draft.title(language())}}
        ),
    }
    return render(request, "schemes/movers.html", context)


@require_POST
@requires("schemes.draft")
def save_group(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the movers of one's units as a group, to plan with them or to write to them first."""
    draft = selectors.find_draft(pk)
    form = GroupForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the group a name of at most 120 characters."))
        return redirect("scheme-movers", pk=pk)
    try:
        result = find_result(draft, on=clock.today())
        if result is None:
            return redirect("scheme-what-if", pk=pk)
        sent = form.cleaned_data
        group = keep_movers(
            result=result, name=sent["name"], move=sent["move"], user=request.user, at=clock.now()
        )
    except Refused as refused:
        messages.error(request, refused.say())
        return redirect("scheme-movers", pk=pk)
    messages.success(request, _("The movers are kept as a group."))
    return redirect("group-detail", pk=group.pk)


def _go_on(request: HttpRequest, pk: int) -> HttpResponse:
    page = "scheme-draft" if "to_draft" in request.GET else "scheme-what-if"
    address = reverse(page, kwargs={"pk": pk})
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _figures(request: HttpRequest, draft: SchemeDraft, result: WhatIfResult) -> dict[str, Any]:
    figures = result.figures
    tiers = tiers_of_both(draft)
    top = selectors.read_top(request.user, request.GET.get("unit"))
    sizes = [row | {"moved": row["customers_after"] - row["customers_before"]} for row in figures["sizes"]]
    cost = [figures["cost_fen_before"], figures["cost_fen_after"]]
    return {
        "draft": draft,
        "result": result,
        "figures": figures,
        "other_base": figures["before"] != f"{draft.name} v{draft.base_version}",
        "tiers": tiers,
        "sizes": sizes,
        "customers": sum(row["customers_before"] for row in sizes),
        "total_value": [_total(sizes, f"value_fen_{side}") for side in ("before", "after")],
        "cost_change": None if None in cost else cost[1] - cost[0],
        "moved": figures["moves"]["up"] + figures["moves"]["down"],
        "matrix": [row for row in figures["matrix"] if row["before"] != row["after"]],
        "managers": figures["managers"],
        "top": top,
        "units": selectors.read_units(result, top=top),
        "sizes_chart": draw_sizes(figures, tiers),
        "values_chart": draw_values(figures, tiers, currency=workspace.currency()),
        "scoped": request.user.unit,
        "own": selectors.read_own(result, request.user),
    }


def _total(sizes: list[dict[str, Any]], name: str) -> int | None:
    known = [row[name] for row in sizes if row[name] is not None]
    return sum(known) if known else None
