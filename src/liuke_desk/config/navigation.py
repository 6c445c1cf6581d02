"""The entries of the main navigation, in sections and in the order of the work."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BAR_SLOTS = 5  # what fits side by side on a phone of 390 px in large type


@dataclass(frozen=True)
class Entry:
    """One page to go to: shown to those who have its permission, reached by the keys g and `key`."""

    url_name: str
    label: Promise
    icon: str
    key: str
    permission: str


@dataclass(frozen=True)
class Section:
    """Entries that belong together, under a small heading at the side; one without heading has none."""

    heading: Promise | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Link:
    url_name: str
    address: str
    label: str
    icon: str
    key: str
    is_current: bool
    count: int = 0  # what the person has not looked at yet


@dataclass(frozen=True)
class LinkSection:
    heading: str
    links: list[Link]


@dataclass(frozen=True)
class Navigation:
    """The entries one user may open: all in sections, and those of the bar at the foot of a phone."""

    sections: list[LinkSection]
    bar: list[Link]
    beyond_bar: list[Link]  # reached by "More"

    @property
    def is_beyond_bar(self) -> bool:
        """Whether the current page is one of those behind "More"."""
        return any(link.is_current for link in self.beyond_bar)

    @property
    def waits_beyond_bar(self) -> bool:
        """Whether something behind "More" has not been looked at."""
        return any(link.count for link in self.beyond_bar)


SECTIONS = (
    Section(
        None,
        (Entry("overview", _("Overview"), "layout-dashboard", "o", "customers.see_overview"),),
    ),
    Section(
        _("Risk"),
        (
            Entry("warning-list", _("Early warning"), "triangle-alert", "w", "customers.see_warnings"),
            Entry("reentry-list", _("Re-entry"), "repeat", "y", "network.view"),
            Entry("dealer-list", _("Dealers"), "store", "d", "network.view"),
        ),
    ),
    Section(
        _("Retention"),
        (
            Entry("task-list", _("Tasks"), "phone-outgoing", "t", "tasks.view"),
            Entry("campaign-list", _("Campaigns"), "megaphone", "m", "campaigns.view"),
            Entry("policy-list", _("Policies"), "ticket-percent", "p", "policies.view"),
        ),
    ),
    Section(
        _("Customers and tiers"),
        (
            Entry("customer-list", _("Customers"), "users", "c", "customers.see_customers"),
            Entry("group-list", _("Groups"), "bookmark", "r", "groups.view"),
            Entry("tier-structure", _("Tiers"), "layers", "s", "tiers.view"),
            Entry("scheme-list", _("Tier schemes"), "sliders-horizontal", "v", "schemes.view"),
        ),
    ),
    Section(
        _("Insight"),
        (
            Entry("report-home", _("Reports"), "chart-column", "e", "reports.view"),
            Entry("health", _("Health"), "heart-pulse", "h", "health.view"),
        ),
    ),
)

# What stands at the foot of a phone, as far as the user may open it: the work of the day first.
BAR_FIRST = ("task-list", "overview", "warning-list", "customer-list", "campaign-list", "group-list")


def find_navigation(request: HttpRequest, *, counts: Mapping[str, int] | None = None) -> Navigation:
    """The entries this user may open; the one above the current page is marked, and what waits is counted."""
    sections = [
        LinkSection(heading=str(section.heading or ""), links=links)
        for section in SECTIONS
        if (
            links := [
                _link(entry, request, counts or {}) for entry in section.entries if _may_open(entry, request)
            ]
        )
    ]
    bar, beyond_bar = _fill_bar([link for section in sections for link in section.links])
    return Navigation(sections=sections, bar=bar, beyond_bar=beyond_bar)


def _may_open(entry: Entry, request: HttpRequest) -> bool:
    return request.user.has_perm(entry.permission)


def _link(entry: Entry, request: HttpRequest, counts: Mapping[str, int]) -> Link:
    address = reverse(entry.url_name)
    return Link(
        url_name=entry.url_name,
        address=address,
        label=str(entry.label),
        icon=entry.icon,
        key=entry.key,
        is_current=request.path.startswith(address),
        count=counts.get(entry.url_name, 0),
    )


def _fill_bar(links: list[Link]) -> tuple[list[Link], list[Link]]:
    """The work of the day first; when not all fit, one slot is for "More" and the rest go behind it."""
    firsts = [link for name in BAR_FIRST for link in links if link.url_name == name]
    ordered = firsts + [link for link in links if link not in firsts]
    shown = BAR_SLOTS if len(links) <= BAR_SLOTS else BAR_SLOTS - 1
    return ordered[:shown], [link for link in links if link not in ordered[:shown]]
