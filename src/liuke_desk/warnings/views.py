"""Pages of the frozen lists: one list, what changed since the one before, who is gone from it."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from liuke_desk.bridge import clock
from liuke_desk.customers.selectors import find_publication, map_profiles
from liuke_desk.groups.services import MAX_MEMBERS, GroupRefused, create_group
from liuke_desk.people.permissions import requires
from liuke_desk.ui.pages import paginate
from liuke_desk.warnings import lists, selectors, services
from liuke_desk.warnings.forms import KeepForm
from liuke_desk.warnings.states import Change
from liuke_desk.warnings.words import CHANGE_COLOURS, CHANGE_TAGS, CHANGE_WORDS, WHY_NOTES, WHY_WORDS

MOST_SHOWN = 8
BACK = {"listed": "warning-lists", "departed": "warning-gone"}


@require_safe
@requires("warnings.view")
def show_list(request: HttpRequest) -> HttpResponse:
    """One list as it was on its day, the greatest expected loss first."""
    chosen = lists.choose_listed(request.GET, user=request.user)
    context: dict[str, Any] = {"chosen": chosen, "sort": request.GET.get("sort", "")}
    if chosen:
        page = paginate(chosen.rows, page=request.GET.get("page"))
        _dress(request, page.object_list, chosen)
        # Who looks after a customer is told of the latest list: an old one is of its day.
        tasks = selectors.map_tasks([row.customer_id for row in page]) if chosen.is_latest else {}
        for row in page:
            row.task = tasks.get(row.customer_id)
        context |= {"page": page, **_offer_group(request, "listed")}
    return render(request, "warnings/list.html", context)


@require_safe
@requires("warnings.view")
def show_changes(request: HttpRequest) -> HttpResponse:
    """What changed since the list before; who was told of it has seen it now."""
    chosen = lists.choose_changes(request.GET, user=request.user)
    if chosen is None:
        return render(request, "warnings/changes.html", {"chosen": None})
    services.mark_seen(user=request.user, warning_list=chosen.warning_list, at=clock.now())
    departed = lists.choose_departed(request.GET, user=request.user)
    sums = selectors.sum_changes(chosen.rows)
    causes = selectors.sum_departures(departed.rows)
    shown = {
        change: selectors.list_greatest(chosen.rows, change, most=MOST_SHOWN)
        for change in (Change.NEW, Change.RISEN, Change.FALLEN)
        if change in sums
    }
    _dress(request, [row for rows in shown.values() for row in rows], chosen)
    none = selectors.ChangeSum()
    context = {
        "chosen": chosen,
        "query": _query(request, chosen),
        "figures": [
            (change, CHANGE_WORDS[change], sums.get(change, none))
            for change in (Change.NEW, Change.RISEN, Change.FALLEN, Change.STEADY)
        ],
        "listed": sum(each.customers for each in sums.values()),
        "gone": sum(each.customers for each in causes.values()),
        "gone_loss_fen": sum(each.loss_before_fen for each in causes.values()),
        "causes": [(why, WHY_WORDS[why], WHY_NOTES[why], causes[why]) for why in WHY_WORDS if why in causes],
        "shown": [(change, CHANGE_WORDS[change], rows) for change, rows in shown.items()],
    }
    return render(request, "warnings/changes.html", context)


@require_safe
@requires("warnings.view")
def show_departed(request: HttpRequest) -> HttpResponse:
    """Who was on the list before and is not on this one, and why."""
    chosen = lists.choose_departed(request.GET, user=request.user)
    context: dict[str, Any] = {"chosen": chosen}
    if chosen:
        page = paginate(chosen.rows, page=request.GET.get("page"))
        _dress(request, page.object_list, chosen)
        for row in page:
            row.why_words = WHY_WORDS[row.why]
        context |= {"page": page, **_offer_group(request, "departed")}
    return render(request, "warnings/departed.html", context)


@require_POST
@requires("groups.create")
def keep(request: HttpRequest) -> HttpResponse:
    """Keep a whole list, a filter of it or one kind of change as a group."""
    form = KeepForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest(form.errors.as_text())
    kind, asked = form.cleaned_data["list"], QueryDict(form.cleaned_data["asked"])
    chosen = lists.CHOICES[kind](asked, user=request.user)
    if chosen is None or not chosen.form.is_valid():
        return HttpResponseBadRequest(chosen.form.errors.as_text() if chosen else "")
    source = lists.describe(kind, asked, user=request.user)
    named = source["en" if request.preferences.language == "en" else "zh"]
    try:
        group = create_group(
            actor=request.user,
            name=form.cleaned_data["name"] or named[: lists.NAME_LENGTH],
            customer_ids=chosen.rows.order_by().values_list("customer_id", flat=True)[: MAX_MEMBERS + 1],
            source=source,
            at=clock.now(),
        )
    except GroupRefused as refused:
        messages.error(request, refused.say())
        return redirect(f"{reverse(BACK[kind])}?{asked.urlencode()}")
    messages.success(request, _("The group is kept."))
    return redirect("group-detail", group.pk)


def _dress(request: HttpRequest, rows: Iterable[Any], chosen: lists.Chosen) -> None:
    """Rows with the customer of now, the words of their tier then and of their change."""
    rows = list(rows)
    profiles = map_profiles(find_publication(request), {row.customer_id for row in rows})
    tiers = {each["tier"]: each for each in chosen.warning_list.tiers}
    for row in rows:
        row.profile = profiles.get(row.customer_id)
        row.tier_words = tiers.get(row.tier)
        if change := getattr(row, "change", ""):
            row.change_words, row.change_colour = CHANGE_WORDS[change], CHANGE_COLOURS[change]
            row.change_tag = CHANGE_TAGS.get(change, CHANGE_WORDS[change])


def _offer_group(request: HttpRequest, kind: str) -> dict[str, Any]:
    asked = request.GET.copy()
    asked.pop("page", None)
    form = KeepForm(initial={"list": kind, "asked": asked.urlencode()})
    return {"keep_form": form, "keep_action": reverse("warning-keep")}


def _query(request: HttpRequest, chosen: lists.Chosen) -> str:
    """What the page was asked for, for links to its rows; the day is always named, so that they stay."""
    asked = request.GET.copy()
    asked["on"] = chosen.warning_list.as_of.isoformat()
    return asked.urlencode()
