"""As-of days in order, and from which of them on a row is seen."""

from collections.abc import Sequence
from datetime import date, datetime

import numpy as np

from liuke.kernel.days import midnight
from liuke.view.fast.codes import DAY_US, day_number


class AsOfDays:
    """The as-of days of one computation, earliest first, each once.

    An instant is before the midnight of a day exactly when it lies on an earlier day, so days are
    enough to tell which rows a day sees.
    """

    def __init__(self, days: Sequence[date]):
        self.days = sorted(set(days))
        self.numbers = np.array([day_number(day) for day in self.days], dtype=np.int64)

    def __len__(self) -> int:
        return len(self.days)

    @property
    def edge(self) -> datetime:
        """The latest midnight: what happened or became known from it on is seen by none of the days."""
        return midnight(self.days[-1])

    def first_after(self, instants: np.ndarray) -> np.ndarray:
        """Place of the first as-of day whose midnight is later than each instant (microseconds)."""
        return self.first_after_days(instants // DAY_US)

    def first_after_days(self, days: np.ndarray) -> np.ndarray:
        """The same of days since 1970."""
        return np.searchsorted(self.numbers, days, side="right").astype(np.int16)
