"""What became of a customer between two lists. Pure values: no database, no user, no clock."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How long lists are, from which difference on a risk has moved, and how many lists are kept."""

    share: float
    fewest: int
    most: int
    risk_step: float
    kept: int


class Change(StrEnum):
    """How a listed customer stands beside the list before."""

    FIRST = "first"  # there was no list before
    NEW = "new"
    RISEN = "risen"
    FALLEN = "fallen"
    STEADY = "steady"


class Why(StrEnum):
    """Why a customer of the list before is not on this one."""

    LEFT = "left"
    KEPT = "kept"  # contacted since, and stays
    UNKNOWN = "unknown"  # the risk or the value cannot be told any more
    RISK_FELL = "risk_fell"
    VALUE_FELL = "value_fell"
    OVERTAKEN = "overtaken"  # as much at stake as before, and others have more
    ABSENT = "absent"  # the company's data do not name the customer any more


@dataclass(frozen=True)
class Standing:
    """A customer as one cycle saw them; what it could not tell is None."""

    p: float | None
    value_fen: int | None
    loss_fen: int | None


def count_listed(warned: int, limits: Limits) -> int:
    """How long a list is: a share of all whose risk and value are known, within limits."""
    return min(max(round(warned * limits.share), limits.fewest), limits.most, warned)


def name_change(before: Standing, now: Standing, *, risk_step: float) -> Change:
    """Of a customer on both lists. A risk that one does not tell has not moved as far as one knows."""
    if before.p is None or now.p is None:
        return Change.STEADY
    if now.p - before.p >= risk_step:
        return Change.RISEN
    return Change.FALLEN if before.p - now.p >= risk_step else Change.STEADY


def name_departure(
    before: Standing, now: Standing | None, *, has_left: bool, was_kept: bool, risk_step: float
) -> Why:
    """Of a customer on the list before only: the first cause that holds. now: None if not in the data."""
    if has_left:
        return Why.LEFT
    if now is None:
        return Why.ABSENT
    if was_kept:
        return Why.KEPT
    if now.loss_fen is None:
        return Why.UNKNOWN
    if name_change(before, now, risk_step=risk_step) is Change.FALLEN:
        return Why.RISK_FELL
    if before.value_fen is not None and now.value_fen is not None and now.value_fen < before.value_fen:
        return Why.VALUE_FELL
    return Why.OVERTAKEN
