"""What lists add to pages of other rooms: tabs beside the customers at risk, a notice until it is seen."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from liuke_desk.ui.noticing import Told
from liuke_desk.warnings.models import Notice
from liuke_desk.warnings.selectors import find_notice


def show_tabs(request: HttpRequest, name: str) -> str:
    if name != "warning-list" or not request.user.has_perm("warnings.view"):
        return ""
    return render_to_string("warnings/_tabs.html", {"here": "now"}, request=request)


def give_notice(request: HttpRequest) -> Told | None:
    """How many of the person's customers are new on the latest list, until they looked."""
    notice = find_notice(request.user)
    if notice is None or notice.count == 0:
        return None
    mine = "&mine=on" if notice.is_owner else ""
    return Told(
        url_name="warning-list",
        count=notice.count,
        words=say_notice(notice),
        address=f"{reverse('warning-changes')}?on={notice.warning_list.as_of.isoformat()}{mine}",
        says=_("See what changed"),
    )


def say_notice(notice: Notice) -> str:
    """12 of your customers are new on the list of 2026-10-01."""
    told = {"n": f"{notice.count:,}", "day": notice.warning_list.as_of.isoformat()}
    is_first = notice.warning_list.previous_as_of is None
    if notice.is_owner and is_first:
        text = ngettext(
            "%(n)s of your customers is on the early-warning list of %(day)s.",
            "%(n)s of your customers are on the early-warning list of %(day)s.",
            notice.count,
        )
    elif notice.is_owner:
        text = ngettext(
            "%(n)s of your customers is new on the early-warning list of %(day)s.",
            "%(n)s of your customers are new on the early-warning list of %(day)s.",
            notice.count,
        )
    elif is_first:
        text = ngettext(
            "%(n)s customer of your units is on the early-warning list of %(day)s.",
            "%(n)s customers of your units are on the early-warning list of %(day)s.",
            notice.count,
        )
    else:
        text = ngettext(
            "%(n)s customer of your units is new on the early-warning list of %(day)s.",
            "%(n)s customers of your units are new on the early-warning list of %(day)s.",
            notice.count,
        )
    words = text % told
    if notice.unowned:
        words += " " + _("Of all %(listed)s listed, %(unowned)s have no account manager.") % {
            "listed": f"{notice.listed:,}",
            "unowned": f"{notice.unowned:,}",
        }
    return words
