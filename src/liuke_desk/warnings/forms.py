"""Which list, and which of its customers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from liuke_desk.customers.forms import CustomerFilter
from liuke_desk.customers.models import LeaveKind
from liuke_desk.ui.strict_forms import StrictForm
from liuke_desk.warnings.models import WarningList
from liuke_desk.warnings.words import CHANGE_WORDS, WHY_WORDS

KINDS = ("listed", "departed")


class SpanFilter(CustomerFilter):
    """A list by its day, and whose customers."""

    on = forms.ChoiceField(label=_("List of"), required=False)
    field_order = ["on", "unit", "tier", "mine"]

    def __init__(self, *args: Any, days: list[Any], warning_list: WarningList, **kwargs: Any):
        # A list names its tiers as a publication does: those of its day.
        super().__init__(*args, publication=warning_list, **kwargs)
        self.fields["on"].choices = [(day.isoformat(), day.isoformat()) for day in days]


class ListedFilter(SpanFilter):
    """Customers on a list: how they would leave, who owns them, what changed."""

    kind = forms.ChoiceField(
        label=_("Way of leaving"), required=False, choices=[("", _("Any")), *LeaveKind.choices]
    )
    manager = forms.ChoiceField(label=_("Manager"), required=False)
    change = forms.ChoiceField(
        label=_("What changed"), required=False, choices=[("", _("Any")), *CHANGE_WORDS.items()]
    )
    field_order = ["on", "unit", "manager", "tier", "kind", "change", "mine"]

    def __init__(self, *args: Any, managers: list[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        nobody = [("-", _("Nobody"))]
        named = [(manager_id, name or manager_id) for manager_id, name in managers]
        self.fields["manager"].choices = [("", _("Anybody")), *nobody, *named]


class DepartedFilter(SpanFilter):
    """Customers of the list before who are not on this one."""

    why = forms.ChoiceField(label=_("Why gone"), required=False, choices=[("", _("Any")), *WHY_WORDS.items()])
    field_order = ["on", "unit", "tier", "why", "mine"]


class KeepForm(StrictForm):
    """Which rows to keep as a group; without a name they are called by what they were chosen by."""

    name = forms.CharField(label=_("Name of the group"), max_length=80, strip=True, required=False)
    list = forms.ChoiceField(choices=[(kind, kind) for kind in KINDS], widget=forms.HiddenInput)
    asked = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, auto_id="group_%s", **kwargs)
