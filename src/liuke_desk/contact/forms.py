"""The record of one attempt as it is sent from the work page."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from liuke_desk.contact.codes import Channel, Feedback, Outcome
from liuke_desk.contact.rules import IMPORTANCES, Attempt, refusals
from liuke_desk.contact.words import CHANNEL_WORDS, FEEDBACK_WORDS, IMPORTANCE_WORDS, OUTCOME_WORDS
from liuke_desk.ui.strict_forms import StrictForm


class RecordForm(StrictForm):
    """Outcome and feedback by one key each; fields it does not know are refused."""

    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=[(c.value, CHANNEL_WORDS[c]) for c in Channel],
        initial=Channel.PHONE.value,
        widget=forms.RadioSelect,
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[(o.value, OUTCOME_WORDS[o]) for o in Outcome],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the outcome: a key from 1 to 5.")},
    )
    callback_on = forms.DateField(
        label=_("Call back on"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    feedback = forms.ChoiceField(
        label=_("What the customer said"),
        required=False,
        choices=[(f.value, FEEDBACK_WORDS[f]) for f in Feedback],
        widget=forms.RadioSelect,
    )
    importance = forms.TypedChoiceField(
        label=_("How much it matters"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[(i, IMPORTANCE_WORDS[i]) for i in IMPORTANCES],
        widget=forms.RadioSelect,
    )
    competitor = forms.CharField(label=_("Which competitor"), required=False, max_length=80)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    attempts_before = forms.IntegerField(min_value=0, max_value=1000, widget=forms.HiddenInput)
    then = forms.ChoiceField(choices=[("next", "next"), ("list", "list")], required=False)

    def __init__(self, *args: Any, on: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.on = on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors:
            for missing in refusals(self.attempt()):
                self.add_error(missing.field, _now(missing.msgid))
        return cleaned

    def attempt(self) -> Attempt:
        """What was sent, as a value the rules can judge."""
        sent = self.cleaned_data
        return Attempt(
            on=self.on,
            channel=Channel(sent["channel"]),
            outcome=Outcome(sent["outcome"]),
            callback_on=sent["callback_on"],
            feedback=Feedback(sent["feedback"]) if sent["feedback"] else None,
            importance=sent["importance"],
            competitor=sent["competitor"],
            note=sent["note"],
        )
