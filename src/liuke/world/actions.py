"""What was done to customers, as a simulated company is told it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

import numpy as np

from liuke.kernel.days import midnight
from liuke.kernel.errors import LiukeError
from liuke.world.answering import OUTCOMES
from liuke.world.contacting import Contacts
from liuke.world.months import Month, day_number
from liuke.world.policies import place_of

KNOWN_OUTCOMES: Mapping[str, bool] = MappingProxyType(
    {outcome: outcome.startswith("reached") for outcome in (*OUTCOMES, "reached")}
)


@dataclass(frozen=True, order=True)
class Action:
    """One contact really made. outcome: as in the canonical contacts table; only `reached*` has an effect."""

    customer_id: str
    policy: str
    happened_at: datetime
    outcome: str


def place_of_customer(customer_id: str, *, customers: int) -> int:
    """The row of a customer. Raises LiukeError for a number that the company never gave."""
    digits = customer_id[1:]
    if customer_id[:1] == "K" and len(customer_id) >= 8 and digits.isascii() and digits.isdigit():
        place = int(digits) - 1
        if 0 <= place < customers:
            return place
    raise LiukeError(
        f"The simulated company has no customer {customer_id!r}; "
        f"its customers are K0000001 to K{customers:07d}."
    )


def contacts_of(actions: Sequence[Action], month: Month, *, customers: int) -> Contacts:
    """The contacts that reached their customer; nothing is taken when one action is wrong.

    Raises LiukeError for an unknown customer or outcome, and for a contact outside the month.
    """
    kept = []
    for action in sorted(actions):
        row = place_of_customer(action.customer_id, customers=customers)
        if action.outcome not in KNOWN_OUTCOMES:
            known = ", ".join(KNOWN_OUTCOMES)
            raise LiukeError(
                f"The contact with {action.customer_id} has the outcome {action.outcome!r}; known: {known}."
            )
        if not midnight(month.first_on) <= action.happened_at < midnight(month.next.first_on):
            raise LiukeError(
                f"The contact with {action.customer_id} at {action.happened_at} is outside the month that is "
                f"lived now, {month.first_on} to {month.next.first_on}; leave it out."
            )
        if KNOWN_OUTCOMES[action.outcome]:
            kept.append((row, place_of(action.policy), day_number(action.happened_at.date())))
    rows, places, days = np.array(kept, np.int64).reshape(-1, 3).T
    return Contacts(rows, places, days)
