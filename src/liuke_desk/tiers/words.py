"""What moves, states and reasons of tiers are called."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MOVE_WORDS: Mapping[str, Promise] = {
    "up": _("Up"),
    "down": _("Down"),
    "stay": _("Stayed"),
    "new": _("New or back"),
    "lost": _("Have left"),
}
MOVE_NOTES: Mapping[str, Promise] = {
    "up": _("into a better tier"),
    "down": _("into a lower tier"),
    "stay": _("in the same tier or its equal"),
    "new": _("not there before, or came back"),
    "lost": _("were there before"),
}
STATE_WORDS: Mapping[str, Promise] = {
    "REQUESTED": _("Waits for decision"),
    "APPROVED": _("Approved"),
    "REJECTED": _("Rejected"),
    "WITHDRAWN": _("Taken back"),
}
STATE_COLOURS: Mapping[str, str] = {
    "REQUESTED": "orange",
    "APPROVED": "green",
    "REJECTED": "red",
    "WITHDRAWN": "grey",
}
EVIDENCE_WORDS: Mapping[str, Promise] = {
    "relation": _("declared relation"),
    "phone": _("same phone"),
    "address": _("same address"),
    "by-hand": _("joined by hand"),
}
ROLE_WORDS: Mapping[str, Promise] = {
    "spouse": _("Spouse"),
    "parent": _("Parent"),
    "child": _("Child"),
    "sibling": _("Sibling"),
    "other": _("Other relative"),
}
CHANGE_WORDS: Mapping[str, Promise] = {
    "entered": _("Came in"),
    "left": _("Fell out"),
    "up": _("Went up"),
    "down": _("Went down"),
    "stay": _("Kept the place"),
}
