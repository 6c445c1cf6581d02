"""Campaigns: the list, a new one, one with its progress."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from liuke_desk.bridge import clock, workspace
from liuke_desk.bridge.effects import smallest_arm, smallest_visible_difference
from liuke_desk.campaigns import selectors, services
from liuke_desk.campaigns.forms import CampaignForm
from liuke_desk.campaigns.models import Campaign
from liuke_desk.campaigns.states import CampaignState, Refused
from liuke_desk.campaigns.words import ARM_WORDS, CAMPAIGN_STATE_WORDS, ROUTE_WORDS, RULE_WORDS, say_refusal
from liuke_desk.customers.selectors import find_publication
from liuke_desk.groups.selectors import list_groups
from liuke_desk.people.permissions import requires
from liuke_desk.people.selectors import choose_units, list_visible_units
from liuke_desk.policies.selectors import live_policies
from liuke_desk.ui.pages import paginate


@require_safe
@requires("campaigns.view")
def list_all(request: HttpRequest) -> HttpResponse:
    """Every campaign that touches the user's units, with how far it is."""
    page = paginate(selectors.list_campaigns(), page=request.GET.get("page"))
    progress = selectors.progress_by_campaign(page.object_list)
    rows = [
        {
            "campaign": campaign,
            "state": CAMPAIGN_STATE_WORDS[campaign.state],
            "colour": STATE_COLOURS[campaign.state],
            "progress": progress.get(campaign.pk, selectors.Progress()),
        }
        for campaign in page.object_list
    ]
    return render(request, "campaigns/list.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "POST"])
@requires("campaigns.create")
def make_new(request: HttpRequest) -> HttpResponse:
    """Filters, then a preview with numbers, then save: nothing is stored before."""
    publication = find_publication(request)
    if publication is None:
        return render(request, "campaigns/new.html", {"form": None})
    form = _form(request, publication)
    preview = None
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data["action"] == "save" and form.cleaned_data["seen"]:
                return _save(request, form)
            preview = _preview(form)
        except services.PlanRefused as refused:
            form.add_error(None, say_refusal(refused))
            preview = _preview_if_possible(form)
    context = {"form": form, "preview": preview and _preview_figures(preview, request.preferences.language)}
    return render(request, "campaigns/new.html", context)


@require_safe
@requires("campaigns.view")
def show_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """Progress by unit and agent; who is held out is a number, save for those who judge effects."""
    campaign = selectors.find_campaign(pk)
    user = request.user
    by_unit = selectors.progress_by_unit(campaign)
    total = selectors.Progress()
    for _unit, progress in by_unit:
        total.counts.update(progress.counts)
        total.cost_fen += progress.cost_fen
    context = {
        "campaign": campaign,
        "state": CAMPAIGN_STATE_WORDS[campaign.state],
        "colour": STATE_COLOURS[campaign.state],
        "arms": selectors.count_arms(campaign),
        "total": total,
        "by_unit": by_unit,
        "refusals": _refusal_rows(campaign.refusals),
        "can_prepare": user.has_perm("campaigns.prepare") and campaign.state == CampaignState.DRAFT,
        "can_dispatch": user.has_perm("campaigns.dispatch") and _waits_for_dispatch(campaign, total),
        "can_close": user.has_perm("campaigns.close") and campaign.state != CampaignState.CLOSED,
    }
    if user.has_perm("campaigns.see_assignments"):
        context |= _assignments(request, campaign)
    return render(request, "campaigns/detail.html", context)


@require_POST
@requires("campaigns.prepare")
def prepare(request: HttpRequest, pk: int) -> HttpResponse:
    def act(campaign: Campaign) -> str:
        made = services.prepare_tasks(campaign_id=campaign.pk, user=request.user, at=clock.now())
        return ngettext("%(n)s task is prepared.", "%(n)s tasks are prepared.", made) % {"n": f"{made:,}"}

    return _act(request, pk, act)


@require_POST
@requires("campaigns.dispatch")
def dispatch(request: HttpRequest, pk: int) -> HttpResponse:
    def act(campaign: Campaign) -> str:
        sent = services.dispatch_tasks(campaign_id=campaign.pk, user=request.user, at=clock.now())
        return ngettext("%(n)s task is dispatched.", "%(n)s tasks are dispatched.", sent) % {"n": f"{sent:,}"}

    return _act(request, pk, act)


@require_POST
@requires("campaigns.close")
def close(request: HttpRequest, pk: int) -> HttpResponse:
    def act(campaign: Campaign) -> str:
        services.close_campaign(campaign_id=campaign.pk, user=request.user, at=clock.now())
        return _("The campaign is closed. Its effect goes on being measured.")

    return _act(request, pk, act)


GROUPS_TO_CHOOSE = 100  # the newest

STATE_COLOURS = {
    CampaignState.DRAFT: "grey",
    CampaignState.READY: "blue",
    CampaignState.RUNNING: "green",
    CampaignState.CLOSED: "purple",
}


def _act(request: HttpRequest, pk: int, act: Callable[[Campaign], str]) -> HttpResponse:
    campaign = selectors.find_campaign(pk)
    try:
        messages.success(request, act(campaign))
    except Refused as refused:
        messages.error(request, say_refusal(refused))
    return redirect("campaign-detail", pk=pk)


def _form(request: HttpRequest, publication: Any) -> CampaignForm:
    on = clock.today()
    return CampaignForm(
        request.POST if request.method == "POST" else None,
        units=choose_units(list_visible_units(request.user)),
        publication=publication,
        policies=list(live_policies(on=on)),
        groups=list(list_groups()[:GROUPS_TO_CHOOSE]),
        initial={"groups": request.GET.getlist("group")},
        on=on,
        language=request.preferences.language,
        currency=workspace.currency(),
    )


def _preview(form: CampaignForm) -> services.Preview:
    return services.preview_campaign(filters=form.filters(), terms=form.terms(), on=clock.today())


def _preview_if_possible(form: CampaignForm) -> services.Preview | None:
    try:
        return _preview(form)
    except services.PlanRefused:
        return None  # the form says why already


def _save(request: HttpRequest, form: CampaignForm) -> HttpResponse:
    """Record the arms, then make the tasks: two steps, so that the draw always stands first."""
    at = clock.now()
    campaign = services.create_campaign(
        title=form.cleaned_data["title"],
        filters=form.filters(),
        terms=form.terms(),
        due_on=form.cleaned_data["due_on"],
        attempts_max=form.cleaned_data["attempts_max"],
        seen=form.cleaned_data["seen"],
        user=request.user,
        at=at,
    )
    services.prepare_tasks(campaign_id=campaign.pk, user=request.user, at=at)
    messages.success(request, _("The campaign is saved; its tasks wait for dispatch."))
    return redirect("campaign-detail", pk=campaign.pk)


def _preview_figures(preview: services.Preview, language: str) -> dict[str, Any]:
    plan = preview.plan
    offered = Counter(decision["policy"] for decision in preview.chosen)
    titles = {policy.name: policy.title(language) for policy in live_policies(on=clock.today())}
    visible = smallest_visible_difference(
        rate=plan["leavers"] / plan["chosen"] if plan["chosen"] else None,
        treated=plan["treated"],
        held_out=plan["held_out"],
    )
    return plan | {
        "as_of": preview.as_of,
        "fingerprint": preview.fingerprint,
        "looked_at": len(preview.found.candidates) + sum(preview.found.set_aside.values()),
        "saved_fen": plan["treated_gain_fen"] + plan["spent_fen"],
        "refusals": _refusal_rows(preview.refusals),
        "price_differences": [said[language] for said in plan["price_differences"]],
        "by_policy": [(titles.get(name, name), customers) for name, customers in offered.most_common()],
        "visible_points": visible and 100 * visible,
        "smallest_arm": smallest_arm(),
    }


def _refusal_rows(refusals: dict[str, int]) -> list[dict[str, Any]]:
    """Rules by how many customers they refused, most first; a customer may stand under several."""
    ordered = sorted(refusals.items(), key=lambda item: (-item[1], item[0]))
    return [{"rule": RULE_WORDS.get(rule, rule), "customers": customers} for rule, customers in ordered]


def _waits_for_dispatch(campaign: Campaign, total: selectors.Progress) -> bool:
    return campaign.state in (CampaignState.READY, CampaignState.RUNNING) and total.counts["PREPARED"] > 0


def _assignments(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    rows = selectors.list_assignments(campaign, request.user)
    if request.GET.get("arm") in ARM_WORDS:
        rows = rows.filter(arm=request.GET["arm"])
    page = paginate(rows, page=request.GET.get("page"))
    return {
        "page": page,
        "arm": request.GET.get("arm", ""),
        "by_agent": selectors.progress_by_agent(campaign),
        "arm_words": ARM_WORDS,
        "route_words": ROUTE_WORDS,
    }
