"""What every page shows around its content: navigation, the company's day, whether it is simulated."""

from typing import Any

from django.http import HttpRequest

from liuke_desk.bridge import workspace


def page_frame(request: HttpRequest) -> dict[str, Any]:
    return {"is_simulated": workspace.is_simulated()}
