"""What groups add to pages of other rooms: keeping all customers that a list shows."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from liuke_desk.groups.forms import ListGroupForm


def offer_group(request: HttpRequest, name: str) -> str:
    """A name and a button, beside a list of customers."""
    if not request.user.has_perm("groups.create"):
        return ""
    asked = request.GET.copy()
    asked.pop("page", None)
    form = ListGroupForm(initial={"list": name, "asked": asked.urlencode()})
    context = {"form": form, "action": reverse("group-new")}
    return render_to_string("groups/_keep.html", context, request=request)
