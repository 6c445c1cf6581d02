"""What people call states, arms, routes and rules; and refusals said in their language."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from liuke_desk.campaigns.routing import Route
from liuke_desk.campaigns.states import Actor, CampaignState, Choice, Refused, State, VoidReason

STATE_WORDS: Mapping[str, Promise] = {
    State.PREPARED: _("Prepared"),
    State.DISPATCHED: _("Waiting"),
    State.TAKEN: _("Taken"),
    State.CONTACTING: _("Contacting"),
    State.KEPT: _("Kept"),
    State.LOST: _("Lost"),
    State.REFUSED: _("Refused"),
    State.VOID: _("Void"),
    State.CLOSED: _("Closed"),
}

CAMPAIGN_STATE_WORDS: Mapping[str, Promise] = {
    CampaignState.DRAFT: _("Draft"),
    CampaignState.READY: _("Ready to dispatch"),
    CampaignState.RUNNING: _("Running"),
    CampaignState.CLOSED: _("Closed"),
}

VOID_WORDS: Mapping[str, Promise] = {
    VoidReason.WITHDRAWN: _("withdrawn by a supervisor"),
    VoidReason.UNREACHABLE: _("could not be reached"),
    VoidReason.DO_NOT_DISTURB: _("asked not to be disturbed"),
    VoidReason.ALREADY_LEFT: _("had left before"),
    VoidReason.CAMPAIGN_CLOSED: _("the campaign ended first"),
}

ROUTE_WORDS: Mapping[str, Promise] = {
    Route.MANAGER: _("account manager"),
    Route.LOAD: _("by load"),
    Route.QUEUE: _("unit's queue"),
    Route.NAMED: _("given by name"),
}

ARM_WORDS: Mapping[str, Promise] = {"treat": _("Treated"), "hold_out": _("Held out")}

_ACTOR_WORDS: Mapping[str, Promise] = {
    Actor.AGENT: _("an agent"),
    Actor.SUPERVISOR: _("a supervisor"),
    Actor.SYSTEM: _("the system"),
}

# Why a candidate was passed over, by the planner's rule.
RULE_WORDS: Mapping[str, Promise] = {
    "tier": _("Tier not covered by the policy"),
    "plan": _("Plan not covered by the policy"),
    "p_leave_unknown": _("Probability of leaving unknown"),
    "kind": _("Likely way of leaving not aimed at"),
    "p_leave_low": _("Probability of leaving too low"),
    "value_unknown": _("Value at stake unknown"),
    "value_low": _("Value at stake too low"),
    "rest": _("Contacted too recently"),
    "complaint": _("Has an open complaint"),
    "do_not_disturb": _("Asked not to be disturbed"),
    "open_task": _("In another open task"),
    "validity": _("Policy not valid on the day"),
    "cool_down": _("Was offered the policy recently"),
    "exclusion": _("Has an offer that excludes it"),
    "gain": _("Expected gain not above the cost"),
    "outbid": _("Budget or places went to greater gains"),
    "held_out_elsewhere": _("Held out in another campaign"),
}


def say_refusal(refused: Refused) -> str:
    """The refusal as the person reads it."""
    return gettext(refused.msgid) % {name: _say(value) for name, value in refused.values.items()}


def _say(value: object) -> object:
    if isinstance(value, Choice):
        return gettext(" or ").join(str(_say(each)) for each in value) or gettext("nothing: it is final")
    if isinstance(value, StrEnum):
        for words in (STATE_WORDS, CAMPAIGN_STATE_WORDS, _ACTOR_WORDS):
            if value in words:
                return str(words[value])
    return value
