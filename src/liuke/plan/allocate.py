"""Which offer for which customer, under a budget and capacities.

At most one offer a customer; the sum of gains is made large under a budget and upper limits on the
number of customers. The solver is Lagrangian: limits become prices (see `dual`), each customer takes
the offer that is worth most after paying the prices, and what the prices leave open is repaired and
filled greedily (see `primal`). The dual value bounds every possible assignment from above, so the
gap printed beside the objective is a guarantee, not an estimate.

The multiple-choice knapsack by Lagrangian relaxation: Kellerer, Pferschy and Pisinger, Knapsack
Problems (2004), chapter 11.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from liuke.kernel.errors import LiukeError
from liuke.plan.dual import minimise_dual
from liuke.plan.primal import assign
from liuke.plan.problem import Problem

NONE = -1  # the choice of a customer who gets no offer


class AllocationRefused(LiukeError):
    """Gains, costs or limits that make no assignment problem."""


@dataclass(frozen=True, kw_only=True)
class Allocation:
    """One assignment and how good it is.

    choice: offer number for each customer, -1 none.
    objective: sum of the gains chosen; bound: no assignment within the limits has more;
    gap: (bound - objective) / bound, 0 when the bound is 0.
    spent: sum of the costs chosen.
    Prices, in units of gain: of one more unit of budget, of one more place in each channel, of one
    more piece of each offer's stock, of one more customer served at all. 0 where a limit does not bind.
    """

    choice: NDArray[np.int64]
    objective: float
    bound: float
    gap: float
    spent: float
    budget_price: float
    capacity_prices: NDArray[np.float64]
    stock_prices: NDArray[np.float64]
    place_price: float


def allocate(
    gain: ArrayLike,
    cost: ArrayLike,
    budget: float,
    capacity: ArrayLike | None = None,
    channel: ArrayLike | None = None,
    *,
    stock: ArrayLike | None = None,
    places: float | None = None,
    tolerance: float = 1e-7,
) -> Allocation:
    """Give each customer at most one offer, so that the gains sum to as much as the limits allow.

    gain, cost: customers x offers, in the same or different units; NaN gain = not eligible, cost is
        not negative. An offer without a positive gain is never chosen.
    capacity: customers that each channel can serve; channel: number of the channel of each offer
        (0-based; without it each offer is its own channel).
    stock: customers that may get each offer; places: customers that may get any offer.
        np.inf is no limit.
    tolerance: how near to its minimum the dual is driven, relative.
    returns: never more than the budget, a capacity, the stock or the places; same input, same answer.

    >>> found = allocate([[5, 8], [4, 9], [3, 2]], [[1, 3], [1, 4], [1, 1]], budget=5)
    >>> found.choice.tolist(), found.objective, found.spent
    ([1, 0, 0], 15.0, 5.0)
    """
    problem = _read(gain, cost, budget, capacity, channel, stock, places)
    prices, bound = minimise_dual(problem, tolerance=tolerance)
    choice = assign(problem, prices)
    chosen = np.flatnonzero(choice != NONE)
    objective = float(problem.gain[chosen, choice[chosen]].sum())
    bound = max(bound, objective)  # equal but for the order of a floating sum
    capacities, offers = problem.channels, problem.gain.shape[1]
    return Allocation(
        choice=choice,
        objective=objective,
        bound=bound,
        gap=(bound - objective) / bound if bound > 0 else 0.0,
        spent=problem.spent(choice),
        budget_price=float(prices[0]),
        capacity_prices=prices[1 : 1 + capacities],
        stock_prices=prices[1 + capacities : 1 + capacities + offers],
        place_price=float(prices[-1]),
    )


def _read(
    gain: ArrayLike,
    cost: ArrayLike,
    budget: float,
    capacity: ArrayLike | None,
    channel: ArrayLike | None,
    stock: ArrayLike | None,
    places: float | None,
) -> Problem:
    gains = np.array(gain, dtype=np.float64)
    if gains.ndim != 2:
        raise AllocationRefused(f"gain is customers x offers, not an array of shape {gains.shape}")
    try:
        costs = np.array(np.broadcast_to(np.asarray(cost, dtype=np.float64), gains.shape))
    except ValueError:
        raise AllocationRefused(
            f"cost has the shape {np.shape(cost)}, gain {gains.shape}; give a cost for each gain"
        ) from None
    _check_numbers(gains, costs)
    offers = gains.shape[1]
    limits = _limits(budget, "budget", 1)
    kept = _limits(capacity, "capacity", None)
    uses = [_channel_uses(channel, offers, channels=len(kept) if capacity is not None else 0)]
    uses += [np.eye(offers), np.ones((offers, 1))]
    eligible = gains > 0  # NaN is not
    return Problem(
        gain=np.where(eligible, gains, -np.inf),
        cost=np.where(eligible, costs, 0.0),
        uses=np.hstack(uses),
        limits=np.concatenate([limits, kept, _limits(stock, "stock", offers), _limits(places, "places", 1)]),
        channels=len(kept),
    )


def _check_numbers(gains: NDArray[np.float64], costs: NDArray[np.float64]) -> None:
    wrong = ~np.isnan(gains) & ~(np.isfinite(gains) & np.isfinite(costs) & (costs >= 0))
    if wrong.any():
        row, offer = (int(place) for place in np.argwhere(wrong)[0])
        raise AllocationRefused(
            f"customer {row}, offer {offer}: gain {gains[row, offer]} and cost {costs[row, offer]}; a gain "
            "is a finite number or NaN for not eligible, a cost a finite number of 0 or more"
        )


def _limits(given: ArrayLike | None, name: str, size: int | None) -> NDArray[np.float64]:
    if given is None:
        return np.full(size or 0, np.inf)
    limits = np.atleast_1d(np.asarray(given, dtype=np.float64))
    if limits.ndim != 1 or (size is not None and len(limits) != size):
        raise AllocationRefused(f"{name} needs {size} numbers, not the shape {limits.shape}")
    if not (limits >= 0).all():
        raise AllocationRefused(f"{name} is 0 or more, not {limits.tolist()}")
    return limits


def _channel_uses(channel: ArrayLike | None, offers: int, *, channels: int) -> NDArray[np.float64]:
    """Offers x channels: 1 where the offer takes a place in the channel."""
    if channels == 0:
        if channel is not None:
            raise AllocationRefused("channel is given without capacity; give the capacity of each channel")
        return np.zeros((offers, 0))
    numbers = np.arange(offers) if channel is None else np.asarray(channel)
    if numbers.shape != (offers,) or not np.isin(numbers, np.arange(channels)).all():
        raise AllocationRefused(
            f"channel names one of {channels} channels (0 to {channels - 1}) for each of {offers} offers, "
            f"not {numbers.tolist()}"
        )
    return np.eye(channels)[numbers.astype(np.int64)]
