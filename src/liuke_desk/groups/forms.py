"""What people send about groups."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from liuke_desk.customers.lists import LISTS
from liuke_desk.ui.strict_forms import StrictForm


class NameForm(StrictForm):
    """What a group is called."""

    name = forms.CharField(label=_("Name of the group"), max_length=80, strip=True)


class ListGroupForm(NameForm):
    """A name for the customers that a list shows; the list's own filter says which."""

    list = forms.ChoiceField(choices=[(name, name) for name in LISTS], widget=forms.HiddenInput)
    asked = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    def clean_asked(self) -> QueryDict:
        return QueryDict(self.cleaned_data["asked"])

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, auto_id="group_%s", **kwargs)
