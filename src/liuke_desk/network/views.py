"""Pages behind churn: who came back under a new number, and the audit of dealers."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from liuke_desk.bridge import clock
from liuke_desk.customers.models import LeaveKind
from liuke_desk.customers.selectors import find_publication, list_below, map_profiles
from liuke_desk.groups.services import MAX_MEMBERS, GroupRefused, create_group
from liuke_desk.network import charts, selectors, services
from liuke_desk.network.describing import describe_case, describe_matches
from liuke_desk.network.forms import DealerFilter, DecisionForm, KeepForm, MatchFilter, VerdictForm
from liuke_desk.network.models import ReentryMatch
from liuke_desk.network.services.judging import JudgementRefused
from liuke_desk.network.states import CaseState, Verdict
from liuke_desk.network.words import (
    STATE_COLOURS,
    STATE_WORDS,
    TABLE_WORDS,
    VERDICT_COLOURS,
    VERDICT_WORDS,
)
from liuke_desk.people.permissions import requires
from liuke_desk.people.selectors import choose_units, list_visible_units, scope_of
from liuke_desk.ui.pages import paginate
from liuke_desk.ui.templatetags.figures import percent

SURE = 0.999


@require_safe
@requires("network.view")
def list_matches(request: HttpRequest) -> HttpResponse:
    """Churn without those who came back, and the people who did, to be confirmed or rejected."""
    frame, context = _open(request)
    if frame is None or not frame.tells_reentry:
        return render(request, "network/reentry.html", context)
    form, rows = _choose_matches(request, request.GET)
    page = paginate(rows, page=request.GET.get("page"))
    _dress(request, page.object_list)
    context |= {"form": form, "page": page, "waste": selectors.sum_waste(rows), "asked": _asked(request)}
    # The split is of the whole company: whoever sees a part of it is not told the rest.
    if scope_of(request.user) is None:
        *months, total = selectors.list_months(frame.publication) or [None]
        context |= {"months": months, "total": total, "chart": charts.draw_churn(months)}
    return render(request, "network/reentry.html", context)


@require_POST
@requires("network.judge_match")
def judge(request: HttpRequest) -> HttpResponse:
    """A person's word on one match."""
    form = VerdictForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest(form.errors.as_text())
    asked = form.cleaned_data
    match = selectors.find_match(find_publication(request), asked["customer_id"], asked["former_id"])
    try:
        services.judge_match(
            match=match,
            verdict=Verdict(asked["verdict"]),
            note=asked["note"],
            user=request.user,
            at=clock.now(),
        )
    except JudgementRefused as refused:
        messages.error(request, refused.say())
    else:
        messages.success(request, _("The decision is kept."))
    return redirect("reentry-list")


@require_POST
@requires("groups.create")
def keep_matches(request: HttpRequest) -> HttpResponse:
    """Keep the newcomers of the matches that a filter leaves."""
    form = KeepForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest(form.errors.as_text())
    asked = QueryDict(form.cleaned_data["asked"])
    publication = find_publication(request)
    chosen, rows = _choose_matches(request, asked)
    if publication is None or not chosen.is_valid():
        return HttpResponseBadRequest(chosen.errors.as_text())
    source = describe_matches(publication, chosen.cleaned_data)
    return _keep(request, rows, source, form.cleaned_data["name"], back=reverse("reentry-list"))


@require_safe
@requires("network.view")
def list_dealers(request: HttpRequest) -> HttpResponse:
    """Every dealer that was judged, the least likely to be chance first."""
    frame, context = _open(request)
    if frame is None or not frame.tells_dealers:
        return render(request, "network/dealers.html", context)
    units = list(list_visible_units(request.user))
    form = DealerFilter(request.GET, units=choose_units(units))
    rows = selectors.list_cases(frame.publication)
    if form.is_valid():
        asked = form.cleaned_data
        if asked["unit"]:
            rows = rows.filter(unit__in=list_below(asked["unit"], units))
        if asked["state"]:
            rows = rows.filter(state=asked["state"])
        if asked["flagged"]:
            rows = rows.filter(flagged=True)
    page = paginate(rows, page=request.GET.get("page"))
    for case in page:
        case.state_words, case.state_colour = STATE_WORDS[case.state], STATE_COLOURS[case.state]
    context |= {"form": form, "page": page, "flagged": rows.filter(flagged=True).count()}
    return render(request, "network/dealers.html", context)


@require_safe
@requires("network.view")
def show_dealer(request: HttpRequest, dealer_id: str) -> HttpResponse:
    """A dealer's file: what was found, the curve, the customers behind it, what people decided."""
    case = selectors.find_case(find_publication(request), dealer_id)
    return _render_case(request, case, DecisionForm(auto_id="decision_%s"))


@require_POST
@requires("network.judge_dealer")
def decide(request: HttpRequest, dealer_id: str) -> HttpResponse:
    """A note for a dealer's file, and where the audit stands."""
    case = selectors.find_case(find_publication(request), dealer_id)
    form = DecisionForm(request.POST, auto_id="decision_%s")
    if not form.is_valid():
        return _render_case(request, case, form)
    asked = form.cleaned_data
    services.decide_case(
        case=case, state=CaseState(asked["state"]), note=asked["note"], user=request.user, at=clock.now()
    )
    messages.success(request, _("The note is in the file."))
    return redirect("dealer-case", dealer_id)


@require_POST
@requires("groups.create")
def keep_leavers(request: HttpRequest, dealer_id: str) -> HttpResponse:
    """Keep the customers behind a dealer's case as a group."""
    case = selectors.find_case(find_publication(request), dealer_id)
    form = KeepForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest(form.errors.as_text())
    rows = selectors.list_leavers(case)
    back = reverse("dealer-case", args=[dealer_id])
    return _keep(request, rows, describe_case(case), form.cleaned_data["name"], back=back)


def _render_case(request: HttpRequest, case: Any, form: DecisionForm) -> HttpResponse:
    leavers = list(selectors.list_leavers(case))
    profiles = map_profiles(find_publication(request), {each.customer_id for each in leavers})
    for each in leavers:
        each.profile = profiles.get(each.customer_id)
        each.kind_words = dict(LeaveKind.choices).get(each.kind, each.kind)
    decisions = list(selectors.list_decisions(case.dealer_id))
    for each in decisions:
        each.state_words, each.state_colour = STATE_WORDS[each.state], STATE_COLOURS[each.state]
    state = decisions[0].state if decisions else CaseState.OPEN
    _frame, context = _open(request)
    context |= {
        "case": case,
        "form": form,
        "leavers": leavers,
        "decisions": decisions,
        "state_words": STATE_WORDS[state],
        "state_colour": STATE_COLOURS[state],
        "steps": charts.add_up(case),
        "chart": charts.draw_case(case),
    }
    return render(request, "network/dealer.html", context)


def _open(request: HttpRequest) -> tuple[Any, dict[str, Any]]:
    """What the current cycle could tell, and in words what it lacked."""
    publication = find_publication(request)
    frame = selectors.find_frame(publication)
    lacks = [(name, TABLE_WORDS.get(name, name)) for name in frame.missing] if frame else []
    return frame, {"publication": publication, "network": frame, "lacks": lacks}


def _choose_matches(request: HttpRequest, asked: QueryDict) -> tuple[MatchFilter, QuerySet[ReentryMatch]]:
    units = list(list_visible_units(request.user))
    form = MatchFilter(asked, units=choose_units(units))
    publication = find_publication(request)
    rows = selectors.list_matches(publication) if publication else ReentryMatch.objects.none()
    if form.is_valid():
        wanted = form.cleaned_data
        below = list_below(wanted["unit"], units) if wanted["unit"] else None
        rows = selectors.narrow_matches(rows, units=below, verdict=wanted["verdict"], min_p=wanted["min_p"])
    return form, rows


def _dress(request: HttpRequest, matches: Any) -> None:
    """Matches with both customers of now, as far as the scope lets them through, and the last word."""
    matches = list(matches)
    ids = {customer_id for match in matches for customer_id in (match.customer_id, match.former_id)}
    profiles = map_profiles(find_publication(request), ids)
    said = selectors.map_verdicts(matches)
    for match in matches:
        match.profile, match.former = profiles.get(match.customer_id), profiles.get(match.former_id)
        match.said = said.get((match.customer_id, match.former_id))
        # As good as sure is not sure: no match is told as 100 %.
        match.told = percent(match.probability) if match.probability < SURE else f"> {percent(SURE)}"
        match.verdict_words = VERDICT_WORDS[match.verdict]
        match.verdict_colour = VERDICT_COLOURS[match.verdict]


def _keep(
    request: HttpRequest, rows: QuerySet[Any], source: dict[str, Any], name: str, *, back: str
) -> HttpResponse:
    named = source["en" if request.preferences.language == "en" else "zh"]
    try:
        group = create_group(
            actor=request.user,
            name=name or named[:80],
            customer_ids=rows.order_by().values_list("customer_id", flat=True)[: MAX_MEMBERS + 1],
            source=source,
            at=clock.now(),
        )
    except GroupRefused as refused:
        messages.error(request, refused.say())
        return redirect(back)
    messages.success(request, _("The group is kept."))
    return redirect("group-detail", group.pk)


def _asked(request: HttpRequest) -> str:
    asked = request.GET.copy()
    asked.pop("page", None)
    return asked.urlencode()
