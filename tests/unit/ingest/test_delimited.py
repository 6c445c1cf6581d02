"""Delimited text as the world writes it; every row has the number a person would count."""

import pytest

from liuke.kernel.errors import DataRefused
from tests.unit.ingest.reading import broken, header, read


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "a.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(file, end):
    assert read(file(f"a,b{end}1,2{end}3,4{end}")) == [(2, "1", "2"), (3, "3", "4")]


def test_no_line_end_at_the_end(file):
    assert read(file("a,b\n1,2")) == [(2, "1", "2")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(file, delimiter):
    path = file(f"id{delimiter}name\n1{delimiter}Li\n2{delimiter}Wu\n")

    assert read(path, "id", "name") == [(2, "1", "Li"), (3, "2", "Wu")]


def test_the_delimiter_is_the_one_that_shows_the_mapped_columns(file):
    path = file("id;note,extra\n1;a,b,c\n")

    assert read(path, "id") == [(2, "1")]


def test_columns_aligned_with_blanks(file):
    path = file("  id   amount \r\n 001    1.50\r\n 002   12.00\r\n")

    assert read(path, "id", "amount") == [(2, "001", "1.50"), (3, "002", "12.00")]


def test_quoted_newlines_delimiters_and_quotes(file):
    path = file('a,b\n"x\ny","p,q"\n"say ""hi""",2\n')

    assert read(path) == [(2, "x\ny", "p,q"), (3, 'say "hi"', "2")]


def test_quotes_as_ordinary_characters(file):
    path = file('a,b\n"x,2\n5" pipe,3\n')

    assert read(path, quote="") == [(2, '"x', "2"), (3, '5" pipe', "3")]


def test_rows_with_another_number_of_fields_are_broken_and_keep_their_numbers(file):
    path = file("a,b\n1,2\n3\n4,5,6\n7,8\n")

    assert read(path) == [(2, "1", "2"), (5, "7", "8")]
    assert [(row.number, row.text, row.reason, row.value) for row in broken(path)] == [
        (3, "3", "wrong_field_count", "1 ≠ 2"),
        (4, "4,5,6", "wrong_field_count", "3 ≠ 2"),
    ]


def test_numbers_stay_right_over_many_blocks(file, monkeypatch):
    monkeypatch.setattr("liuke.ingest.readers.delimited.LARGEST_ROW", 40)
    path = file("a,b\n" + "".join("bad\n" if i % 7 == 0 else f"{i},x\n" for i in range(2, 200)))

    assert all(str(number) == cell for number, cell, _ in read(path))
    assert [row.number for row in broken(path)] == [*range(7, 200, 7)]


def test_empty_lines_are_no_rows_but_count(file):
    assert read(file("a,b\n\n1,2\n\n\n3,4\n\n")) == [(3, "1", "2"), (6, "3", "4")]


def test_a_header_below_a_title(file):
    path = file("Customers of March\n\nid,name\n1,Li\n")

    assert read(path, "id", "name", header_row=3) == [(4, "1", "Li")]


def test_a_header_alone_has_no_rows(file):
    assert read(file("a,b\n")) == []


def test_a_file_of_0_bytes_is_refused(file):
    with pytest.raises(DataRefused, match=r"is empty \(0 bytes\)"):
        read(file(""))


def test_a_file_that_ends_before_its_header(file):
    with pytest.raises(DataRefused, match="has only 1 rows, and its header should be in row 3"):
        read(file("a,b\n"), header_row=3)


@pytest.mark.parametrize("text", ['a,b\n1,2\n3,"4\n5,6\n', 'a,b\n1,2\n"3,4\n', 'a,b\n1,2\n3,"4'])
def test_a_quote_that_is_never_closed_names_its_row(file, text):
    with pytest.raises(DataRefused, match="a quote is opened in row 3 and not closed"):
        read(file(text))


def test_a_single_quote_inside_a_field_opens_nothing(file):
    assert read(file('a,b\n5" pipe,2\n3,4\n')) == [(2, '5" pipe', "2"), (3, "3", "4")]


def test_a_quote_that_swallows_the_file_is_told(file, monkeypatch):
    monkeypatch.setattr("liuke.ingest.readers.delimited.LARGEST_ROW", 1000)
    path = file('a,b\n1,2\n"3,4\n' + "5,6\n" * 1000)

    with pytest.raises(DataRefused, match="most likely a quote is opened there"):
        read(path)


def test_repeated_and_empty_names_in_the_header(file):
    assert header(file("a,,a, a \n1,2,3,4\n")) == ("a", "column 2", "a (2)", "a (3)")


def test_chinese_headers_with_a_mark_and_blanks(file):
    assert header(file("\ufeff 客户编号 ,　姓名\n1,2\n".encode())) == ("客户编号", "姓名")


def test_a_cell_of_ten_megabytes(file):
    path = file("a,b\n1," + "x" * 10_000_000 + "\n2,y\n")

    assert [(row[0], len(row[2])) for row in read(path)] == [(2, 10_000_000), (3, 1)]


def test_ten_thousand_columns(file):
    names = [f"c{place}" for place in range(10_000)]
    path = file(",".join(names) + "\n" + ",".join(["7"] * 10_000) + "\n")

    assert read(path, "c9999") == [(2, "7")]


def test_a_name_that_holds_the_signs_of_a_pattern(tmp_path):
    path = tmp_path / "客户[1].csv"
    path.write_text("a\n1\n")

    assert read(path) == [(2, "1")]
