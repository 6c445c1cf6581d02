"""What one month brings to every customer, as it is filled in part by part."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from liuke.world.chance import Array, Chance
from liuke.world.hazards import Hazards, has_lived_a_month
from liuke.world.months import DAY_SECONDS, Month
from liuke.world.policies import factor_now
from liuke.world.population import Population
from liuke.world.pulls import Pulls
from liuke.world.troubles import Troubles, troubles_of
from liuke.world.units import Tree

if TYPE_CHECKING:
    from liuke.world.billing import Billing
    from liuke.world.grievances import Complaints
    from liuke.world.pilot import Pilot


Change: TypeAlias = tuple[Array, Array]  # rows of the population, and the day for each


@dataclass
class Lived:
    """What a month brought, by row of the population; days are numbers from 1970-01-01.

    use_from, use_to: days on which the account could be used, [from, to).
    changes: account statuses as (rows, seconds, status).
    """

    month: Month
    at_risk: Array
    hazards: Hazards
    pulls: Pulls
    left_kind: Array
    left_on: Array
    cause: Array
    use_from: Array
    use_to: Array
    ends_in_silence: Array
    begins_with_use: Array
    changes: list[tuple[Array, Array, int]] = field(default_factory=list)
    account_changes: list[Change] = field(default_factory=list)
    customer_changes: list[Change] = field(default_factory=list)
    told_steps: Array = field(default_factory=lambda: np.zeros(0, np.int64))  # rows told of a price step
    billing: "Billing | None" = None
    complaints: "Complaints | None" = None
    pilot: "Pilot | None" = None


class MonthOfLife:
    """Everything that the parts of a month share. months_lived: by the company before this one."""

    def __init__(self, pop: Population, month: Month, tree: Tree, *, seed: int, months_lived: int):
        self.pop, self.month, self.tree, self.seed = pop, month, tree, seed
        self.months_lived = months_lived
        self.chance = Chance(seed, "month", month.label)
        self.troubles: Troubles = troubles_of(tree, month, seed=seed)
        self.settled = has_lived_a_month(pop, month.next)

    def happens(self, purpose: str, probability: Array | float) -> Array:
        return self.chance.happens(purpose, self.pop.identity, probability)

    def day(self, purpose: str, low: int, high: int) -> Array:
        """A day of the month for each customer: the low-th to the one before the high-th."""
        return self.month.first - 1 + self.chance.whole(purpose, self.pop.identity, low, high)

    def second(self, purpose: str, day: Array, low_hour: int, high_hour: int) -> Array:
        """An instant on the day for each customer."""
        second = self.chance.whole(purpose, self.pop.identity, low_hour * 3600, high_hour * 3600)
        return day * DAY_SECONDS + second

    def factor(self, kind: int, on: Array | int) -> Array:
        return factor_now(self.pop, kind, on, seed=self.seed)
