"""What became of a customer between two lists. Pure values: no database, no user, no clock."""

from dataclasses import dataclass
from enum import StrEnum

RISK_STEP = 0.05  # five points in a hundred: smaller differences come and go with the model's own noise
LISTED_SHARE = 0.10  # of the customers whose risk and value are known: as many as people can look after
FEWEST_LISTED = 50
MOST_LISTED = 50_000


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


def count_listed(warned: int) -> int:
    """How long a list is: a share of all whose risk and value are known, within limits."""
    return min(max(round(warned * LISTED_SHARE), FEWEST_LISTED), MOST_LISTED, warned)


def name_change(before: Standing, now: Standing) -> Change:
    """Of a customer on both lists. A risk that one does not tell has not moved as far as one knows."""
    if before.p is None or now.p is None:
        return Change.STEADY
    if now.p - before.p >= RISK_STEP:
        return Change.RISEN
    return Change.FALLEN if before.p - now.p >= RISK_STEP else Change.STEADY


def name_departure(before: Standing, now: Standing | None, *, has_left: bool, was_kept: bool) -> Why:
    """Of a customer on the list before only: the first cause that holds. now: None if not in the data."""
    if has_left:
        return Why.LEFT
    if now is None:
        return Why.ABSENT
    if was_kept:
        return Why.KEPT
    if now.loss_fen is None:
        return Why.UNKNOWN
    if name_change(before, now) is Change.FALLEN:
        return Why.RISK_FELL
    if before.value_fen is not None and now.value_fen is not None and now.value_fen < before.value_fen:
        return Why.VALUE_FELL
    return Why.OVERTAKEN
