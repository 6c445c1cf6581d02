"""Pages for what went wrong, in the frame of the workbench."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def show_forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "ui/forbidden.html", status=403)


def show_stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the token of this session: sent by another site, or opened before signing in anew."""
    return render(request, "ui/stale_form.html", status=403)


def show_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "ui/not_found.html", status=404)


def show_failure(request: HttpRequest) -> HttpResponse:
    """Without context: what failed may have been the frame itself."""
    return render(None, "ui/failure.html", status=500)
