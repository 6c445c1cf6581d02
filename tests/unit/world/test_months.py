"""Months begin on their first day; a company lives nothing shorter."""

from datetime import date

import numpy as np
import pytest

from liuke.kernel.errors import LiukeError
from liuke.world.months import Month, day_number, month_numbers


def test_a_month_knows_its_days_and_its_neighbours():
    february = Month(date(2028, 2, 1))

    assert february.days == 29
    assert february.next.first_on == date(2028, 3, 1)
    assert february.later(-2).first_on == date(2027, 12, 1)
    assert february.label == "2028-02"


def test_days_are_counted_into_the_month_that_holds_them():
    days = np.array(
        [day_number(date(2026, 2, 28)), day_number(date(2026, 3, 1)), day_number(date(2026, 3, 31))]
    )

    assert (month_numbers(days) - Month(date(2026, 3, 1)).number).tolist() == [-1, 0, 0]


def test_a_month_from_its_second_day_on_is_refused_with_the_day_to_use():
    with pytest.raises(LiukeError, match=r"not 2026-11-02.\nUse 2026-11-01"):
        Month(date(2026, 11, 2))
