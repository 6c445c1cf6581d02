"""Which version judges a day, and versions and references that do not fit each other."""

from datetime import date

import pytest

from liuke.kernel.errors import ConfigRefused
from liuke.tier import SchemeRefused, read_schemes
from liuke.tier.registry import PACKS
from tests.tables import table

STARS = (PACKS / "bank/schemes/stars.toml").read_text(encoding="utf-8")
MATRIX = """\
name = "{name}"
version = 1
kind = "matrix"
effective_from = 1970-01-01
words = {{ zh = "矩阵", en = "matrix" }}
rows = {{ scheme = "{rows}", words = {{ zh = "行", en = "rows" }} }}
columns = {{ scheme = "{columns}", words = {{ zh = "列", en = "columns" }} }}
"""


def stars(version: int, day: str) -> str:
    return STARS.replace("version = 1", f"version = {version}").replace("1970-01-01", day)


def write(folder, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")


def told(folder) -> list[tuple[str, int, str]]:
    with pytest.raises(ConfigRefused) as refused:
        read_schemes(folder)
    return [(mistake.file.stem, mistake.line, mistake.message) for mistake in refused.value.mistakes]


@pytest.mark.parametrize(
    "day, version",
    [(date(2025, 1, 1), 1), (date(2026, 6, 30), 1), (date(2026, 7, 1), 2), (date(2030, 1, 1), 2)],
)
def test_a_version_is_in_force_from_its_day_until_the_next(tmp_path, day, version):
    write(tmp_path, old=stars(1, "2025-01-01"), new=stars(2, "2026-07-01"))

    assert read_schemes(tmp_path).in_force("bank/stars", as_of=day).version == version


def test_a_day_before_the_first_version_is_refused(tmp_path):
    write(tmp_path, old=stars(1, "2025-01-01"))

    with pytest.raises(
        SchemeRefused, match=r"no version in force as of 2024-12-31; the first is bank/stars v1"
    ):
        read_schemes(tmp_path).in_force("bank/stars", as_of=date(2024, 12, 31))


def test_the_workspace_goes_before_what_comes_with_liuke(tmp_path):
    write(tmp_path, mine=stars(7, "2025-01-01"))
    book = read_schemes(tmp_path)

    assert [scheme.version for scheme in book.of("bank/stars")] == [1, 7]
    assert book.in_force("bank/stars", as_of=date(2024, 12, 31)).version == 1
    assert book.in_force("bank/stars", as_of=date(2025, 1, 1)).version == 7
    assert [scheme.version for scheme in book.of("pyramid")] == [1]
    write(tmp_path, mine=stars(1, "2025-01-01"))
    assert [scheme.version for scheme in read_schemes(tmp_path).of("bank/stars")] == [1]


def test_an_unknown_scheme_is_refused_with_the_nearest(tmp_path):
    with pytest.raises(SchemeRefused, match="did you mean 'bank/stars'"):
        read_schemes(tmp_path / "absent").of("bank/star")


def test_a_version_given_twice(tmp_path):
    write(tmp_path, a=stars(1, "2025-01-01"), b=stars(1, "2026-01-01"))

    assert told(tmp_path) == [
        ("b", 3, f"bank/stars v1 is also declared in {tmp_path / 'a.toml'}; a change is a version of its own")
    ]


@pytest.mark.parametrize("day, is_refused", [("2025-06-01", True), ("2025-06-02", False)])
def test_days_already_judged_are_not_judged_again(tmp_path, day, is_refused):
    write(tmp_path, a=stars(1, "2025-06-01"), b=stars(2, day))

    if is_refused:
        (found,) = told(tmp_path)
        assert found[:2] == ("b", 5)
        assert "bank/stars v2 would be in force from 2025-06-01" in found[2]
    else:
        assert len(read_schemes(tmp_path).of("bank/stars")) == 2


def test_mistakes_of_all_files_at_once(tmp_path):
    write(
        tmp_path,
        a=stars(1, "2025-06-01").replace("over = 0", "over = -1_000\nat_least = 3"),
        b=stars(2, "2025-06-01").replace('kind = "threshold"', 'kind = "thresh"'),
        c=stars(3, "2025-06-01"),
        d=stars(3, "2025-06-02"),
    )

    assert [file for file, *_ in told(tmp_path)] == ["a", "b", "d"]


def matrix(name: str, rows: str, columns: str) -> str:
    return MATRIX.format(name=name, rows=rows, columns=columns)


def test_references_in_a_circle(tmp_path):
    write(
        tmp_path,
        a=matrix("a", "b", "abc/value"),
        b=matrix("b", "c", "abc/value"),
        c=matrix("c", "a", "abc/value"),
    )

    assert told(tmp_path) == [
        ("a", 6, "refers to itself: a → b → c → a; a scheme builds only on others"),
        ("b", 6, "refers to itself: b → c → a → b; a scheme builds only on others"),
        ("c", 6, "refers to itself: c → a → b → c; a scheme builds only on others"),
    ]


def test_a_reference_to_nothing_names_the_nearest(tmp_path):
    write(tmp_path, a=matrix("a", "abc/values", "pyramid"))

    assert told(tmp_path) == [
        ("a", 6, "refers to 'abc/values' (did you mean 'abc/value'?), which no file declares")
    ]


def test_references_are_judged_by_the_version_in_force(tmp_path):
    write(
        tmp_path,
        a=matrix("a", "bank/stars", "pyramid"),
        old=stars(1, "2025-01-01"),
        new=stars(2, "2026-01-01").replace("80_000", "60_000"),
    )
    book = read_schemes(tmp_path)
    rows = table("""
        customer_id | points | value
        ann         | 70_000 | 5
    """)
    rows["points"] = 70_000.0

    found = {
        day.year: book.in_force("a", as_of=day).assign(rows, as_of=day).tier.item()
        for day in (date(2025, 6, 1), date(2026, 6, 1))
    }

    assert found == {2025: "star-6-small", 2026: "star-7-small"}


def test_two_tiers_of_one_name(tmp_path):
    write(tmp_path, a=STARS.split("[[examples]]")[0].replace('"star-4"', '"star-5"'))

    ((_, line, message),) = told(tmp_path)
    assert message == "'star-5' is also the name of number 3"
    assert (tmp_path / "a.toml").read_text(encoding="utf-8").splitlines()[line - 1] == 'name = "star-5"'
