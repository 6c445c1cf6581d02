"""The life of a retention task and of its campaign. Pure data: no database, no user, no clock.

docs/reference/task-states.md is drawn from MOVES and CAMPAIGN_MOVES; edit them, then `make docs`.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from django.utils.translation import gettext_noop as _

from liuke_desk.ui.refusals import Refused


class State(StrEnum):
    PREPARED = "PREPARED"  # made from a treated assignment; nobody may work it yet
    DISPATCHED = "DISPATCHED"  # waits for one agent, or in the unit's queue
    TAKEN = "TAKEN"  # one agent owns it and has the customer open
    CONTACTING = "CONTACTING"  # tried at least once: callback, unreachable, retry
    KEPT = "KEPT"  # the customer took the offer or promised to stay
    LOST = "LOST"  # the customer said that they leave, or have left
    REFUSED = "REFUSED"  # reached, wants neither the offer nor another call
    VOID = "VOID"  # never settled with the customer: withdrawn, unreachable, do-not-disturb
    CLOSED = "CLOSED"  # the campaign is over; the result stays beside it


class Actor(StrEnum):
    AGENT = "AGENT"
    SUPERVISOR = "SUPERVISOR"  # region supervisor or HQ manager
    SYSTEM = "SYSTEM"  # the cycle, and rules that hold for everybody


class VoidReason(StrEnum):
    WITHDRAWN = "withdrawn"
    UNREACHABLE = "unreachable"
    DO_NOT_DISTURB = "do_not_disturb"
    ALREADY_LEFT = "already_left"
    CAMPAIGN_CLOSED = "campaign_closed"


Moves = Mapping[tuple[State, State], frozenset[Actor]]

_A, _SV, _SYS = Actor.AGENT, Actor.SUPERVISOR, Actor.SYSTEM

# (from, to) -> who may make the move. A pair that is not here cannot happen.
MOVES: Moves = MappingProxyType(
    {
        (State.PREPARED, State.DISPATCHED): frozenset({_SV}),
        (State.PREPARED, State.VOID): frozenset({_SV, _SYS}),
        (State.DISPATCHED, State.TAKEN): frozenset({_A}),
        (State.DISPATCHED, State.DISPATCHED): frozenset({_SV}),  # reassign, postpone
        (State.DISPATCHED, State.VOID): frozenset({_SV, _SYS}),
        (State.TAKEN, State.CONTACTING): frozenset({_A}),
        (State.TAKEN, State.DISPATCHED): frozenset({_A, _SV}),  # put back, reassign
        (State.TAKEN, State.VOID): frozenset({_SV, _SYS}),
        (State.CONTACTING, State.CONTACTING): frozenset({_A}),  # callback, unreachable, retry
        (State.CONTACTING, State.DISPATCHED): frozenset({_SV}),  # reassign
        (State.CONTACTING, State.KEPT): frozenset({_A}),
        (State.CONTACTING, State.LOST): frozenset({_A}),
        (State.CONTACTING, State.REFUSED): frozenset({_A}),
        (State.CONTACTING, State.VOID): frozenset({_SV, _SYS}),
        (State.KEPT, State.CLOSED): frozenset({_SV, _SYS}),
        (State.LOST, State.CLOSED): frozenset({_SV, _SYS}),
        (State.REFUSED, State.CLOSED): frozenset({_SV, _SYS}),
        (State.VOID, State.CLOSED): frozenset({_SV, _SYS}),
    }
)

OPEN_STATES = (State.PREPARED, State.DISPATCHED, State.TAKEN, State.CONTACTING)
OWNED_STATES = (State.TAKEN, State.CONTACTING, State.KEPT, State.LOST, State.REFUSED)
RESULTS = (State.KEPT, State.LOST, State.REFUSED, State.VOID)


class CampaignState(StrEnum):
    DRAFT = "DRAFT"  # planned; every arm is drawn and recorded, no task exists
    READY = "READY"  # tasks are prepared for the treated arm
    RUNNING = "RUNNING"  # at least one unit has dispatched
    CLOSED = "CLOSED"  # no more contacts; effects go on being measured


CAMPAIGN_MOVES: Mapping[CampaignState, frozenset[CampaignState]] = MappingProxyType(
    {
        CampaignState.DRAFT: frozenset({CampaignState.READY, CampaignState.CLOSED}),
        CampaignState.READY: frozenset({CampaignState.RUNNING, CampaignState.CLOSED}),
        CampaignState.RUNNING: frozenset({CampaignState.CLOSED}),
        CampaignState.CLOSED: frozenset(),
    }
)


class MoveRefused(Refused):
    """A move that the table of moves does not hold, or not for this actor."""


def check_move(now: State, to: State, *, by: Actor) -> None:
    """Refuse a move that the table does not know, or that this actor may not make."""
    may = MOVES.get((now, to))
    if may is None:
        onward = tuple(sorted(end for start, end in MOVES if start == now))
        sentence = _("A task cannot go from %(now)s to %(to)s; %(now)s leads to %(onward)s.")
        raise _unknown(sentence, now, to, onward)
    if by not in may:
        raise MoveRefused(
            _("Only %(may)s may move a task from %(now)s to %(to)s, and you act as %(by)s."),
            may=Choice(sorted(may)),
            now=now,
            to=to,
            by=by,
        )


def check_campaign_move(now: CampaignState, to: CampaignState) -> None:
    """Refuse a move of a campaign that the table does not know."""
    if to in CAMPAIGN_MOVES[now]:
        return
    onward = tuple(sorted(CAMPAIGN_MOVES[now]))
    sentence = _("A campaign cannot go from %(now)s to %(to)s; %(now)s leads to %(onward)s.")
    raise _unknown(sentence, now, to, onward)


class Choice(tuple[StrEnum, ...]):
    """Several states or actors named in one sentence."""

    def __str__(self) -> str:
        return " or ".join(self) or "nothing: it is final"


def _unknown(msgid: str, now: StrEnum, to: StrEnum, onward: tuple[StrEnum, ...]) -> MoveRefused:
    return MoveRefused(msgid, now=now, to=to, onward=Choice(onward))
