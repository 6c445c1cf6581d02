"""What an effect says, in honest words: a verdict only where the interval allows one."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Verdict(StrEnum):
    NOT_OVER = "not_over"  # the horizon ends later than what is known
    TOO_FEW = "too_few"  # no interval can be made
    FEWER_LEFT = "fewer_left"  # the whole interval is below nought
    MORE_LEFT = "more_left"  # the whole interval is above nought
    NOT_CLEAR = "not_clear"  # the interval holds nought


VERDICT_WORDS: Mapping[str, Promise] = {
    Verdict.NOT_OVER: _("Not over yet"),
    Verdict.TOO_FEW: _("Too few yet"),
    Verdict.FEWER_LEFT: _("Fewer treated customers left"),
    Verdict.MORE_LEFT: _("More treated customers left"),
    Verdict.NOT_CLEAR: _("No difference shown yet"),
}

VERDICT_NOTES: Mapping[str, Promise] = {
    Verdict.FEWER_LEFT: _("The whole interval lies below nought: the campaign kept customers."),
    Verdict.MORE_LEFT: _(
        "The whole interval lies above nought: the campaign did harm. Look at it before it goes on."
    ),
    Verdict.NOT_CLEAR: _(
        "The interval holds nought: the data agree with an effect and with none. That is not proof of none."
    ),
}


@dataclass(frozen=True)
class Reading:
    """One horizon as people read it; money and customers saved are positive when kept."""

    figures: Mapping[str, Any]
    verdict: Verdict

    @property
    def words(self) -> Promise:
        return VERDICT_WORDS[self.verdict]

    @property
    def note(self) -> Promise | str:
        return VERDICT_NOTES.get(self.verdict, "")

    @property
    def has_interval(self) -> bool:
        return self.verdict not in (Verdict.NOT_OVER, Verdict.TOO_FEW)

    @property
    def saved_customers(self) -> tuple[float, float, float] | None:
        """Treated customers who would have left otherwise: estimate, low, high."""
        return _saved(self.figures["leaving"], self.figures["treated"]) if self.has_interval else None

    @property
    def saved_fen(self) -> tuple[float, float, float] | None:
        """Value at stake of these customers; None where no interval can be made or a value is unknown."""
        if not self.has_interval or self.figures["value_unknown"] or self.figures["value"]["why_empty"]:
            return None
        return _saved(self.figures["value"], self.figures["treated"])


def read_effect(figures: Mapping[str, Any]) -> Reading:
    """The verdict that one horizon's figures allow."""
    return Reading(figures, _judge(figures))


def _judge(figures: Mapping[str, Any]) -> Verdict:
    if not figures["is_over"]:
        return Verdict.NOT_OVER
    leaving = figures["leaving"]
    if leaving["why_empty"] or leaving["low"] is None:
        return Verdict.TOO_FEW
    if leaving["high"] < 0:
        return Verdict.FEWER_LEFT
    return Verdict.MORE_LEFT if leaving["low"] > 0 else Verdict.NOT_CLEAR


def _saved(difference: Mapping[str, float], treated: int) -> tuple[float, float, float]:
    """A difference for each customer, treated less held out, as a sum kept among the treated."""
    return (
        -difference["estimate"] * treated,
        -difference["high"] * treated,
        -difference["low"] * treated,
    )
