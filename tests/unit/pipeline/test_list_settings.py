"""`[warnings]` in liuke.toml: the defaults that are documented, and what is refused."""

import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from liuke.kernel.errors import ConfigRefused
from liuke.pipeline.config import ListUse, load_config

PLAIN = 'pack = "telecom"\nmargin_rate = 0.5\n'
DOCS = Path(str(files("liuke"))).parents[1] / "docs" / "how-to"


def written(folder: Path, more: str = "") -> Path:
    (folder / "liuke.toml").write_text(PLAIN + more, encoding="utf-8")
    return folder


def test_a_workspace_that_says_nothing_has_the_defaults(tmp_path):
    assert load_config(written(tmp_path)).warnings == ListUse()


def test_settings_are_read(tmp_path):
    found = load_config(written(tmp_path, "[warnings]\nshare = 0.02\nfewest = 5\nkept = 12\n")).warnings

    assert (found.share, found.fewest, found.most, found.kept) == (0.02, 5, 50_000, 12)


@pytest.mark.parametrize(
    "more, said",
    [
        ("share = 0", "share"),
        ("share = 1.5", "share"),
        ("kept = 1", "kept"),  # without the one before nothing changes
        ("fewest = 10\nmost = 9", r"fewest \(10\) is more than most \(9\)"),
        ("longest = 10", "longest"),
    ],
)
def test_what_makes_no_list_is_refused_by_name(tmp_path, more, said):
    with pytest.raises(ConfigRefused, match=said):
        load_config(written(tmp_path, f"[warnings]\n{more}\n"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_documented_defaults_are_those_of_the_code(language):
    page = (DOCS / f"work-with-the-early-warning-list.{language}.md").read_text(encoding="utf-8")
    shown = page.split("```toml")[1].split("```")[0]

    assert ListUse.model_validate(tomllib.loads(shown)["warnings"]) == ListUse()
    assert tomllib.loads(shown)["warnings"].keys() == ListUse.model_fields.keys()
