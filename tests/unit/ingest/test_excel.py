"""Workbooks: told by content, read by sheet, refused before they can do harm."""

import io
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter

from liuke.ingest.readers import excel
from liuke.kernel.errors import DataRefused
from tests.unit.ingest.reading import header, read


@pytest.fixture
def book(tmp_path):
    """Writes a workbook: a function of the worksheet and the workbook fills it."""

    def write(fill, *, name="a.xlsx", sheets=("Sheet1",), options=None):
        held = io.BytesIO()
        with xlsxwriter.Workbook(held, {"in_memory": True, **(options or {})}) as made:
            for sheet in sheets:
                fill(made.add_worksheet(sheet), made)
        path = tmp_path / name
        path.write_bytes(held.getvalue())
        return path

    return write


def rows(*given):
    def fill(sheet, book):
        for number, row in enumerate(given):
            sheet.write_row(number, 0, row)

    return fill


def test_cells_become_text(book):
    def fill(sheet, made):
        sheet.write_row(0, 0, ["text", "whole", "number", "flag", "day", "instant"])
        sheet.write_string(1, 0, "00012")
        sheet.write_row(1, 1, [12, 12.5, True])
        sheet.write_datetime(1, 4, date(2018, 1, 5), made.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_datetime(
            1, 5, datetime(2018, 1, 5, 13, 4), made.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        )

    assert read(book(fill)) == [(2, "00012", "12", "12.5", "true", "2018-01-05", "2018-01-05 13:04:00")]


def test_a_calendar_that_starts_in_1904(book):
    def fill(sheet, made):
        sheet.write(0, 0, "day")
        sheet.write_datetime(1, 0, date(2018, 1, 5), made.add_format({"num_format": "yyyy-mm-dd"}))

    assert read(book(fill, options={"date_1904": True})) == [(2, "2018-01-05")]


def test_an_identifier_of_18_digits_as_a_number_shows_that_it_lost_digits(book):
    assert read(book(rows(["id"], [440106198801010123]))) == [(2, "4.401062e+17")]


def test_the_table_may_start_anywhere(book):
    def fill(sheet, made):
        sheet.write(2, 1, "id")
        sheet.write(3, 1, "x")
        sheet.write(5, 1, "y")

    assert read(book(fill), header_row=3) == [(4, "x"), (6, "y")]


def test_merged_cells_have_their_value_once(book):
    def fill(sheet, made):
        sheet.write_row(0, 0, ["region", "id"])
        sheet.merge_range(1, 0, 2, 0, "north")
        sheet.write(1, 1, "a")
        sheet.write(2, 1, "b")

    assert read(book(fill)) == [(2, "north", "a"), (3, None, "b")]


def test_a_formula_without_its_value_is_missing(book):
    def fill(sheet, made):
        sheet.write_row(0, 0, ["id", "sum"])
        sheet.write(1, 0, "a")
        sheet.write_formula(1, 1, "=1+1", None, "")

    assert read(book(fill)) == [(2, "a", None)]


def test_sheets_by_name_and_by_place(book):
    def fill(sheet, made):
        sheet.write(0, 0, "id")
        sheet.write(1, 0, sheet.get_name())

    path = book(fill, sheets=("一月", "二月"))

    assert read(path, sheet="二月") == [(2, "二月")]
    assert read(path, sheet=1) == [(2, "一月")]


def test_a_sheet_that_is_not_there(book):
    path = book(rows(["id"]), sheets=("March 2026",))

    with pytest.raises(DataRefused, match=r"no sheet 'March2026' \(did you mean 'March 2026'\?\)"):
        read(path, sheet="March2026")
    with pytest.raises(DataRefused, match="has 1 sheets, and the mapping asks for sheet 2"):
        read(path, sheet=2)


def test_a_workbook_under_another_ending(book):
    assert read(book(rows(["id"], ["x"]), name="a.xls")) == [(2, "x")]
    assert read(book(rows(["id"], ["x"]), name="a.csv")) == [(2, "x")]


def test_an_old_workbook_renamed(tmp_path):
    """An .xls of the year 2003 called .xlsx. Its signature alone decides which parser sees it."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096)

    with pytest.raises(DataRefused, match="cannot be read as an Excel workbook"):
        read(path)


def test_a_truncated_workbook(book):
    path = book(rows(["id"], ["x"]))
    path.write_bytes(path.read_bytes()[:-200])

    with pytest.raises(DataRefused, match="damaged or was cut short"):
        read(path)


def test_a_workbook_behind_a_password(tmp_path):
    path = tmp_path / "a.xlsx"
    name = "EncryptedPackage".encode("utf-16-le")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1024 + name + b"\0" * 1024)

    with pytest.raises(DataRefused, match="protected by a password"):
        read(path)


@pytest.fixture
def bomb(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("xl/worksheets/sheet1.xml", "w") as entry:
            for _ in range(110):
                entry.write(b"0" * (1 << 20))
    return path


def test_a_bomb_is_refused_before_it_is_unpacked(bomb, monkeypatch):
    def parse(*_):
        raise AssertionError("the workbook was opened")

    monkeypatch.setattr(excel, "CalamineWorkbook", parse)

    with pytest.raises(DataRefused, match="would unpack to 110 MiB"):
        read(bomb)


def test_without_the_check_a_bomb_would_reach_the_parser(bomb, monkeypatch):
    monkeypatch.setattr(excel, "SUSPECT_FROM", 1 << 40)

    with pytest.raises(DataRefused, match="cannot be read as an Excel workbook"):
        read(bomb)


def test_an_empty_sheet(book):
    with pytest.raises(DataRefused, match="has no row 1"):
        read(book(rows()))


def test_a_header_alone(book):
    path = book(rows(["id", "name"]))

    assert header(path) == ("id", "name")
    assert read(path) == []
