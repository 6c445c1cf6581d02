"""What people call changes and causes."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liuke_desk.warnings.states import Change, Why

CHANGE_WORDS: Mapping[str, Promise] = {
    Change.FIRST: _("First list"),
    Change.NEW: _("New on the list"),
    Change.RISEN: _("Risk up"),
    Change.FALLEN: _("Risk down"),
    Change.STEADY: _("Risk as before"),
}
CHANGE_TAGS: Mapping[str, Promise] = {Change.NEW: _("New")}  # in a narrow column
CHANGE_COLOURS: Mapping[str, str] = {
    Change.FIRST: "grey",
    Change.NEW: "blue",
    Change.RISEN: "red",
    Change.FALLEN: "green",
    Change.STEADY: "grey",
}
WHY_WORDS: Mapping[str, Promise] = {
    Why.LEFT: _("Have left"),
    Why.KEPT: _("Contacted and kept"),
    Why.RISK_FELL: _("Risk fell"),
    Why.VALUE_FELL: _("Less value at stake"),
    Why.OVERTAKEN: _("Others have more at stake"),
    Why.UNKNOWN: _("Risk or value unknown now"),
    Why.ABSENT: _("Not in the data any more"),
}
WHY_NOTES: Mapping[str, Promise] = {
    Why.LEFT: _("The account is closed."),
    Why.KEPT: _("A task since the list before ended with the customer staying."),
    Why.RISK_FELL: _(
        "The probability of leaving is at least 5 points lower, and nobody kept them by a task."
    ),
    Why.VALUE_FELL: _("The risk is about the same; leaving would cost less."),
    Why.OVERTAKEN: _("About the same risk and value; others stand before them now."),
    Why.UNKNOWN: _("The cycle could not tell one of them; that is no sign of staying."),
    Why.ABSENT: _("The sources do not name the customer any more."),
}
