"""Pages of groups: the list, one group, keeping a list's customers, removing."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from liuke_desk.bridge import clock
from liuke_desk.customers.lists import choose_rows, describe_rule
from liuke_desk.customers.selectors import find_publication
from liuke_desk.groups import selectors, services
from liuke_desk.groups.forms import ListGroupForm
from liuke_desk.people.permissions import requires
from liuke_desk.ui.pages import paginate


@require_safe
@requires("groups.view")
def list_all(request: HttpRequest) -> HttpResponse:
    """Every group that touches the user's units, with how many of their customers it holds."""
    page = paginate(selectors.list_groups(), page=request.GET.get("page"))
    sizes = selectors.count_members(list(page.object_list))
    language = request.preferences.language
    rows = [
        {"group": group, "size": sizes[group.pk], "words": group.words(language)}
        for group in page.object_list
    ]
    return render(request, "groups/list.html", {"page": page, "rows": rows})


@require_safe
@requires("groups.view")
def show_group(request: HttpRequest, pk: int) -> HttpResponse:
    """The rule, the size, what it shares with others, and its customers."""
    group = selectors.find_group(pk)
    size = selectors.count_members([group])[group.pk]
    rows = selectors.list_members(group, find_publication(request))
    context = {
        "group": group,
        "size": size,
        "words": group.words(request.preferences.language),
        "overlaps": selectors.list_overlaps(group, size=size),
        "page": paginate(rows, page=request.GET.get("page")),
        "can_delete": group.made_by_id == request.user.pk or request.user.has_perm("groups.delete_any"),
    }
    return render(request, "groups/detail.html", context)


@require_POST
@requires("groups.create")
def keep_list(request: HttpRequest) -> HttpResponse:
    """Keep all customers that a list shows, as its filter stands."""
    form = ListGroupForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest(form.errors.as_text())
    name, asked = form.cleaned_data["list"], form.cleaned_data["asked"]
    publication = find_publication(request)
    chosen, rows = choose_rows(name, asked, user=request.user, publication=publication)
    if publication is None or not chosen.is_valid():
        return HttpResponseBadRequest(chosen.errors.as_text())
    try:
        group = services.create_group(
            actor=request.user,
            name=form.cleaned_data["name"],
            customer_ids=rows.order_by().values_list("customer_id", flat=True)[: services.MAX_MEMBERS + 1],
            source=describe_rule(name, asked, user=request.user, publication=publication),
            at=clock.now(),
        )
    except services.GroupRefused as refused:
        messages.error(request, refused.say())
        return redirect(f"{reverse(name)}?{asked.urlencode()}")
    messages.success(request, _("The group is kept."))
    return redirect("group-detail", group.pk)


@require_POST
@requires("groups.delete")
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a group; its customers stay customers."""
    group = selectors.find_group(pk)
    try:
        services.delete_group(group=group, actor=request.user, at=clock.now())
    except services.GroupRefused as refused:
        messages.error(request, refused.say())
        return redirect("group-detail", pk)
    messages.success(request, _("The group is deleted."))
    return redirect("group-list")
