"""Intervals of a rate: one formula for all rooms, so that the same counts never get two answers."""

from math import sqrt

Z_95 = 1.959963984540054  # normal quantile of 97.5 %


def wilson(events: float, rows: float, *, z: float = Z_95) -> tuple[float, float]:
    """The score interval of events / rows (Wilson 1927); good for few rows and for rates near 0 or 1.

    rows: over 0; may be an effective number of rows, events then that share of them.

    >>> low, high = wilson(10, 100)
    >>> round(low, 4), round(high, 4)
    (0.0552, 0.1744)
    >>> wilson(0, 10)[0], wilson(10, 10)[1]
    (0.0, 1.0)
    """
    rate, weight = events / rows, z * z / rows
    middle = (rate + weight / 2) / (1 + weight)
    half = z / (1 + weight) * sqrt(rate * (1 - rate) / rows + weight / (4 * rows))
    return (
        0.0 if events <= 0 else max(0.0, middle - half),
        1.0 if events >= rows else min(1.0, middle + half),
    )
