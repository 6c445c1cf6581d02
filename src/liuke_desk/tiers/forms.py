"""What is asked of tiers, and what people decide about them by hand."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from liuke_desk.customers.forms import list_unit_choices
from liuke_desk.customers.models import Publication
from liuke_desk.groups.forms import NameForm
from liuke_desk.people.models import Unit
from liuke_desk.tiers.models import HouseholdEdit
from liuke_desk.tiers.structure import UNRATED
from liuke_desk.ui.strict_forms import StrictForm

USUAL_DAYS = 92


class TierForm(forms.Form):
    """Which scheme, of which unit; what is not said is filled in."""

    scheme = forms.ChoiceField(label=_("Scheme"))
    unit = forms.ChoiceField(label=_("Unit"), required=False)

    def __init__(
        self, asked: Mapping[str, str], *, publication: Publication, units: list[Unit], **filled: str
    ):
        schemes = list_scheme_choices(publication)
        filled |= {"scheme": schemes[0][0] if schemes else "", "unit": ""}
        super().__init__(filled | {name: asked[name] for name in asked}, auto_id="filter_%s")
        self.fields["scheme"].choices = schemes
        self.fields["unit"].choices = [("", _("All units")), *list_unit_choices(units)]


class SpanForm(TierForm):
    """The same between two cycles; the last two unless others are said."""

    since = forms.TypedChoiceField(label=_("From"), coerce=date.fromisoformat)
    until = forms.TypedChoiceField(label=_("To"), coerce=date.fromisoformat)

    def __init__(self, asked: Mapping[str, str], *, days: list[date], **kwargs: Any):
        since, until = (day.isoformat() for day in days[-2:])
        super().__init__(asked, **kwargs, since=since, until=until)
        choices = [(day.isoformat(), day.isoformat()) for day in reversed(days)]
        self.fields["since"].choices = self.fields["until"].choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and not since < until:
            raise forms.ValidationError(_("Choose an earlier day to compare with."))
        return cleaned


class CellForm(SpanForm):
    """One move between two cycles: empty before stands for the new, empty after for the lost."""

    before = forms.CharField(required=False, max_length=64)
    after = forms.CharField(required=False, max_length=64)

    def __init__(self, asked: Mapping[str, str], **kwargs: Any):
        super().__init__(asked, before="", after="", **kwargs)


class CellGroupForm(CellForm, NameForm):
    """A name for the customers who made a move."""


class OverrideForm(StrictForm):
    """Another tier for a customer: which, why, how long."""

    place = forms.ChoiceField(label=_("Tier"))
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    begins_on = forms.DateField(label=_("First day"))
    last_on = forms.DateField(label=_("Last day"))

    def __init__(self, *args: Any, publication: Publication, on: date, **kwargs: Any):
        super().__init__(*args, auto_id="override_%s", **kwargs)
        self.fields["place"].choices = list_place_choices(publication)
        for name, day in (("begins_on", on), ("last_on", on + timedelta(days=USUAL_DAYS - 1))):
            self.fields[name].widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
            self.fields[name].initial = day

    def terms(self) -> dict[str, Any]:
        """The request as the service wants it: its end is exclusive."""
        sent = self.cleaned_data
        scheme, _colon, tier = sent["place"].rpartition(":")
        ends_on = sent["last_on"] + timedelta(days=1)
        return {
            "scheme": scheme,
            "tier": tier,
            "reason": sent["reason"],
            "begins_on": sent["begins_on"],
            "ends_on": ends_on,
        }


class HouseholdForm(StrictForm):
    """Who shares a home and who does not; nobody named: out of every household."""

    other_id = forms.CharField(required=False, max_length=64)
    action = forms.ChoiceField(choices=HouseholdEdit.Action.choices, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=500)


class JoinForm(HouseholdForm):
    """The customer to be of one household with, by number."""

    title, icon = _("Join with another customer"), "link"
    other_id = forms.CharField(label=_("Customer number of the other"), max_length=64)

    def __init__(self) -> None:
        super().__init__(initial={"action": HouseholdEdit.Action.JOIN}, auto_id="join_%s")


class SeparateForm(HouseholdForm):
    """The member to be parted from, or nobody."""

    title, icon = _("Separate"), "unlink"
    other_id = forms.ChoiceField(label=_("From whom"), required=False)

    def __init__(self, members: Iterable[tuple[str, str]]):
        members = list(members)
        first = {"other_id": members[0][0], "action": HouseholdEdit.Action.SEPARATE}
        super().__init__(initial=first, auto_id="separate_%s")
        self.fields["other_id"].choices = [*members, ("", _("All: out of every household"))]


def list_scheme_choices(publication: Publication) -> list[tuple[str, str]]:
    return [(each["scheme"], each[_language()]) for each in publication.schemes]


def list_place_choices(publication: Publication) -> list[tuple[str, list[tuple[str, str]]]]:
    """Tiers under their schemes; nobody is made unrated by hand."""
    return [
        (scheme[_language()], list(_list_places(scheme["scheme"], scheme["tiers"])))
        for scheme in publication.schemes
    ]


def _list_places(scheme: str, tiers: Iterable[dict[str, str]]) -> Iterable[tuple[str, str]]:
    return ((f"{scheme}:{each['tier']}", each[_language()]) for each in tiers if each["tier"] != UNRATED)


def _language() -> str:
    return "en" if get_language() == "en" else "zh"
