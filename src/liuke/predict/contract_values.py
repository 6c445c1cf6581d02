"""What customers under contract are worth: a month's margin for as long as they stay, discounted.

Berger and Nasr (Journal of Interactive Marketing 12, 1998) with survival that differs by customer: a
month's margin is earned in full by those who stay through it and by half by those who leave in it, and
counts as earned in its middle.

    expected = margin * sum over months t of (S(t-1) + S(t)) / 2 * v^(t - 1/2),   v = (1 + discount)^(-1/12)

S(t) is the product of (1 - hazard) of the months up to t. What lies beyond the months looked at is left
out. The interval is for the one customer, not for an average: it comes from how long they may stay, with
the margin of a month taken as it is now.
"""

from dataclasses import dataclass

import numpy as np

YEAR_MONTHS = 12


@dataclass(frozen=True)
class ContractValues:
    """In the margin's unit, one per customer; NaN where the margin or a hazard is unknown."""

    expected: np.ndarray
    low: np.ndarray
    high: np.ndarray


def value_contracts(
    hazards: np.ndarray, margin: np.ndarray, *, discount_per_year: float, confidence: float
) -> ContractValues:
    """Expected worth of the months ahead and the range of what it may turn out as.

    hazards: customers by months ahead, the chance to leave in a month after staying until it began.
    margin: of a month, per customer; a negative one is a loss that goes on while the customer stays.
    """
    staying = np.cumprod(1.0 - hazards, axis=1)
    before = np.column_stack([np.ones(len(hazards)), staying[:, :-1]])
    weights = _discounts(hazards.shape[1], discount_per_year)
    expected = margin * ((before + staying) / 2.0 @ weights)
    unknown = np.isnan(expected)
    tail = (1.0 - confidence) / 2.0
    ends = [_where(unknown, margin * _worth_if_leaving(staying, weights, at)) for at in (tail, 1.0 - tail)]
    return ContractValues(expected, np.minimum(*ends), np.maximum(*ends))


def _discounts(months: int, discount_per_year: float) -> np.ndarray:
    middle = np.arange(months) + 0.5
    return np.asarray((1.0 + discount_per_year) ** (-middle / YEAR_MONTHS))


def _worth_if_leaving(staying: np.ndarray, weights: np.ndarray, share: float) -> np.ndarray:
    """Months' worth for a customer who leaves in the month by whose end that share of their like has left."""
    whole = np.concatenate([[0.0], np.cumsum(weights)])
    if_leaving_in = np.append(whole[:-1] + weights / 2.0, whole[-1])  # the last entry: stays throughout
    gone = 1.0 - staying >= share
    month = np.where(gone.any(axis=1), gone.argmax(axis=1), len(weights))
    return np.asarray(if_leaving_in[month])


def _where(unknown: np.ndarray, values: np.ndarray) -> np.ndarray:
    return np.where(unknown, np.nan, values)
