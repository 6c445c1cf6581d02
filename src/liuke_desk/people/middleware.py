"""What a request knows of its person: words and looks, whether the password is their own, which rows."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django_scopes import scope

from liuke_desk.people.preferences import read_preferences
from liuke_desk.people.selectors import scope_of

Respond = Callable[[HttpRequest], HttpResponse]


class PreferencesMiddleware:
    """Language, theme and type size: the user's own, a visitor's cookies, else the company's."""

    def __init__(self, get_response: Respond):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.preferences = read_preferences(request)
        with translation.override(request.preferences.language):
            request.LANGUAGE_CODE = request.preferences.language
            response = self.get_response(request)
            response["Content-Language"] = request.preferences.language
            return response


class FirstPasswordMiddleware:
    """A one-time password opens nothing but the page where it is changed."""

    ALLOWED = ("password-change", "signout", "preferences")

    def __init__(self, get_response: Respond):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and user.must_change_password:
            allowed = {reverse(name) for name in self.ALLOWED}
            if request.path not in allowed:
                return redirect("password-change")
        return self.get_response(request)


class ScopeMiddleware:
    """Opens the scope of the user's units. Without a user no scope is open, and scoped tables refuse."""

    def __init__(self, get_response: Respond):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        with scope(unit=scope_of(request.user)):
            return self.get_response(request)
