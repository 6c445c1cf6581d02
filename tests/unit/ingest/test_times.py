"""Days and instants: read where they cannot be misread, refused where there is no such day."""

from datetime import datetime

import pyarrow as pa
import pytest

from liuke.ingest.values.times import read_excel_serials, read_instants
from liuke.ingest.values.zones import Zones, read_zoned_instants


def told(text, *formats):
    found = read_instants(pa.array([text], pa.string()), formats=formats)
    return found.values[0].as_py(), found.reason[0].as_py()


@pytest.mark.parametrize(
    "text",
    ["2018-01-05", "2018-1-5", "2018/01/05", "2018.1.5", "20180105", "2018年1月5日", "２０１８-01-05"],
)
def test_days_that_need_no_format(text):
    assert told(text) == (datetime(2018, 1, 5), None)


@pytest.mark.parametrize(
    "text",
    ["2018-01-05 13:04:05", "2018-01-05T13:04:05", "2018年1月5日 13时04分05秒", "20180105130405"],
)
def test_instants_that_need_no_format(text):
    assert told(text) == (datetime(2018, 1, 5, 13, 4, 5), None)


def test_decimals_of_a_second():
    assert told("2018-01-05 13:04:05.123") == (datetime(2018, 1, 5, 13, 4, 5, 123000), None)
    assert told("2018-01-05 13:04:05.123456789") == (datetime(2018, 1, 5, 13, 4, 5, 123456), None)


@pytest.mark.parametrize(
    "text, reason",
    [
        ("05/01/2018", "bad_date"),  # 5 January or 1 May
        ("18-01-05", "bad_date"),  # three things it could be
        ("43105", "bad_date"),  # a spreadsheet's serial, if the mapping does not say so
        ("soon", "bad_date"),
        ("0000-00-00", "no_such_day"),
        ("2018-13-01", "no_such_day"),
        ("2018-04-31", "no_such_day"),
        ("2019-02-29", "no_such_day"),
        ("2018-01-05 24:00", "no_such_day"),
        ("2018-01-05 12:60", "no_such_day"),
        ("1799-12-31", "no_such_day"),
        ("9999-12-31", "no_such_day"),  # "for ever" in many systems; declare it as a null token
    ],
)
def test_days_that_are_refused(text, reason):
    assert told(text) == (None, reason)


@pytest.mark.parametrize("day, exists", [("2016-02-29", True), ("2000-02-29", True), ("1900-02-29", False)])
def test_29_february(day, exists):
    assert (told(day)[0] is not None) == exists


@pytest.mark.parametrize(
    "text, format, day",
    [
        ("05.01.2018", "%d.%m.%Y", datetime(2018, 1, 5)),
        ("01/05/18", "%m/%d/%y", datetime(2018, 1, 5)),
        ("68-01-05", "%y-%m-%d", datetime(2068, 1, 5)),
        ("69-01-05", "%y-%m-%d", datetime(1969, 1, 5)),
        ("2018-07", "%Y-%m", datetime(2018, 7, 1)),
    ],
)
def test_a_declared_format(text, format, day):
    assert told(text, format) == (day, None)


def test_a_declared_format_is_the_only_one():
    assert told("2018-01-05", "%d.%m.%Y") == (None, "bad_date")


@pytest.mark.parametrize(
    "serial, format, day",
    [
        ("43105", "excel", datetime(2018, 1, 5)),
        ("43105.5", "excel", datetime(2018, 1, 5, 12)),
        ("61", "excel", datetime(1900, 3, 1)),
        ("41643", "excel-1904", datetime(2018, 1, 5)),
        ("60", "excel-1904", datetime(1904, 3, 1)),
    ],
)
def test_serials_of_spreadsheets(serial, format, day):
    found = read_excel_serials(pa.array([serial]), format=format)

    assert found.values[0].as_py() == day


def test_the_29_february_1900_of_spreadsheets_never_was():
    found = read_excel_serials(pa.array(["60"]), format="excel")

    assert found.reason[0].as_py() == "no_such_day"


SHANGHAI = "Asia/Shanghai"


@pytest.mark.parametrize(
    "text, zones, instant",
    [
        ("2018-01-05T13:04:05Z", Zones(None, SHANGHAI), datetime(2018, 1, 5, 21, 4, 5)),
        ("2018-01-05T20:04:05-05:00", Zones(None, SHANGHAI), datetime(2018, 1, 6, 9, 4, 5)),
        ("2018-01-05 13:04", Zones("UTC", SHANGHAI), datetime(2018, 1, 5, 21, 4)),
        ("2018-01-05", Zones("UTC", SHANGHAI), datetime(2018, 1, 5)),  # a day has no zone
        ("2018-01-05 13:04", Zones(), datetime(2018, 1, 5, 13, 4)),
    ],
)
def test_zones_are_brought_to_the_companys(text, zones, instant):
    found = read_zoned_instants(pa.array([text]), formats=(), zones=zones)

    assert (found.values[0].as_py(), found.reason[0].as_py()) == (instant, None)


def test_an_offset_needs_to_know_the_companys_zone():
    found = read_zoned_instants(pa.array(["2018-01-05T13:04:05Z"]), formats=(), zones=Zones())

    assert found.reason[0].as_py() == "zone_unknown"


@pytest.mark.parametrize("text", ["2018-03-25 02:30", "2018-10-28 02:30"])  # skipped, and repeated
def test_an_hour_that_the_change_of_clocks_skips_or_repeats(text):
    zones = Zones("Europe/Berlin", SHANGHAI)
    found = read_zoned_instants(pa.array([text]), formats=(), zones=zones)

    assert found.reason[0].as_py() == "no_such_instant"
