"""The entries of the main navigation, in the order of the work."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Entry:
    """One page to go to: shown to those who have its permission, reached by the keys g and `key`."""

    url_name: str
    label: Promise
    icon: str
    key: str
    permission: str


@dataclass(frozen=True)
class Link:
    address: str
    label: str
    icon: str
    key: str
    is_current: bool


ENTRIES = (
    # Foundation.
    Entry("overview", _("Overview"), "layout-dashboard", "o", "customers.see_overview"),
    Entry("warning-list", _("Early warning"), "triangle-alert", "w", "customers.see_warnings"),
    Entry("customer-list", _("Customers"), "users", "c", "customers.see_customers"),
    # Groups and tiers.
    Entry("tier-structure", _("Tiers"), "layers", "s", "tiers.view"),
    Entry("group-list", _("Groups"), "bookmark", "r", "groups.view"),
    Entry("scheme-list", _("Tier schemes"), "sliders-horizontal", "v", "schemes.view"),
    # Retention work: policies, campaigns, contact, effects.
    Entry("task-list", _("Tasks"), "phone-outgoing", "t", "tasks.view"),
    Entry("campaign-list", _("Campaigns"), "megaphone", "m", "campaigns.view"),
    Entry("policy-list", _("Policies"), "ticket-percent", "p", "policies.view"),
)


def list_links(request: HttpRequest) -> list[Link]:
    """The entries this user may open; the one above the current page is marked."""
    return [
        Link(
            address=(address := reverse(entry.url_name)),
            label=str(entry.label),
            icon=entry.icon,
            key=entry.key,
            is_current=request.path.startswith(address),
        )
        for entry in ENTRIES
        if request.user.has_perm(entry.permission)
    ]
