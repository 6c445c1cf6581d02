"""What every page shows around its content: navigation, the company's day, whether it is simulated."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from liuke_desk.bridge import workspace
from liuke_desk.config.home import find_start
from liuke_desk.config.navigation import find_navigation
from liuke_desk.customers.selectors import find_publication
from liuke_desk.people.models import Role
from liuke_desk.ui.noticing import Told


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """`frame` and `preferences` for the templates; nothing of the company before sign-in."""
    frame: dict[str, Any] = {
        "version": workspace.version(),
        "is_simulated": workspace.is_simulated(),
        "currency": workspace.currency(),
    }
    if request.user.is_authenticated:
        publication = find_publication(request)
        told = list_told(request)
        is_home = request.path == find_start(Role(request.user.role))
        frame |= {
            "navigation": find_navigation(request, counts={each.url_name: each.count for each in told}),
            "told": told if is_home else [],
            "publication": publication,
            "as_of": publication.as_of if publication else None,
            "tiers": {each["tier"]: each for each in publication.tiers} if publication else {},
        }
    return {"frame": frame, "preferences": request.preferences}


def list_told(request: HttpRequest) -> list[Told]:
    """What other rooms tell this person until they looked; asked once for all parts of a page."""
    if not hasattr(request, "_told"):
        found = (import_string(name)(request) for name in settings.NOTICES)
        request._told = [told for told in found if told is not None]
    return request._told
