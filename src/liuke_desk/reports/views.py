"""Pages of reports: the figures with chart and table, the customers behind one, the same as a file."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from liuke_desk.bridge import clock
from liuke_desk.bridge import reports as warehouse
from liuke_desk.customers.models import Publication
from liuke_desk.customers.selectors import find_publication, list_below, map_profiles
from liuke_desk.groups.forms import NameForm
from liuke_desk.groups.services import MAX_MEMBERS, GroupRefused, create_group
from liuke_desk.people.models import User
from liuke_desk.people.permissions import requires
from liuke_desk.people.selectors import choose_units, list_visible_units, scope_of
from liuke_desk.reports.behind import describe_figure, name_figure
from liuke_desk.reports.forms import BY_UNIT, DrillForm, DrillGroupForm, ReportForm
from liuke_desk.reports.page import read_page
from liuke_desk.reports.selectors import find_frame
from liuke_desk.ui.pages import ROWS_PER_PAGE

Units = list[Any]
GROUP_NAME_LENGTH = 80


@require_safe
@requires("reports.view")
def show_report(request: HttpRequest) -> HttpResponse:
    """A report of the user's units: by month, and one month by unit or another dimension."""
    publication, frame, form, units = _ask(request, ReportForm)
    context: dict[str, Any] = {"publication": publication, "report_frame": frame, "form": form}
    if form is not None and form.is_valid():
        context |= read_page(request.user, publication, frame, form.cleaned_data, units)
    return render(request, "reports/report.html", context)


@require_safe
@requires("reports.view")
def export_report(request: HttpRequest) -> HttpResponse:
    """The two tables of a report as one file."""
    publication, frame, form, units = _ask(request, ReportForm)
    if form is None or not form.is_valid():
        return HttpResponseBadRequest(form.errors.as_text() if form else _("No report yet"))
    page = read_page(request.user, publication, frame, form.cleaned_data, units)
    columns, rows = page["as_rows"]()
    answer = HttpResponse(warehouse.write_csv(columns, rows), content_type="text/csv; charset=utf-8")
    name = f"{form.cleaned_data['report']}-{publication.as_of.isoformat()}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_safe
@requires("reports.view")
def list_customers(request: HttpRequest) -> HttpResponse:
    """The customers behind one figure, those worth most first."""
    publication, frame, form, units = _ask(request, DrillForm)
    context: dict[str, Any] = {"publication": publication, "report_frame": frame, "form": form}
    if form is not None and form.is_valid():
        asked = form.cleaned_data
        rows = _stand_behind(request.user, publication, asked, units)
        page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
        profiles = map_profiles(publication, {row["customer_id"] for row in page.object_list})
        name = name_figure(frame, asked, {unit.pk: unit for unit in units})
        context |= {
            "page": page,
            "rows": [(row, profiles.get(row["customer_id"])) for row in page.object_list],
            "asked": asked,
            "figure": name,
            "is_cut": len(rows) > MAX_MEMBERS,
            "keep_form": NameForm(auto_id="group_%s", initial={"name": name[:GROUP_NAME_LENGTH]}),
            "kept": [(name, form.data[name]) for name in form.fields],
            "keep_action": reverse("report-customers-keep"),
        }
    return render(request, "reports/customers.html", context)


@require_POST
@requires("groups.create")
def keep_customers(request: HttpRequest) -> HttpResponse:
    """Keep the customers behind one figure as a group."""
    publication, frame, form, units = _ask(request, DrillGroupForm)
    if form is None or not form.is_valid():
        return HttpResponseBadRequest(form.errors.as_text() if form else "")
    asked = form.cleaned_data
    rows = _stand_behind(request.user, publication, asked, units)
    try:
        group = create_group(
            actor=request.user,
            name=asked["name"],
            customer_ids={row["customer_id"] for row in rows},
            source=describe_figure(publication, frame, asked, {unit.pk: unit for unit in units}),
            at=clock.now(),
        )
    except GroupRefused as refused:
        messages.error(request, refused.say())
        return redirect("report-home")
    messages.success(request, _("The group is kept."))
    return redirect("group-detail", group.pk)


def _ask(
    request: HttpRequest, make_form: type[ReportForm]
) -> tuple[Publication | None, dict[str, Any] | None, ReportForm | None, Units]:
    """The publication, its frame, the form and the units the user may see; no form where nothing is told."""
    publication = find_publication(request)
    frame = find_frame(publication)
    units = list(list_visible_units(request.user))
    if frame is None:
        return publication, None, None, units
    asked = request.POST if request.method == "POST" else request.GET
    return publication, frame, make_form(asked, frame=frame, units=choose_units(units)), units


def _stand_behind(user: User, publication: Publication, asked: dict[str, Any], units: Units) -> Any:
    return warehouse.list_standing(
        as_of=publication.as_of,
        measure=asked["measure"],
        kind=asked["kind"],
        month=asked["month"],
        dimension=warehouse.ALL if asked["by"] == BY_UNIT else asked["by"],
        member=asked["member"],
        units=_scope_below(user, asked, units),
        most=MAX_MEMBERS + 1,
        stamp=publication.pk,
    )


def _scope_below(user: User, asked: dict[str, Any], units: Units) -> tuple[str, ...] | None:
    """Ids of all units that a figure is of and the user may see; None for every one."""
    if asked["unit"]:
        return (asked["unit"],) if asked["only"] else tuple(list_below(asked["unit"], units))
    if asked["only"] and user.unit_id is not None:
        return (user.unit_id,)
    visible = scope_of(user)
    return None if visible is None else tuple(visible)
