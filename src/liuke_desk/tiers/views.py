"""Pages of tiers over all customers: the structure, the moves, who made one, the top list."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from liuke_desk.bridge import clock
from liuke_desk.bridge import tiers as warehouse
from liuke_desk.customers.models import Publication
from liuke_desk.customers.selectors import find_publication, list_below, map_profiles
from liuke_desk.groups.forms import NameForm
from liuke_desk.groups.services import MAX_MEMBERS, GroupRefused, create_group
from liuke_desk.people.models import Unit, User
from liuke_desk.people.permissions import requires
from liuke_desk.people.selectors import choose_units, list_visible_units, scope_of
from liuke_desk.tiers import charts, moves
from liuke_desk.tiers.days import list_days
from liuke_desk.tiers.forms import CellForm, CellGroupForm, SpanForm, TierForm
from liuke_desk.tiers.moved import describe_move
from liuke_desk.tiers.structure import find_scheme, order_tiers, read_structure, top_units
from liuke_desk.tiers.words import MOVE_NOTES, MOVE_WORDS
from liuke_desk.ui.pages import ROWS_PER_PAGE

TOP = 100


@require_safe
@requires("tiers.view")
def show_structure(request: HttpRequest) -> HttpResponse:
    """How many customers stand in each tier of a scheme beside the value they bring."""
    publication = find_publication(request)
    if publication is None:
        return render(request, "tiers/structure.html", {"publication": None})
    form = TierForm(request.GET, publication=publication, units=_units(request.user))
    context: dict[str, Any] = {"publication": publication, "form": form}
    if form.is_valid() and (scheme := find_scheme(publication, form.cleaned_data["scheme"])):
        structure = read_structure(publication, scheme, _chosen(request.user, form))
        context |= {
            "scheme": scheme,
            "structure": structure,
            "chart": charts.draw_pyramids(structure, scheme) if structure.customers else None,
        }
    return render(request, "tiers/structure.html", context)


@require_safe
@requires("tiers.view")
def show_moves(request: HttpRequest) -> HttpResponse:
    """Who went up and down between two cycles: figures, the matrix, the units below."""
    publication, form = _ask_span(request, SpanForm)
    context: dict[str, Any] = {"publication": publication, "form": form}
    if form is not None and form.is_valid():
        context |= _read_moves(request.user, publication, form)
    return render(request, "tiers/moves.html", context)


@require_safe
@requires("tiers.view")
def list_moved(request: HttpRequest) -> HttpResponse:
    """The customers who made one move, the greatest value first."""
    publication, form = _ask_span(request, CellForm)
    context: dict[str, Any] = {"publication": publication, "form": form}
    if form is not None and form.is_valid():
        ids = _moved(request.user, publication, form.cleaned_data)
        page = Paginator(ids, ROWS_PER_PAGE).get_page(request.GET.get("page"))
        profiles = map_profiles(publication, page.object_list)
        scheme = find_scheme(publication, form.cleaned_data["scheme"])
        words = order_tiers(scheme, (form.cleaned_data["before"], form.cleaned_data["after"]))
        context |= {
            "page": page,
            "rows": [(customer_id, profiles.get(customer_id)) for customer_id in page.object_list],
            "scheme": scheme,
            "before": words.get(form.cleaned_data["before"]),
            "after": words.get(form.cleaned_data["after"]),
            "keep_form": NameForm(auto_id="group_%s"),
            "kept": [(name, form.data[name]) for name in form.fields],
            "keep_action": reverse("tier-moved-keep"),
        }
    return render(request, "tiers/moved.html", context)


@require_POST
@requires("groups.create")
def keep_moved(request: HttpRequest) -> HttpResponse:
    """Keep the customers who made one move as a group."""
    publication, form = _ask_span(request, CellGroupForm)
    if form is None or not form.is_valid():
        return HttpResponseBadRequest(form.errors.as_text() if form else "")
    asked = form.cleaned_data
    try:
        group = create_group(
            actor=request.user,
            name=asked["name"],
            customer_ids=_moved(request.user, publication, asked),
            source=describe_move(publication, asked),
            at=clock.now(),
        )
    except GroupRefused as refused:
        messages.error(request, refused.say())
        return redirect("tier-moves")
    messages.success(request, _("The group is kept."))
    return redirect("group-detail", group.pk)


@require_safe
@requires("tiers.view")
def show_top(request: HttpRequest) -> HttpResponse:
    """The customers of the greatest measure: who came in, who fell out, who overtook whom."""
    publication, form = _ask_span(request, SpanForm)
    context: dict[str, Any] = {"publication": publication, "form": form, "top": TOP}
    if form is not None and form.is_valid():
        asked = form.cleaned_data
        found = warehouse.compare_top(
            scheme=asked["scheme"],
            since=asked["since"],
            until=asked["until"],
            units=_scope_below(request.user, asked["unit"]),
            top=TOP,
            stamp=publication.pk,
        )
        named = {row["customer_id"] for row in found["customers"]}
        context |= {
            "found": found,
            "scheme": find_scheme(publication, asked["scheme"]),
            "profiles": map_profiles(publication, named),
        }
    return render(request, "tiers/top.html", context)


def _ask_span(request: HttpRequest, make_form: type[SpanForm]) -> tuple[Publication | None, SpanForm | None]:
    """The form of two cycles; None where there are not two."""
    publication = find_publication(request)
    if publication is None or len(list_days(publication)) < 2:
        return publication, None
    asked = request.POST if request.method == "POST" else request.GET
    return publication, make_form(asked, publication=publication, **_spans(request.user, publication))


def _spans(user: User, publication: Publication) -> dict[str, Any]:
    return {"units": _units(user), "days": list_days(publication)}


def _read_moves(user: User, publication: Publication, form: SpanForm) -> dict[str, Any]:
    asked = form.cleaned_data
    scheme = find_scheme(publication, asked["scheme"])
    chosen = _chosen(user, form)
    below = list(Unit.objects.filter(parent__in=chosen, is_current=True).order_by("path"))
    if len(chosen) > 1:  # the whole company: its parts are the units themselves
        below = list(Unit.objects.filter(pk__in=chosen).order_by("path"))
    rows = moves.list_moves(
        publication,
        asked["scheme"],
        moves.Span(asked["since"], asked["until"]),
        {*chosen, *(unit.pk for unit in below)},
    )
    own = [row for row in rows if row["unit_id"] in set(chosen)]
    counts, by_unit = moves.count_moves(own), moves.count_by_unit(rows)
    return {
        "scheme": scheme,
        "figures": [(move, MOVE_WORDS[move], MOVE_NOTES[move], counts[move]) for move in moves.MOVES],
        "matrix": moves.draw_matrix(own, scheme),
        "by_unit": [(unit, by_unit[unit.pk]) for unit in below if unit.pk in by_unit],
        "move_words": MOVE_WORDS,
        "span": {"since": asked["since"], "until": asked["until"]},
        "query": {"scheme": asked["scheme"], "unit": asked["unit"]},
    }


def _moved(user: User, publication: Publication, asked: dict[str, Any]) -> tuple[str, ...]:
    names = ("scheme", "since", "until", "before", "after")
    units = _scope_below(user, asked["unit"])
    return warehouse.list_moved(
        **{name: asked[name] for name in names}, units=units, most=MAX_MEMBERS + 1, stamp=publication.pk
    )


def _units(user: User) -> list[Unit]:
    return choose_units(list_visible_units(user))


def _chosen(user: User, form: TierForm) -> list[str]:
    """The unit asked for, else those that add up to all the user may see."""
    return [form.cleaned_data["unit"]] if form.cleaned_data["unit"] else top_units(user)


def _scope_below(user: User, unit_id: str) -> tuple[str, ...] | None:
    """Ids of all units under the one asked for that the user may see; None for every one."""
    if unit_id:
        return tuple(list_below(unit_id, list_visible_units(user)))
    visible = scope_of(user)
    return None if visible is None else tuple(visible)
