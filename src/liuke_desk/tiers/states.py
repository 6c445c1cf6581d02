"""The life of an override of a customer's tier. Pure data: no database, no user, no clock."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from django.utils.translation import gettext_noop as _

from liuke_desk.ui.refusals import Refused


class State(StrEnum):
    REQUESTED = "REQUESTED"  # waits for a decision; the cycle knows nothing of it
    APPROVED = "APPROVED"  # the next cycle puts the customer into this tier
    REJECTED = "REJECTED"  # decided against; final
    WITHDRAWN = "WITHDRAWN"  # taken back before or after approval; final


class Actor(StrEnum):
    REQUESTER = "REQUESTER"  # who asked for it
    APPROVER = "APPROVER"  # an HQ manager who did not ask for it


# (from, to) -> who may make the move. A pair that is not here cannot happen.
MOVES: Mapping[tuple[State, State], frozenset[Actor]] = MappingProxyType(
    {
        (State.REQUESTED, State.APPROVED): frozenset({Actor.APPROVER}),
        (State.REQUESTED, State.REJECTED): frozenset({Actor.APPROVER}),
        (State.REQUESTED, State.WITHDRAWN): frozenset({Actor.REQUESTER}),
        (State.APPROVED, State.WITHDRAWN): frozenset({Actor.REQUESTER, Actor.APPROVER}),
    }
)


class MoveRefused(Refused):
    """A move that the table of moves does not hold, or not for this actor."""


def check_move(now: State, to: State, *, by: Actor | None) -> None:
    """Refuse a move that the table does not know, or that this actor may not make."""
    may = MOVES.get((now, to))
    if may is None:
        raise MoveRefused(_("This request is decided or taken back already; look at it again."))
    if by not in may:
        raise MoveRefused(REFUSALS[to])


REFUSALS: Mapping[State, str] = MappingProxyType(
    {
        State.APPROVED: _("An HQ manager decides, and never about their own request; ask another one."),
        State.REJECTED: _("An HQ manager decides, and never about their own request; ask another one."),
        State.WITHDRAWN: _("Only who asked for it, or an HQ manager once it is approved, may take it back."),
    }
)
