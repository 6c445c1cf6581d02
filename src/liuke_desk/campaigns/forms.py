"""What people may send about campaigns and tasks. A field nobody asked for is refused."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from liuke_desk.campaigns.filters import Filters, Terms
from liuke_desk.customers.forms import list_tier_choices, list_unit_choices
from liuke_desk.customers.models import LeaveKind, Publication
from liuke_desk.groups.models import Group
from liuke_desk.people.models import Unit, User
from liuke_desk.policies.models import Policy
from liuke_desk.ui.currencies import say_currency
from liuke_desk.ui.strict_forms import StrictForm

DUE_AFTER_DAYS = 30
DUE_AT_MOST_DAYS = 92
TOP_AT_MOST = 50_000  # the planner judges so many in about two seconds; more belong into a nightly plan


class CampaignForm(StrictForm):
    """Whom to look at, what to offer, what to spend, whom to leave alone."""

    title = forms.CharField(label=_("Name of the campaign"), max_length=120)
    units = forms.MultipleChoiceField(
        label=_("Units"), required=False, help_text=_("With all below them; none chosen: all you may see.")
    )
    groups = forms.MultipleChoiceField(
        label=_("Groups"), required=False, help_text=_("Customers of any of them; none chosen: everybody.")
    )
    tiers = forms.MultipleChoiceField(label=_("Tiers"), required=False, widget=forms.CheckboxSelectMultiple)
    leave_kinds = forms.MultipleChoiceField(
        label=_("Likely to leave"),
        required=False,
        choices=LeaveKind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    min_p_leave = forms.DecimalField(
        label=_("Probability of leaving at least, %"),
        min_value=0,
        max_value=100,
        decimal_places=1,
        initial=Decimal(10),
    )
    min_value_yuan = forms.DecimalField(min_value=0, max_value=10**12, decimal_places=2, initial=0)
    top = forms.IntegerField(
        label=_("At most so many, greatest expected loss first"),
        min_value=1,
        max_value=TOP_AT_MOST,
        initial=1000,
    )
    policies = forms.MultipleChoiceField(label=_("Policies"), widget=forms.CheckboxSelectMultiple)
    budget_yuan = forms.DecimalField(min_value=0, max_value=10**12, decimal_places=2, initial=Decimal(20000))
    max_contacts = forms.IntegerField(
        label=_("Customers at most"), required=False, min_value=1, max_value=10**7
    )
    hold_out_percent = forms.DecimalField(
        label=_("Hold-out, %"),
        min_value=0,
        max_value=Decimal("50"),
        decimal_places=1,
        initial=Decimal(10),
        help_text=_("Left alone at random; without them nobody can say what was saved."),
    )
    due_on = forms.DateField(
        label=_("To be done by"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    attempts_max = forms.IntegerField(label=_("Attempts at most"), min_value=1, max_value=9, initial=3)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    action = forms.ChoiceField(choices=[("preview", "preview"), ("save", "save")], initial="preview")

    def __init__(
        self,
        *args: Any,
        units: list[Unit],
        publication: Publication,
        policies: list[Policy],
        groups: list[Group],
        on: date,
        language: str,
        currency: str,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.on = on
        said = {"unit": say_currency(currency)}
        self.fields["min_value_yuan"].label = _now("Value at stake at least, %(unit)s") % said
        self.fields["budget_yuan"].label = _now("Budget, %(unit)s") % said
        self.fields["units"].choices = list_unit_choices(units)
        self.fields["units"].widget.attrs["size"] = 6
        self.fields["groups"].choices = [(group.pk, group.name) for group in groups]
        self.fields["groups"].widget.attrs["size"] = 4
        self.fields["tiers"].choices = list_tier_choices(publication)
        self.fields["policies"].choices = [(policy.name, policy.title(language)) for policy in policies]
        self.fields["policies"].initial = [policy.name for policy in policies]
        self.fields["due_on"].initial = on + timedelta(days=DUE_AFTER_DAYS)

    def clean_due_on(self) -> date:
        due_on = self.cleaned_data["due_on"]
        latest_on = self.on + timedelta(days=DUE_AT_MOST_DAYS)
        if not self.on <= due_on <= latest_on:
            raise forms.ValidationError(
                _now("Choose a day from %(first)s to %(last)s."),
                params={"first": self.on.isoformat(), "last": latest_on.isoformat()},
            )
        return due_on

    def filters(self) -> Filters:
        sent = self.cleaned_data
        return Filters(
            units=tuple(sorted(sent["units"])),
            tiers=tuple(sorted(sent["tiers"])),
            leave_kinds=tuple(sorted(sent["leave_kinds"])),
            min_p_leave=float(sent["min_p_leave"] / 100),
            min_value_fen=int(sent["min_value_yuan"] * 100),
            top=sent["top"],
            groups=tuple(sorted(int(group) for group in sent["groups"])),
        )

    def terms(self) -> Terms:
        sent = self.cleaned_data
        return Terms(
            policies=tuple(sorted(sent["policies"])),
            budget_fen=int(sent["budget_yuan"] * 100),
            max_contacts=sent["max_contacts"],
            hold_out_share=float(sent["hold_out_percent"] / 100),
        )


class ReassignForm(StrictForm):
    """Another agent for a task."""

    agent = forms.ModelChoiceField(label=_("Give to"), queryset=User.objects.none())

    def __init__(self, *args: Any, agents: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["agent"].queryset = agents
        self.fields["agent"].label_from_instance = lambda agent: agent.name


class PostponeForm(StrictForm):
    """A later day for a waiting task."""

    until = forms.DateField(
        label=_("Postpone to"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
