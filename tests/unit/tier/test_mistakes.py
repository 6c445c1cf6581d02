"""Mistakes in a scheme are told all at once, each with its line."""

from pathlib import Path

import pytest

from liuke.kernel.errors import ConfigRefused
from liuke.tier import SchemeRefused, load
from liuke.tier.registry import PACKS
from liuke.tier.threshold import ThresholdScheme

STARS = (PACKS / "bank/schemes/stars.toml").read_text(encoding="utf-8")
PYRAMID = (PACKS / "general/schemes/pyramid.toml").read_text(encoding="utf-8")
RFM = (PACKS / "general/schemes/rfm.toml").read_text(encoding="utf-8")


def mistakes(tmp_path: Path, text: str) -> list[tuple[str, str]]:
    """What is told of the text: the line it points at, as written, and the message."""
    path = tmp_path / "scheme.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigRefused) as refused:
        load(path)
    lines = text.splitlines()
    return [(lines[mistake.line - 1].strip(), mistake.message) for mistake in refused.value.mistakes]


def test_the_built_in_files_have_none(tmp_path):
    for number, text in enumerate((STARS, PYRAMID, RFM)):
        path = tmp_path / f"{number}.toml"
        path.write_text(text, encoding="utf-8")
        assert load(str(path)).version == 1


@pytest.mark.parametrize(
    "written, instead, line, message",
    [
        ("under = 10_000", "under = 12_000", "[[tiers]]", "star-5: overlap: it ends under 12000"),
        ("under = 10_000", "under = 9_000", "[[tiers]]", "star-5: gap: it ends under 9000"),
        ("under = 10_000", "up_to = 10_000", "[[tiers]]", "star-5: overlap: it ends up_to 10000"),
        ("at_least = 2_000", "at_least = 20_000", "[[tiers]]", "star-5: out of order"),
        ("at_least = 2_000", "at_least = 2_000\nover = 2_000", "[[tiers]]", "one of the two"),
        ("at_least = 2_000", "", "[[tiers]]", "one of the two; it has neither"),
        ("at_least = 2_000", "at_leats = 2_000", "at_leats = 2_000", "did you mean 'at_least'"),
        ("at_least = 2_000", 'at_least = "much"', 'at_least = "much"', "tiers.2.at_least"),
        ('color = "#cf1322"', 'color = "red"', 'color = "red"', "tiers.2.color"),
        ("version = 1", "version = 0", "version = 0", "version"),
        ('kind = "threshold"', 'kind = "treshold"', 'kind = "treshold"', "did you mean 'threshold'"),
        ('kind = "threshold"', "", STARS.splitlines()[0], "not None"),
        ("effective_from = 1970-01-01", "", STARS.splitlines()[0], "'effective_from' is missing"),
    ],
)
def test_mistakes_in_thresholds(tmp_path, written, instead, line, message):
    found = mistakes(tmp_path, STARS.replace(written, instead, 1))

    assert any(at == line and message in said for at, said in found), found


def test_all_mistakes_at_once(tmp_path):
    broken = (
        STARS.replace("under = 10_000", "under = 9_000")
        .replace("under = 500\n", "under = 600\n")
        .replace('color = "#531dab"', 'colour = "#531dab"')
        .replace("version = 1", 'version = "one"')
    )

    told = "\n".join(message for _, message in mistakes(tmp_path, broken))

    for word in ("gap: it ends under 9000", "overlap: it ends under 600", "did you mean 'color'", "version"):
        assert word in told


@pytest.mark.parametrize(
    "written, instead, line, message",
    [
        ("share = 0.30", "share = 0.31", "[[tiers]]", "overlap: the shares sum to 1.01"),
        ("share = 0.30", "share = 0.29", "[[tiers]]", "gap: the shares sum to 0.99"),
        ("share = 0.30", "share = 0", "share = 0", "tiers.2.share"),
    ],
)
def test_mistakes_in_shares(tmp_path, written, instead, line, message):
    found = mistakes(tmp_path, PYRAMID.replace(written, instead, 1))

    assert any(at == line and message in said for at, said in found), found


@pytest.mark.parametrize(
    "written, instead, line, message",
    [
        ('"R2", within_months = 3', '"R2", within_months = 1', "bands = [", "out of order: within 1 months"),
        ('name = "R5" }', 'name = "R5", within_months = 24 }', "bands = [", "gap: nothing holds"),
        ('"R2", within_months = 3', '"R2"', "bands = [", "gap: only the last band"),
        (
            "over = 3_000, up_to = 5_000",
            "over = 3_000, up_to = 4_000",
            "bands = [",
            "M2: gap: it ends up_to 4000",
        ),
        ("up_to = 10 }", "up_to = 11 }", "bands = [", "F3: overlap: it ends up_to 11"),
        ('cells = ["R1F1*"]', 'cells = ["R9*"]', "[[segments]]", "no cell is left for 'new'; R9* fits none"),
        ('cells = ["R5*"]', 'cells = ["R5F1*"]', "[[segments]]", "gap: 3 cells have no segment: R5F2M2"),
        ('column = "last_on"', 'columm = "last_on"', 'columm = "last_on"', "did you mean 'column'"),
    ],
)
def test_mistakes_in_rfm(tmp_path, written, instead, line, message):
    found = mistakes(tmp_path, RFM.replace(written, instead, 1))

    assert any(at == line and message in said for at, said in found), found


def test_an_unknown_scheme_is_told_the_nearest():
    with pytest.raises(SchemeRefused, match="No scheme is called 'bank/star' \\(did you mean 'bank/stars'"):
        load("bank/star")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ConfigRefused, match="the file does not exist"):
        load(tmp_path / "none.toml")


def test_a_scheme_built_in_python_is_checked_too():
    declared = load("bank/stars").model_dump(exclude_none=True)
    declared["tiers"] = declared["tiers"][::-1]

    with pytest.raises(SchemeRefused, match="bank/stars v1 contradicts itself:(.|\n)*out of order"):
        ThresholdScheme.model_validate(declared)
