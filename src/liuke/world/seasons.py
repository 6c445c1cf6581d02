"""Factors of the calendar month on use, joining and leaving; each row of twelve has the mean 1.

Spring Festival falls between 21 January and 20 February. The calendar here is solar: January has a quarter
of it and February three quarters, in every year.
"""

import numpy as np

from liuke.world.months import Month

VOICE = (1.04, 1.12, 1.00, 0.99, 1.00, 0.98, 0.97, 0.98, 1.00, 1.00, 0.96, 0.96)
TEXTS = (1.10, 1.45, 0.95, 0.92, 0.93, 0.95, 0.93, 0.93, 0.95, 0.97, 0.92, 1.00)  # greetings
DATA = (1.02, 1.10, 0.96, 0.96, 0.98, 0.98, 1.06, 1.07, 0.97, 1.00, 0.95, 0.95)  # and school holidays
JOINING = (0.85, 0.75, 1.10, 1.00, 0.98, 1.02, 1.00, 1.05, 1.30, 1.05, 0.95, 0.95)  # students in September
# After the festival people move to where they work; in June they finish school.
LEAVING = (0.90, 0.75, 1.20, 1.05, 1.00, 1.05, 1.02, 0.98, 1.10, 1.00, 0.95, 1.00)

assert all(np.isclose(np.mean(row), 1.0) for row in (VOICE, TEXTS, DATA, JOINING, LEAVING))


def factor_in(row: tuple[float, ...], month: Month) -> float:
    """The factor of a calendar month."""
    return row[month.first_on.month - 1]
