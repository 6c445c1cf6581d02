"""What every page shows around its content: navigation, the company's day, whether it is simulated."""

from typing import Any

from django.http import HttpRequest

from liuke_desk.bridge import workspace
from liuke_desk.config.navigation import find_navigation
from liuke_desk.customers.selectors import find_publication


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """`frame` and `preferences` for the templates; nothing of the company before sign-in."""
    frame: dict[str, Any] = {
        "version": workspace.version(),
        "is_simulated": workspace.is_simulated(),
        "currency": workspace.currency(),
    }
    if request.user.is_authenticated:
        publication = find_publication(request)
        frame |= {
            "navigation": find_navigation(request),
            "publication": publication,
            "as_of": publication.as_of if publication else None,
            "tiers": {each["tier"]: each for each in publication.tiers} if publication else {},
        }
    return {"frame": frame, "preferences": request.preferences}
