"""Calendar months as numbers, so that arrays can count with them; days are counted from 1970-01-01."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from liuke.kernel.days import add_months, month_label
from liuke.kernel.errors import LiukeError
from liuke.world.chance import Array

EPOCH = date(1970, 1, 1)
DAY_SECONDS = 86_400


def day_number(day: date) -> int:
    return day.toordinal() - EPOCH.toordinal()


def month_numbers(days: Array) -> Array:
    """The months that days lie in, counted from January 1970."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


@dataclass(frozen=True)
class Month:
    """One calendar month, [first day, next month's first day)."""

    first_on: date

    def __post_init__(self) -> None:
        if self.first_on.day != 1:
            raise LiukeError(
                f"A simulated company lives whole months, so its today is the first day of one, not "
                f"{self.first_on}.\nUse {self.first_on.replace(day=1)}."
            )

    @property
    def number(self) -> int:
        return (self.first_on.year - EPOCH.year) * 12 + self.first_on.month - 1

    @cached_property
    def first(self) -> int:
        """The first day's number."""
        return day_number(self.first_on)

    @cached_property
    def days(self) -> int:
        return day_number(self.next.first_on) - self.first

    @property
    def label(self) -> str:
        return month_label(self.first_on)

    @property
    def next(self) -> "Month":
        return self.later(1)

    def later(self, months: int) -> "Month":
        return Month(add_months(self.first_on, months))
