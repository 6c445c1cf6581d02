"""How lists of customers are narrowed, and what a hidden detail is asked for."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from liuke_desk.customers.models import CustomerMark, LeaveKind, Publication, Purpose
from liuke_desk.people.models import Unit
from liuke_desk.ui.strict_forms import StrictForm


class CustomerFilter(forms.Form):
    """Which customers: in which unit, of which tier, of which manager."""

    unit = forms.ChoiceField(label=_("Unit"), required=False)
    tier = forms.ChoiceField(label=_("Tier"), required=False)
    mine = forms.BooleanField(label=_("My customers only"), required=False)

    def __init__(
        self, *args: Any, publication: Publication | None, units: list[Unit], staff_id: str, **kwargs: Any
    ):
        super().__init__(*args, auto_id="filter_%s", **kwargs)
        self.fields["unit"].choices = [("", _("All units")), *list_unit_choices(units)]
        self.fields["tier"].choices = [("", _("All tiers")), *list_tier_choices(publication)]
        if not staff_id:
            del self.fields["mine"]


class WarningFilter(CustomerFilter):
    """Customers at risk: how they would leave, how likely within three months at least."""

    kind = forms.ChoiceField(
        label=_("Way of leaving"), required=False, choices=[("", _("Any")), *LeaveKind.choices]
    )
    min_p = forms.IntegerField(label=_("Risk from (%)"), required=False, min_value=0, max_value=100)
    field_order = ["unit", "tier", "kind", "min_p", "mine"]


class CustomerSearch(CustomerFilter):
    q = forms.CharField(
        label=_("Number, name or last 4 digits of the phone"), required=False, max_length=64, strip=True
    )
    field_order = ["q", "unit", "tier", "mine"]


class MarkForm(StrictForm):
    """A mark of a group; none takes back what stands."""

    group = forms.ChoiceField(choices=[(name, name) for name in CustomerMark.Group.values])
    mark = forms.CharField(max_length=40, required=False)


class RevealForm(StrictForm):
    """Without a purpose nothing is shown."""

    field = forms.ChoiceField(choices=[("phone", "phone"), ("id_number", "id_number")])
    purpose = forms.ChoiceField(choices=Purpose.choices)


def list_unit_choices(units: list[Unit]) -> list[tuple[str, str]]:
    """Units indented under those above them."""
    language = "en" if get_language() == "en" else "zh"
    if not units:
        return []
    top = min(unit.path.count("/") for unit in units)
    return [(unit.pk, "\u3000" * (unit.path.count("/") - top) + unit.say(language)) for unit in units]


def list_tier_choices(publication: Publication | None) -> list[tuple[str, str]]:
    language = "en" if get_language() == "en" else "zh"
    return [(each["tier"], each[language]) for each in publication.tiers] if publication else []
