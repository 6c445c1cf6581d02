"""Text in any of the usual encodings is read right, or refused with the way out; never garbled."""

import pytest

from liuke.kernel.errors import DataRefused
from tests.unit.ingest.reading import read

TEXT = "编号,姓名\n1,张三\n2,欧阳曾\n"
ROWS = [(2, "1", "张三"), (3, "2", "欧阳曾")]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_what_is_recognised(tmp_path, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.encode(encoding))

    assert read(path) == ROWS


def test_a_gb18030_file_with_its_mark(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"\x84\x31\x95\x33" + TEXT.encode("gb18030"))

    assert read(path) == ROWS


def test_hanzi_that_only_gb18030_has(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("编号,姓名\n1,张𠮷\n2,王㐂\n3,李娜\n".encode("gb18030"))

    assert [row[2] for row in read(path)] == ["张𠮷", "王㐂", "李娜"]


@pytest.mark.parametrize("declared", ["gbk", "gb2312", "GB18030"])
def test_a_declared_chinese_encoding_is_read_as_the_widest(tmp_path, declared):
    path = tmp_path / "a.csv"
    path.write_bytes("编号,姓名\n1,朱镕基\n".encode("gb18030"))  # 镕 is not in GB 2312

    assert read(path, encoding=declared) == [(2, "1", "朱镕基")]


def test_a_wrong_declaration_names_the_row_and_the_encoding_that_fits(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.encode("gb18030"))

    with pytest.raises(DataRefused, match=r'row 1 is not valid utf-8.*set encoding = "gb18030"'):
        read(path, encoding="utf-8")


def test_utf_8_declared_as_gb18030_would_be_garbled_and_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,name\n1,你好\n", encoding="utf-8")  # its bytes are GB18030 too: 浣犲ソ

    with pytest.raises(DataRefused, match="is UTF-8, but the mapping declares gb18030"):
        read(path, encoding="gb18030")


def test_an_encoding_nobody_knows(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.encode())

    with pytest.raises(DataRefused, match="there is no encoding 'utf-9'"):
        read(path, encoding="utf-9")


def test_another_encoding_is_guessed_in_words_only(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(("編號,姓名\n" + "1,臺灣電信公司客戶資料表\n" * 50).encode("big5"))

    with pytest.raises(DataRefused, match='neither UTF-8 nor GB18030.*encoding = "big5"'):
        read(path)

    assert read(path, encoding="big5")[0] == (2, "1", "臺灣電信公司客戶資料表")


def test_a_file_that_changes_encoding_halfway(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.encode() + "3,李四\n".encode("gb18030"))

    with pytest.raises(DataRefused, match="row 4 is not valid utf-8"):
        read(path)


def test_a_character_on_the_edge_of_a_block(tmp_path):
    path = tmp_path / "a.csv"
    filling = "x" * ((1 << 20) - len("id,name\n1,") - 1)
    path.write_bytes(f"id,name\n1,{filling}张三\n".encode())

    assert read(path)[0][2] == f"{filling}张三"
