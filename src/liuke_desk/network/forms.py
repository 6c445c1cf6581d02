"""Which matches and dealers, and what people decide about them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from liuke_desk.customers.forms import list_unit_choices
from liuke_desk.network.states import CaseState, Verdict
from liuke_desk.network.words import STATE_WORDS, VERDICT_WORDS
from liuke_desk.people.models import Unit
from liuke_desk.ui.strict_forms import StrictForm


class UnitFilter(forms.Form):
    unit = forms.ChoiceField(label=_("Unit"), required=False)

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any):
        super().__init__(*args, auto_id="filter_%s", **kwargs)
        self.fields["unit"].choices = [("", _("All units")), *list_unit_choices(units)]


class MatchFilter(UnitFilter):
    verdict = forms.ChoiceField(
        label=_("Same or another"), required=False, choices=[("", _("Any")), *VERDICT_WORDS.items()]
    )
    min_p = forms.IntegerField(label=_("Probability from (%)"), required=False, min_value=0, max_value=100)


class DealerFilter(UnitFilter):
    state = forms.ChoiceField(
        label=_("State of the audit"), required=False, choices=[("", _("Any")), *STATE_WORDS.items()]
    )
    flagged = forms.BooleanField(label=_("Flagged only"), required=False)


class VerdictForm(StrictForm):
    """Whether a newcomer is the customer who had left."""

    customer_id = forms.CharField(max_length=64, widget=forms.HiddenInput)
    former_id = forms.CharField(max_length=64, widget=forms.HiddenInput)
    verdict = forms.ChoiceField(choices=[(each.value, each.value) for each in Verdict])
    note = forms.CharField(required=False, max_length=500, strip=True)


class DecisionForm(StrictForm):
    """A note for a dealer's file, and where the audit stands with it."""

    state = forms.ChoiceField(
        label=_("State of the audit"), choices=[(each.value, STATE_WORDS[each]) for each in CaseState]
    )
    note = forms.CharField(
        label=_("Note"), max_length=2000, strip=True, widget=forms.Textarea(attrs={"rows": 3})
    )


class KeepForm(StrictForm):
    name = forms.CharField(max_length=80, required=False, strip=True)
    asked = forms.CharField(required=False, max_length=2000)
