"""How a person likes the pages: language, theme, type size."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from liuke_desk.people.models import Theme

LANGUAGES = tuple(code for code, _ in settings.LANGUAGES)
COOKIE_AGE_SECONDS = 365 * 24 * 60 * 60
PREFIX = "liuke_"


@dataclass(frozen=True, kw_only=True)
class Preferences:
    language: str
    theme: str = Theme.AUTO
    large_type: bool = False


def read_preferences(request: HttpRequest) -> Preferences:
    """The signed-in user's, else what a visitor's cookies say; unknown values are the defaults."""
    if request.user.is_authenticated:
        user = request.user
        return _checked(user.language, user.theme, user.large_type)
    cookies = request.COOKIES
    return _checked(
        cookies.get(f"{PREFIX}language", ""),
        cookies.get(f"{PREFIX}theme", ""),
        cookies.get(f"{PREFIX}large_type") == "1",
    )


def keep_in_cookies(response: HttpResponse, preferences: Preferences) -> None:
    """Remember a choice for the pages before sign-in."""
    values = {
        "language": preferences.language,
        "theme": preferences.theme,
        "large_type": "1" if preferences.large_type else "0",
    }
    for name, value in values.items():
        response.set_cookie(
            PREFIX + name,
            value,
            max_age=COOKIE_AGE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )


def _checked(language: str, theme: str, large_type: bool) -> Preferences:
    return Preferences(
        language=language if language in LANGUAGES else settings.LANGUAGE_CODE,
        theme=theme if theme in Theme.values else Theme.AUTO,
        large_type=large_type,
    )
