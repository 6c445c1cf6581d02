"""An assignment problem: gains, costs, and the limits that an assignment must keep."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Choice = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """At most one offer a customer; limits[0] is the budget, the others count customers.

    gain, cost: customers x offers; a gain that is not positive is -inf, its cost 0.
    uses: offers x (limits - 1), 1 where an offer counts against a limit.
    limits: np.inf where there is none. channels: how many of the limits are capacities.
    """

    gain: Floats
    cost: Floats
    uses: Floats
    limits: Floats
    channels: int

    def after_prices(self, prices: Floats) -> Floats:
        """What each offer is worth to each customer after paying the prices."""
        return self.gain - prices[0] * self.cost - self.uses @ prices[1:]

    def usage(self, choice: Choice) -> Floats:
        """How much of each limit a choice takes."""
        chosen = choice[choice >= 0]
        counts = np.bincount(chosen, minlength=len(self.uses))
        return np.concatenate([[self.spent(choice)], counts @ self.uses])

    def spent(self, choice: Choice) -> float:
        rows = np.flatnonzero(choice >= 0)
        return float(self.cost[rows, choice[rows]].sum())
