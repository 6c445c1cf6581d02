"""Schemes as they are: the list, one with its versions, two versions side by side."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from liuke_desk.bridge import clock
from liuke_desk.bridge import schemes as declared_schemes
from liuke_desk.people.permissions import requires
from liuke_desk.schemes import selectors, services
from liuke_desk.schemes.comparison import compare, count_changes, only_changes
from liuke_desk.schemes.edges import say_edges
from liuke_desk.schemes.words import DOWNGRADE_WORDS, KIND_WORDS, STATE_COLOURS, STATE_WORDS
from liuke_desk.ui.refusals import Refused


@require_safe
@requires("schemes.view")
def list_schemes(request: HttpRequest) -> HttpResponse:
    """Schemes in use with what comes next, and those that could be used."""
    on = clock.today()
    drafts = selectors.map_open_drafts() if request.user.has_perm("schemes.draft") else {}
    rows = [_list_row(scheme, drafts) for scheme in declared_schemes.list_schemes(on=on)]
    waiting = [draft for draft in drafts.values() if draft.state == "SUBMITTED"]
    context = {
        "used": [row for row in rows if row["is_used"]],
        "others": [row for row in rows if not row["is_used"]],
        "waiting": waiting,
        "last_cycle": declared_schemes.last_cycle_day(),
    }
    return render(request, "schemes/list.html", context)


@require_safe
@requires("schemes.view")
def show_scheme(request: HttpRequest, name: str) -> HttpResponse:
    """One scheme: its tiers, who belongs to them, what they cost, how they are held, all its versions."""
    on = clock.today()
    scheme = selectors.find_scheme(name, on=on)
    version = _asked_version(request, scheme)
    told = selectors.describe_version(name, version)
    edges = say_edges(selectors.read_version(name, version)["declared"])
    drafts = selectors.list_drafts(name) if request.user.has_perm("schemes.draft") else []
    context = {
        "scheme": scheme,
        "told": told,
        "kind": KIND_WORDS.get(told["kind"], told["kind"]),
        "tiers": [tier | {"edge": edges.get(tier["tier"], "")} for tier in told["tiers"]],
        "downgrade": DOWNGRADE_WORDS[told["stability"]["downgrade"]],
        "has_costs": any(tier["cost_fen"] is not None for tier in told["tiers"]),
        "has_credit_lines": any(tier["base_credit_line_fen"] is not None for tier in told["tiers"]),
        "clusters": told["clusters"],
        "drafts": [_draft_row(draft) for draft in drafts],
        "open_draft": next((draft for draft in drafts if draft.is_open), None),
        "is_wrong": any(not example["is_right"] for example in told["examples"]),
    }
    return render(request, "schemes/detail.html", context)


@require_safe
@requires("schemes.view")
def compare_versions(request: HttpRequest, name: str) -> HttpResponse:
    """Two versions side by side; what differs is marked."""
    scheme = selectors.find_scheme(name, on=clock.today())
    numbers = [row["version"] for row in scheme["versions"]]
    before = _number(request.GET.get("from"), numbers[-2] if len(numbers) > 1 else numbers[-1])
    after = _number(request.GET.get("to"), numbers[-1])
    sides = [selectors.read_version(name, version) for version in (before, after)]
    sections = compare(sides[0]["declared"], sides[1]["declared"])
    only = request.GET.get("only") == "1"
    context = {
        "scheme": scheme,
        "before": before,
        "after": after,
        "changes": count_changes(sections),
        "sections": only_changes(sections) if only else sections,
        "only": only,
    }
    return render(request, "schemes/compare.html", context)


@require_POST
@requires("schemes.draft")
def begin_draft(request: HttpRequest, name: str) -> HttpResponse:
    """Make the next version's draft and open it for editing."""
    on = clock.today()
    selectors.find_scheme(name, on=on)
    try:
        draft = services.open_draft(name=name, user=request.user, on=on, at=clock.now())
    except Refused as refused:
        messages.error(request, refused.say())
        return redirect("scheme-detail", name=name)
    return redirect("scheme-draft-edit", pk=draft.pk)


def _list_row(scheme: dict[str, Any], drafts: dict[str, Any]) -> dict[str, Any]:
    draft = drafts.get(scheme["name"])
    return scheme | {
        "kind_words": KIND_WORDS.get(scheme["kind"], scheme["kind"]),
        "draft": draft and _draft_row(draft),
    }


def _draft_row(draft: Any) -> dict[str, Any]:
    return {
        "draft": draft,
        "state": STATE_WORDS[draft.state],
        "colour": STATE_COLOURS[draft.state],
    }


def _asked_version(request: HttpRequest, scheme: dict[str, Any]) -> int:
    shown = scheme["in_force"] or scheme["versions"][0]
    return _number(request.GET.get("version"), shown["version"])


def _number(text: str | None, otherwise: int) -> int:
    if text is None or text == "":
        return otherwise
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise Http404(f"No version {text}")
    return int(text)
