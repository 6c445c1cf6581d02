"""What a page may load and run: own files only, nothing written into the page itself."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # small pictures inside the style sheets
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


class ContentSecurityMiddleware:
    """Puts the policy on every answer, and keeps pages about customers out of the browser's cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Content-Security-Policy"] = POLICY
        response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        # Several people share a machine at a counter; "back" after signing out must show nothing.
        if hasattr(request, "user") and request.user.is_authenticated:
            response["Cache-Control"] = "private, no-store"
        return response
