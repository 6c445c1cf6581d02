"""The invisible goes, identifiers agree however they were typed, floats are no identifiers."""

import pyarrow as pa
import pytest

from liuke.ingest.values.text import LONGEST_TEXT, clean, read_identifier, read_text


def cleaned(text, **how):
    return clean(pa.array([text], pa.string()), **how)[0].as_py()


def told(read, text):
    found = read(pa.array([text], pa.string()))
    return found.values[0].as_py(), found.reason[0].as_py()


@pytest.mark.parametrize(
    "text, left",
    [
        ("  Ann ", "Ann"),
        ("\u3000张三\u00a0", "张三"),
        ("\ufeffid", "id"),
        ("A\u200b1", "A1"),
        ("\u202eevil", "evil"),
        ("李\u200d", "李\u200d"),  # a joiner may belong to an emoji
        ("   ", None),
        ("NULL", "NULL"),
    ],
)
def test_cleaning(text, left):
    assert cleaned(text) == left


def test_null_tokens_are_those_declared():
    assert cleaned(" NULL ", null_tokens=("", "NULL")) is None
    assert cleaned("NA", null_tokens=("", "NULL")) == "NA"


@pytest.mark.parametrize(
    "text", ["𠮷野家", "👩\u200d👩\u200d👧", "O'Neil\nJr", "<script>alert(1)</script>", "=cmd|' /C calc'!A0"]
)
def test_strange_texts_are_kept_as_they_are(text):
    assert told(read_text, text) == (text, None)


@pytest.mark.parametrize("text", ["a\0b", "a\x07b", "a\x1bb"])
def test_control_characters_are_refused(text):
    assert told(read_text, text) == (None, "control_character")


def test_the_longest_text():
    assert told(read_text, "x" * LONGEST_TEXT)[1] is None
    assert told(read_text, "x" * (LONGEST_TEXT + 1)) == (None, "too_long")


@pytest.mark.parametrize(
    "text, identifier",
    [
        ("00012", "00012"),
        ("Ａ００１", "A001"),
        ("A\u200d1", "A1"),
        ("440106198801010123", "440106198801010123"),
    ],
)
def test_identifiers(text, identifier):
    assert told(read_identifier, text) == (identifier, None)


@pytest.mark.parametrize("text", ["4.40106E+17", "4.40106e17", "1E+05"])
def test_an_identifier_that_was_a_float_is_refused(text):
    assert told(read_identifier, text) == (None, "precision_lost")


def test_a_newline_is_no_part_of_an_identifier():
    assert told(read_identifier, "A\n1") == (None, "control_character")
