"""What is asked of reports."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from liuke_desk.bridge import reports as warehouse
from liuke_desk.customers.forms import list_unit_choices
from liuke_desk.groups.forms import NameForm
from liuke_desk.people.models import Unit

BY_UNIT = "unit"


class ReportForm(forms.Form):
    """Which report, of which unit, month and dimension, in customers or in money; the rest is filled in."""

    report = forms.ChoiceField(widget=forms.HiddenInput)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    month = forms.TypedChoiceField(
        label=_("Month"),
        coerce=lambda text: date.fromisoformat(f"{text}-01"),
        required=False,
        empty_value=None,
    )
    by = forms.ChoiceField(label=_("Split by"), required=False)
    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("count", _("Customers")), ("value", _("Monthly margin"))],
    )

    def __init__(
        self, asked: Mapping[str, str], *, frame: Mapping[str, Any], units: list[Unit], **filled: str
    ):
        names = [each["name"] for each in warehouse.describe_reports()]
        report = asked.get("report", names[0])
        months = warehouse.list_report_months(frame, report if report in names else names[0])
        filled = {"report": names[0], "unit": "", "by": BY_UNIT, "show": "count", **filled}
        super().__init__(
            filled | {"month": _latest(months)} | {name: asked[name] for name in asked}, auto_id="filter_%s"
        )
        self.fields["report"].choices = [(name, name) for name in names]
        self.fields["unit"].choices = [("", _("All units")), *list_unit_choices(units)]
        told = [write_month(each["month"]) for each in reversed(months)]
        self.fields["month"].choices = [(month, month) for month in told]
        self.fields["by"].choices = [(BY_UNIT, _("Unit")), *_list_dimensions(frame)]

    def clean_by(self) -> str:
        return self.cleaned_data["by"] or BY_UNIT

    def clean_show(self) -> str:
        return self.cleaned_data["show"] or "count"


class DrillForm(ReportForm):
    """One figure: "lost" or "lost:dormant" of one member; only: of the unit without those below it."""

    figure = forms.CharField(max_length=120)
    member = forms.CharField(required=False, max_length=200, strip=False)
    only = forms.BooleanField(required=False)

    def __init__(self, asked: Mapping[str, str], **kwargs: Any):
        super().__init__(asked, **kwargs, member="", only="")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        measure, colon, kind = cleaned.get("figure", "").partition(":")
        if "report" in cleaned and measure not in warehouse.list_measures(cleaned["report"]):
            raise forms.ValidationError(_("This report has no such figure."))
        return cleaned | {"measure": measure, "kind": kind if colon else None}


class DrillGroupForm(DrillForm, NameForm):
    """A name for the customers behind one figure."""


def _latest(months: list[dict[str, Any]]) -> str:
    """The last month that is over, else the last."""
    over = [each for each in months if each["is_over"]] or months
    return write_month(over[-1]["month"]) if over else ""


def write_month(month: date) -> str:
    """A month as addresses and pages have it: 2026-03."""
    return f"{month:%Y-%m}"


def _list_dimensions(frame: Mapping[str, Any]) -> list[tuple[str, str]]:
    language = "en" if get_language() == "en" else "zh"
    return [
        (each["name"], each[language][:1].upper() + each[language][1:])
        for each in warehouse.describe_dimensions(frame)
    ]
