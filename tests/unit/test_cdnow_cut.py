"""What is known of CDNOW at the end of a week cannot be changed by anything that came later."""

import numpy as np
import pandas as pd
import pytest

from bench.quality.cdnow import (
    CALIBRATION_WEEKS,
    place_of,
    read_days,
    read_first_weeks,
    tell_first_purchases,
)


@pytest.mark.parametrize("name, customers", [("sample", 2_357), ("master", 23_570)])
def test_the_first_weeks_hold_every_customer_and_no_later_day(name, customers):
    known, everything = read_first_weeks(place_of(name)), read_days(name)

    assert known.customer.nunique() == customers
    assert known.day.max() == CALIBRATION_WEEKS * 7 - 1
    earlier = everything[everything.day < CALIBRATION_WEEKS * 7]
    assert len(known) == len(earlier)
    assert set(zip(known.customer, known.day, strict=True)) == set(
        zip(earlier.customer, earlier.day, strict=True)
    )


@pytest.mark.parametrize("name, number", [("sample", "0001 "), ("master", "")])
def test_later_rows_are_never_so_much_as_read(name, number, tmp_path):
    lines = place_of(name).read_text().splitlines()
    later = [
        f" 00004 {number}19971001 99 999.00",
        f" 77777 {number}19980101 no number",
        f" 1 {number}19971231 x y",
    ]
    place = tmp_path / "more.txt"
    place.write_text("\n".join([*lines, *later]) + "\n")

    pd.testing.assert_frame_equal(read_first_weeks(place), read_first_weeks(place_of(name)))


def test_the_last_day_of_the_last_week_is_still_known(tmp_path):
    place = tmp_path / "some.txt"
    place.write_text(" 1 19970102 2 20.5\n 1 19970930 1 5.0\n 1 19971001 1 7.0\n 1 19970102 1 4.5\n")

    known = read_first_weeks(place)

    assert known.day.tolist() == [1, 272]
    assert tell_first_purchases(known).loc[1].tolist() == [1, 3, 25.0]
    assert np.isfinite(known.dollars).all()
