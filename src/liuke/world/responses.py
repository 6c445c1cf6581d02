"""What a simulated customer answers when somebody calls, so that simulated agents record honest outcomes."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np

from liuke.world.actions import place_of_customer
from liuke.world.answering import FEEDBACK, KEPT, OUTCOMES, answers_to
from liuke.world.chance import Chance
from liuke.world.months import Month
from liuke.world.population import Population
from liuke.world.pulls import pulls_on
from liuke.world.storage import read_company, read_state
from liuke.world.troubles import dishonest_dealers, troubles_of

Inclination = Literal["kept", "lost", "refused"]


@dataclass(frozen=True)
class Response:
    """One call's answer. outcome: as in the canonical contacts table, ready to be recorded.

    feedback and inclination are missing where the customer was not reached.
    """

    reached: bool
    outcome: str
    feedback: str | None
    inclination: Inclination | None


def respond(folder: Path, customer_id: str, policy: str, at: datetime) -> Response:
    """The customer's answer to an offer at an instant; the same question has the same answer.

    A call at another instant may reach somebody whom this one did not; whether the offer is taken
    stays. Raises LiukeError for an unknown customer.
    """
    settings, today = read_company(folder)
    month = Month(today)
    pop = _population(folder, month, (folder / "company.json").stat().st_mtime_ns)
    row = place_of_customer(customer_id, customers=len(pop))
    one = pop.take(np.array([row]))
    tree = settings.tree
    troubles = troubles_of(tree, month, seed=settings.seed)
    pulls = pulls_on(one, month, troubles, tree, dishonest_dealers(tree, seed=settings.seed))
    chance = Chance(settings.seed, "call", policy, at.isoformat())
    answer = answers_to(one, policy, pulls, chance, seed=settings.seed)
    outcome, feedback = int(answer.outcomes[0]), int(answer.feedback[0])
    if outcome < KEPT:
        return Response(False, OUTCOMES[outcome], None, None)
    inclination: Inclination = OUTCOMES[outcome].removeprefix("reached_")  # type: ignore[assignment]
    return Response(True, OUTCOMES[outcome], FEEDBACK[feedback], inclination)


@lru_cache(maxsize=2)
def _population(folder: Path, month: Month, written_at: int) -> Population:
    """written_at: tells a company from an earlier one in the same folder."""
    return read_state(folder, month).pop
