"""What leaves for spreadsheets is text, whatever it looks like."""

import zipfile

import pyarrow as pa
import pytest

from liuke.pipeline.export import _write_csv, _write_xlsx, make_harmless

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\x00=1", "＝1+1", "=cmd|' /C calc'!A0"]
HARMLESS = ["a=1", "1-1", "", "客户", None]


def test_a_quote_stands_before_what_looks_like_a_formula():
    made = make_harmless(pa.chunked_array([DANGEROUS + HARMLESS])).to_pylist()

    assert made == [f"'{text}" for text in DANGEROUS] + HARMLESS


def test_numbers_stay_numbers_in_csv(tmp_path):
    _write_csv(pa.table({"text": ["-5", "x"], "amount": [-5, 7]}), tmp_path / "t.csv")

    assert (tmp_path / "t.csv").read_text(encoding="utf-8-sig").splitlines() == [
        '"text","amount"',
        '"\'-5",-5',
        '"x",7',
    ]


@pytest.mark.parametrize("text", ["=1+1", "http://example.org", "@SUM(A1)"])
def test_a_workbook_has_no_formula_and_no_link(tmp_path, text):
    file = tmp_path / "t.xlsx"

    _write_xlsx(pa.table({"text": [text]}), file)

    with zipfile.ZipFile(file) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
