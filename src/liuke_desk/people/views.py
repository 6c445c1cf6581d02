"""Signing in and out, one's own password, one's own preferences."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from liuke_desk.bridge import clock
from liuke_desk.people import services
from liuke_desk.people.forms import NewPasswordForm, PreferencesForm, SignInForm
from liuke_desk.people.preferences import keep_in_cookies


class SignIn(LoginView):
    http_method_names = ["get", "head", "post", "options"]  # a PUT would be taken for a POST
    form_class = SignInForm
    template_name = "people/signin.html"
    redirect_authenticated_user = True

    def form_valid(self, form: SignInForm) -> HttpResponse:
        response = super().form_valid(form)
        services.note_sign_in(user=form.get_user(), at=clock.now())
        return response


class SignOut(LogoutView):
    http_method_names = ["post", "options"]


def show_lockout(request: HttpRequest, credentials: Any = None, *args: Any, **kwargs: Any) -> HttpResponse:
    """Too many wrong passwords: the door stays shut for a while, and says for how long."""
    return render(request, "people/locked_out.html", status=429)


@login_required
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """One's own new password; whoever came with a one-time password must pass here."""
    form = NewPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = services.change_password(
            user=request.user, password=form.cleaned_data["new_password1"], at=clock.now()
        )
        update_session_auth_hash(request, user)
        messages.success(request, _("Your password is changed."))
        return redirect("home")
    return render(
        request, "people/password.html", {"form": form, "forced": request.user.must_change_password}
    )


@require_POST
def keep_preferences(request: HttpRequest) -> HttpResponse:
    """Language, theme and type size, for a user or in a visitor's cookies."""
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest(form.errors.as_text())
    sent = {name: value for name, value in form.cleaned_data.items() if value not in (None, "")}
    preferences = replace(request.preferences, **sent)
    if request.user.is_authenticated:
        services.keep_preferences(user=request.user, preferences=preferences)
    response = redirect(find_way_back(request))
    keep_in_cookies(response, preferences)
    return response


def find_way_back(request: HttpRequest) -> str:
    """The page the form was sent from, when it is ours."""
    sent = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        sent, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return sent if ours else "home"
