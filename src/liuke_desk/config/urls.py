"""Every address of the workbench."""

from django.urls import include, path

from liuke_desk.config.home import show_home

urlpatterns = [
    path("", show_home, name="home"),
    # Foundation.
    path("", include("liuke_desk.people.urls")),
    path("", include("liuke_desk.customers.urls")),
    # Groups and tiers.
    path("", include("liuke_desk.groups.urls")),
    path("", include("liuke_desk.tiers.urls")),
    path("", include("liuke_desk.schemes.urls")),
    path("", include("liuke_desk.reports.urls")),
    path("", include("liuke_desk.health.urls")),
    # Retention work: policies, campaigns, contact, effects.
    path("", include("liuke_desk.policies.urls")),
    path("", include("liuke_desk.campaigns.urls")),
    path("", include("liuke_desk.contact.urls")),
    path("", include("liuke_desk.effects.urls")),
    # Early-warning lists, re-entry and dealers.
    path("", include("liuke_desk.warnings.urls")),
    path("", include("liuke_desk.network.urls")),
]

handler403 = "liuke_desk.ui.views.show_forbidden"
handler404 = "liuke_desk.ui.views.show_not_found"
handler500 = "liuke_desk.ui.views.show_failure"
