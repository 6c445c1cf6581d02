"""What people call verdicts and the states of an audit."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liuke_desk.network.states import CaseState, Verdict

VERDICT_WORDS: Mapping[str, Promise] = {
    Verdict.OPEN: _("Not looked at"),
    Verdict.CONFIRMED: _("Same person"),
    Verdict.REJECTED: _("Another person"),
}
VERDICT_COLOURS: Mapping[str, str] = {
    Verdict.OPEN: "grey",
    Verdict.CONFIRMED: "green",
    Verdict.REJECTED: "orange",
}
STATE_WORDS: Mapping[str, Promise] = {
    CaseState.OPEN: _("Audit open"),
    CaseState.CLEARED: _("Cleared"),
    CaseState.CONFIRMED: _("Gaming confirmed"),
}
STATE_COLOURS: Mapping[str, str] = {
    CaseState.OPEN: "grey",
    CaseState.CLEARED: "green",
    CaseState.CONFIRMED: "red",
}
TABLE_WORDS: Mapping[str, Promise] = {
    "accounts": _("accounts with their opening day"),
    "statuses": _("changes of status"),
    "circles": _("numbers that customers call"),
    "devices": _("devices that customers use"),
    "dealers": _("dealers with their assessment day"),
    "commissions": _("commissions paid"),
}
