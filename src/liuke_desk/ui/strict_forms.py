"""Forms that refuse what they did not ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

ALWAYS_SENT = frozenset({"csrfmiddlewaretoken", "next"})


class StrictForm(forms.Form):
    """A field that the form does not have is an error, not something to pass over."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        asked = {self.add_prefix(name) for name in self.fields}
        unknown = sorted(set(self.data) - asked - ALWAYS_SENT)
        if unknown:
            raise forms.ValidationError(
                _("These fields are not part of the form: %(names)s."), params={"names": ", ".join(unknown)}
            )
        return cleaned
