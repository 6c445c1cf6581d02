"""Marking a customer, and the panel in which it is done."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from liuke_desk.bridge import clock
from liuke_desk.customers.forms import MarkForm
from liuke_desk.customers.marking import set_mark
from liuke_desk.customers.marks import list_marked
from liuke_desk.customers.selectors import find_publication, get_profile
from liuke_desk.people.permissions import requires
from liuke_desk.ui.refusals import Refused


@require_POST
@requires("customers.set_marks")
def mark_customer(request: HttpRequest, customer_id: str) -> HttpResponse:
    """Give a customer of one's units a mark, or take it back."""
    profile = get_profile(find_publication(request), customer_id)
    refused = save_mark(request, customer_id=profile.customer_id, unit_id=profile.unit_id)
    if refused is not None:
        return refused
    if request.htmx:
        return render(request, "customers/_kind.html", describe_marks(request, customer_id))
    return redirect(f"{reverse('customer-card', args=[customer_id])}#marks")


def save_mark(request: HttpRequest, *, customer_id: str, unit_id: str) -> HttpResponse | None:
    """Store what was sent; an answer only to what cannot be stored."""
    form = MarkForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest(form.errors.as_text())
    sent = form.cleaned_data
    try:
        set_mark(
            customer_id=customer_id,
            unit_id=unit_id,
            group=sent["group"],
            mark=sent["mark"],
            user=request.user,
            at=clock.now(),
        )
    except Refused as refused:
        if request.htmx:
            return HttpResponseBadRequest(refused.say())
        messages.error(request, refused.say())
    return None


def describe_marks(request: HttpRequest, customer_id: str) -> dict[str, Any]:
    """What the panel on a card shows; the caller has checked that the customer may be seen."""
    return {
        "marked": list_marked(customer_id),
        "mark_address": reverse("customer-mark", args=[customer_id]),
        "may_mark": request.user.has_perm("customers.set_marks"),
    }
