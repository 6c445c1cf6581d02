"""The life of a draft of a scheme. Pure data: no database, no user, no clock."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from django.utils.translation import gettext_noop as _

from liuke_desk.ui.refusals import Refused


class State(StrEnum):
    DRAFT = "DRAFT"  # its author works on it
    SUBMITTED = "SUBMITTED"  # it waits for somebody else's decision and cannot be changed
    RETURNED = "RETURNED"  # the author is to change it, the note says what
    APPROVED = "APPROVED"  # written into the workspace; in force from its day on
    WITHDRAWN = "WITHDRAWN"  # its author gave it up


class Actor(StrEnum):
    AUTHOR = "AUTHOR"
    APPROVER = "APPROVER"  # an HQ manager who is not the author
    NOBODY = "NOBODY"  # anybody else who may read it


_A, _AP = Actor.AUTHOR, Actor.APPROVER

# (from, to) -> who may make the move. A pair that is not here cannot happen.
MOVES: Mapping[tuple[State, State], frozenset[Actor]] = MappingProxyType(
    {
        (State.DRAFT, State.DRAFT): frozenset({_A}),  # saved again
        (State.DRAFT, State.SUBMITTED): frozenset({_A}),
        (State.DRAFT, State.WITHDRAWN): frozenset({_A}),
        (State.SUBMITTED, State.APPROVED): frozenset({_AP}),
        (State.SUBMITTED, State.RETURNED): frozenset({_AP}),
        (State.SUBMITTED, State.DRAFT): frozenset({_A}),  # taken back before anybody decided
        (State.SUBMITTED, State.WITHDRAWN): frozenset({_A}),
        (State.RETURNED, State.DRAFT): frozenset({_A}),  # saved with changes
        (State.RETURNED, State.WITHDRAWN): frozenset({_A}),
    }
)

OPEN_STATES = (State.DRAFT, State.SUBMITTED, State.RETURNED)
DECIDED_STATES = (State.APPROVED, State.RETURNED)


class MoveRefused(Refused):
    """A move that the table of moves does not hold, or not for this actor."""


def check_move(now: State, to: State, *, by: Actor) -> None:
    """Refuse a move that the table does not know, or that this actor may not make."""
    may = MOVES.get((now, to))
    if may is None:
        raise MoveRefused(
            _("A draft that is “%(now)s” cannot become “%(to)s”. Open it again to see how it stands."),
            now=now,
            to=to,
        )
    if by in may:
        return
    if may == {_AP}:
        raise MoveRefused(
            _("A draft is decided by an HQ manager who did not write it. Ask another one to decide.")
        )
    raise MoveRefused(_("Only its author may change this draft."))
