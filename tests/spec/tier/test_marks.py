"""Kinds of customers that agents mark, each with a hint in both languages."""

import pytest

from liuke.kernel.errors import ConfigRefused
from liuke.tier.marks import MARKS_FILE, load_marks


def test_temperaments_and_needs():
    names = {group.name: [mark.name for mark in group.marks] for group in load_marks().groups}

    assert names == {
        "temperament": [
            *["rational", "impulsive", "stubborn", "combative"],
            *["hesitant", "self-admiring", "overbearing"],
        ],
        "need": ["price-driven", "value-driven", "individuality-driven"],
    }


def test_every_hint_is_two_sentences_in_both_languages():
    for mark in load_marks().by_name.values():
        assert mark.hint.zh.count("。") == 2
        assert mark.hint.en.count(". ") == 1
        assert mark.hint.en.endswith(".")


@pytest.mark.parametrize(
    "written, instead, message",
    [
        ('name = "stubborn"', 'name = "rational"', "overlap: a second mark is called 'rational'"),
        ('name = "need"', 'nam = "need"', "did you mean 'name'"),
    ],
)
def test_mistakes_have_their_line(tmp_path, written, instead, message):
    text = MARKS_FILE.read_text(encoding="utf-8").replace(written, instead, 1)
    (tmp_path / "marks.toml").write_text(text, encoding="utf-8")

    with pytest.raises(ConfigRefused) as refused:
        load_marks(tmp_path / "marks.toml")

    told = next(mistake for mistake in refused.value.mistakes if message in mistake.message)
    assert "[[groups" in text.splitlines()[told.line - 1] or instead in text.splitlines()[told.line - 1]
