"""Every mistake in a file a person wrote is told at once, with its line and the nearest valid name."""

import pytest
from pydantic import BaseModel, ConfigDict

from liuke.kernel.errors import ConfigRefused
from liuke.kernel.toml import TomlFile, read_model


class Step(BaseModel):
    model_config = ConfigDict(extra="forbid")
    table: str
    fields: dict[str, str] = {}


class Source(BaseModel):
    model_config = ConfigDict(extra="forbid")
    path: str


class Mapping(BaseModel):
    model_config = ConfigDict(extra="forbid")
    source: Source
    into: list[Step]


def write(folder, text):
    path = folder / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_all_mistakes_are_told_with_their_lines(tmp_path):
    path = write(
        tmp_path,
        '[source]\npth = "a.csv"\n\n[[into]]\ntable = "x"\n[[into]]\ntable = 3\nfeilds = {}\n',
    )

    with pytest.raises(ConfigRefused) as refused:
        read_model(Mapping, TomlFile(path))

    told = [(mistake.line, mistake.message) for mistake in refused.value.mistakes]
    assert [line for line, _ in told] == [1, 2, 7, 8]
    assert told[0][1] == "'source.path' is missing"
    assert "did you mean 'path'?" in told[1][1]
    assert "did you mean 'fields'?" in told[3][1]


def test_keys_inside_long_texts_are_not_keys(tmp_path):
    path = write(tmp_path, 'note = """\ntable = 1\n"""\ntable = "x"\n')

    assert TomlFile(path).line_of(("table",)) == 4


def test_a_key_without_a_line_has_the_line_of_what_holds_it(tmp_path):
    file = TomlFile(write(tmp_path, '\n[[into]]\nfields = { a = "b" }\n'))

    assert file.line_of(("into", 0, "fields", "a")) == 3
    assert file.line_of(("into", 0, "missing")) == 2


@pytest.mark.parametrize(
    "content, message",
    [
        (b"a = [1,\n", "not valid TOML"),
        ("a = '中'".encode("gb18030"), "save the file as UTF-8"),
    ],
)
def test_a_file_that_is_not_toml_is_refused(tmp_path, content, message):
    path = tmp_path / "broken.toml"
    path.write_bytes(content)

    with pytest.raises(ConfigRefused, match=message):
        TomlFile(path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ConfigRefused, match="does not exist"):
        TomlFile(tmp_path / "none.toml")
