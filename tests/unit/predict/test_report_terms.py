"""reports.toml: every pack's is whole, and a mistake is told with its line."""

from pathlib import Path

import pytest

import liuke.packs
from liuke.kernel.errors import ConfigRefused
from liuke.predict.reports.terms import load_terms

PACKS = Path(liuke.packs.__file__).parent
TENURE = '[[tenure]]\nname = "a"\nfrom_months = {}\nwords = {{ zh = "甲", en = "a" }}\n'
VALUE = '[[value]]\nname = "v"\nfrom_yuan = 0\nwords = { zh = "乙", en = "v" }\n'


@pytest.mark.parametrize("path", sorted(PACKS.glob("*/reports.toml")), ids=lambda path: path.parent.name)
def test_the_terms_of_every_pack_can_be_read(path):
    terms = load_terms(path)

    assert terms.months >= 13  # else no month has one a year before it


def test_every_pack_that_makes_a_workspace_has_terms():
    assert {path.parent for path in PACKS.glob("*/churn.toml")} == {
        path.parent for path in PACKS.glob("*/reports.toml")
    }


@pytest.mark.parametrize(
    "text, says",
    [
        (TENURE.format(1) + VALUE, "begin at 0"),
        (TENURE.format(0) + TENURE.format(6) + VALUE, "names of their own"),
        (TENURE.format(0), "'value' is missing"),
        (TENURE.format(0) + VALUE + "from = 1\n", "not a known setting"),
    ],
)
def test_mistakes_are_told(tmp_path, text, says):
    path = tmp_path / "reports.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigRefused, match=says):
        load_terms(path)
