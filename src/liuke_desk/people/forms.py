"""What people may send about themselves."""

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.utils.translation import gettext_lazy as _

from liuke_desk.people.models import Theme
from liuke_desk.ui.strict_forms import StrictForm


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _(
            "User name and password do not match. Both mind upper and lower case; "
            "after five wrong tries the door stays shut for 15 minutes."
        ),
        "inactive": _("This account is closed. Ask your administrator."),
    }


class NewPasswordForm(SetPasswordForm):
    old_password = forms.CharField(
        label=_("Current password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    field_order = ["old_password", "new_password1", "new_password2"]

    def clean_old_password(self) -> str:
        given = self.cleaned_data["old_password"]
        if not self.user.check_password(given):
            raise forms.ValidationError(_("That is not your current password."))
        return given

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("new_password1") and cleaned.get("new_password1") == cleaned.get("old_password"):
            self.add_error("new_password1", _("The new password must differ from the current one."))
        return cleaned


class PreferencesForm(StrictForm):
    """Any one of the three; what is not sent stays as it is."""

    language = forms.ChoiceField(choices=settings.LANGUAGES, required=False)
    theme = forms.ChoiceField(choices=Theme.choices, required=False)
    large_type = forms.TypedChoiceField(
        choices=[("on", "on"), ("off", "off")],
        coerce=lambda sent: sent == "on",
        empty_value=None,
        required=False,
    )
