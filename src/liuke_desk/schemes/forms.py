"""What people may send about drafts: the numbers and words of a declaration, or its whole text."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from liuke_desk.schemes.comparison import say_number, say_percent
from liuke_desk.schemes.declarations import Declared
from liuke_desk.schemes.fields import Field, follow_edges, list_fields
from liuke_desk.schemes.toml_places import Path, change_values
from liuke_desk.schemes.words import DOWNGRADE_WORDS
from liuke_desk.ui.strict_forms import StrictForm

LONGEST_TEXT = 200_000
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
LARGEST = Decimal(10) ** 13  # what floating numbers still tell apart to the fen
DECIMALS, DIGITS = 9, 16


class NumberField(forms.Field):
    """A number as people write it: 80,000 or 0.5; whole ones stay whole."""

    default_error_messages = {
        "number": _("Write a number, such as 1,200 or 0.5."),
        "large": _("This number is too large or has too many decimals."),
    }

    def to_python(self, value: Any) -> Decimal | int | None:
        text = re.sub(r"[,，\s_]", "", str(value or ""))
        return self.read(text.replace("．", ".").replace("−", "-")) if text else None

    def read(self, text: str) -> Decimal | int:
        try:
            number = Decimal(text.removesuffix("%"))
        except InvalidOperation:
            raise forms.ValidationError(self.error_messages["number"], code="number") from None
        if not number.is_finite():
            raise forms.ValidationError(self.error_messages["number"], code="number")
        if abs(number) > LARGEST or number.adjusted() < -DECIMALS or len(number.as_tuple().digits) > DIGITS:
            raise forms.ValidationError(self.error_messages["large"], code="large")
        return shorten(number)


class PercentField(NumberField):
    """A share written as percent: 19, 19% or 0.5."""

    def read(self, text: str) -> Decimal | int:
        return shorten(Decimal(super().read(text)) / 100)


def shorten(number: Decimal) -> Decimal | int:
    """A whole number as such, any other without noughts at its end."""
    return int(number) if number == number.to_integral_value() else Decimal(f"{number.normalize():f}")


class WordsField(forms.CharField):
    """Words in one line, without the characters that no TOML text may hold."""

    def to_python(self, value: Any) -> str:
        return _CONTROLS.sub(" ", str(super().to_python(value)))


class EditForm(StrictForm):
    """What any way of editing a draft sends beside the text itself."""

    revision = forms.CharField(widget=forms.HiddenInput, max_length=64)
    examples = forms.BooleanField(label=_("Let the examples say the tiers they now get"), required=False)


class NumbersForm(EditForm):
    """The numbers and words of one declaration; a field that it does not have is refused."""

    def __init__(self, *args: Any, declared: Declared, revision: str, **kwargs: Any):
        super().__init__(*args, auto_id="id_%s", **kwargs)
        self.declared = declared
        self.asked = list_fields(declared)
        self.fields["revision"].initial = revision
        for each in self.asked:
            if each.follows is None:
                self.fields[each.name] = _make_field(each)

    def changes(self) -> dict[Path, Any]:
        """What differs from the declaration, with the ends that move with moved edges; valid fields only."""
        told = {
            each.path: self.cleaned_data[each.name]
            for each in self.asked
            if each.name in self.cleaned_data and _differs(each, self.cleaned_data[each.name])
        }
        return follow_edges(self.declared, told)

    def apply(self, text: str) -> str:
        return change_values(text, self.changes())


class TextForm(EditForm):
    """The whole declaration as TOML."""

    text = forms.CharField(
        label=_("Declaration (TOML)"),
        strip=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false", "class": "toml"}),
    )

    def clean_text(self) -> str:
        return self.cleaned_data["text"].replace("\r\n", "\n").replace("\r", "\n")


class SubmitForm(StrictForm):
    """What the change is for, said to whoever decides."""

    note = WordsField(label=_("What it is for"), max_length=500)
    revision = forms.CharField(widget=forms.HiddenInput, max_length=64)


class DecideForm(StrictForm):
    """The decision on the text that was read: another one is not decided by it."""

    note = WordsField(label=_("Note"), max_length=500)
    revision = forms.CharField(widget=forms.HiddenInput, max_length=64)


class GroupForm(StrictForm):
    """Movers kept as a group of customers."""

    name = WordsField(label=_("Name of the group"), max_length=120)
    move = forms.ChoiceField(choices=[("", ""), ("up", "up"), ("down", "down")], required=False)


def _make_field(each: Field) -> forms.Field:
    common: dict[str, Any] = {"label": each.label, "initial": _show(each)}
    describes = {"aria-describedby": f"fault-{each.key}"}
    match each.kind:
        case "number" | "percent":
            widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", **describes})
            kind = PercentField if each.kind == "percent" else NumberField
            return kind(**common, widget=widget)
        case "days":
            widget = forms.NumberInput(attrs=describes)
            return forms.IntegerField(**common, min_value=0, max_value=36_500, widget=widget)
        case "date":
            widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **describes})
            return forms.DateField(**common, widget=widget)
        case "colour":
            widget = forms.TextInput(attrs={"type": "color", **describes})
            lowered = RegexValidator(r"^#[0-9a-fA-F]{6}$")
            return forms.CharField(**common, max_length=7, validators=[lowered], widget=widget)
        case "choice":
            return forms.ChoiceField(
                **common, choices=list(DOWNGRADE_WORDS.items()), widget=forms.Select(attrs=describes)
            )
        case _:
            return WordsField(**common, max_length=400, widget=forms.TextInput(attrs=describes))


def _show(each: Field) -> Any:
    if each.kind == "percent":
        return say_percent(each.value).removesuffix("%")
    return say_number(each.value) if each.kind == "number" else each.value


def _differs(each: Field, sent: Any) -> bool:
    if each.kind in ("number", "percent"):
        return Decimal(str(each.value)) != Decimal(sent)
    if isinstance(each.value, date):
        return each.value != sent
    return bool(str(each.value) != str(sent))
