"""What a record of one attempt must hold. Every rule is asked; the agent gets all reasons at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_noop as _

from liuke_desk.contact.codes import REACHED, Channel, Feedback, Outcome

CALLBACK_WITHIN_DAYS = 31  # a promise further away is forgotten; the next cycle will know better
IMPORTANCES = (1, 2, 3)


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One attempt as the agent tells it, on a day."""

    on: date
    channel: Channel
    outcome: Outcome
    callback_on: date | None = None
    feedback: Feedback | None = None
    importance: int | None = None
    competitor: str = ""
    note: str = ""


@dataclass(frozen=True)
class Missing:
    """A refusal tied to the field that mends it."""

    field: str
    msgid: str


Rule = Callable[[Attempt], Missing | None]


def callback_has_a_day(attempt: Attempt) -> Missing | None:
    if attempt.outcome is not Outcome.CALLBACK:
        if attempt.callback_on is None:
            return None
        return Missing("callback_on", _("Only a callback has a day; choose the outcome “Call back”."))
    if attempt.callback_on is None:
        return Missing("callback_on", _("Say on which day to call back."))
    latest_on = attempt.on + timedelta(days=CALLBACK_WITHIN_DAYS)
    if attempt.on <= attempt.callback_on <= latest_on:
        return None
    return Missing("callback_on", _("A callback is today or within the next 31 days."))


def a_no_has_a_reason(attempt: Attempt) -> Missing | None:
    if attempt.outcome in (Outcome.REACHED_REFUSED, Outcome.REACHED_LOST) and attempt.feedback is None:
        return Missing("feedback", _("Say why the customer says no: choose one feedback code."))
    return None


def nobody_reached_says_nothing(attempt: Attempt) -> Missing | None:
    if attempt.outcome is Outcome.UNREACHABLE and attempt.feedback is not None:
        return Missing("feedback", _("Nobody was reached, so there is no feedback; take the code away."))
    return None


def feedback_is_weighed(attempt: Attempt) -> Missing | None:
    if attempt.feedback is None or attempt.importance in IMPORTANCES:
        return None
    return Missing("importance", _("Say how much it matters to the customer: 1, 2 or 3."))


def competitor_is_named(attempt: Attempt) -> Missing | None:
    if attempt.feedback is Feedback.COMPETITOR and not attempt.competitor.strip():
        return Missing("competitor", _("Name the competitor."))
    if attempt.feedback is not Feedback.COMPETITOR and attempt.competitor.strip():
        return Missing("competitor", _("A competitor is named only with the feedback code “Competitor”."))
    return None


def other_is_explained(attempt: Attempt) -> Missing | None:
    if attempt.feedback is Feedback.OTHER and not attempt.note.strip():
        return Missing("note", _("“Other” needs a few words in the note."))
    return None


RULES: tuple[Rule, ...] = (
    callback_has_a_day,
    a_no_has_a_reason,
    nobody_reached_says_nothing,
    feedback_is_weighed,
    competitor_is_named,
    other_is_explained,
)


def refusals(attempt: Attempt) -> list[Missing]:
    """Everything that is wrong with the record; empty when it may be stored."""
    answers = (rule(attempt) for rule in RULES)
    return [answer for answer in answers if answer is not None]


def was_reached(outcome: Outcome) -> bool:
    """Whether somebody talked with the customer to an end."""
    return outcome in REACHED
